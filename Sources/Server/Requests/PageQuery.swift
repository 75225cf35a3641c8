import Hummingbird
import VidimusJOSE

/// `limit` and `after` of a paged list.
struct PageQuery {
    let limit: Int
    /// The time and id of the last item of the page before.
    let place: (time: Timestamp, id: String)?

    init(_ request: Request) throws {
        limit = try Self.limit(request.uri.queryParameters["limit"].map(String.init))
        place = try request.uri.queryParameters["after"].map { try Self.place(String($0)) }
    }

    static let wrongPlace = Problem(
        .badRequest, "invalid_parameter", "The parameter 'after' is not a value of 'next'.")

    /// Opaque to the client.
    static func cursor(_ time: Timestamp, _ id: String) -> String {
        Base64URL.encode(Array("\(time.milliseconds) \(id)".utf8))
    }

    private static func limit(_ text: String?) throws -> Int {
        guard let text else { return 50 }
        guard let limit = Int(text), (1...200).contains(limit) else {
            throw Problem(
                .badRequest, "invalid_parameter", "The parameter 'limit' is not a number from 1 to 200.")
        }
        return limit
    }

    private static func place(_ cursor: String) throws -> (Timestamp, String) {
        let parts =
            Base64URL.decode(cursor).map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
        guard parts.count == 2, let time = parts.first.flatMap({ Int64($0) }), let id = parts.last else {
            throw wrongPlace
        }
        return (Timestamp(milliseconds: time), String(id))
    }
}
