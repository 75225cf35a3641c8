import HTTPTypes
import Hummingbird
import NIOCore
import VidimusJOSE

/// The body of a request: one JSON object of exactly that media type, within a bound.
struct JSONBody {
    static let maximumBytes = 16_384
    private let json: JSON

    /// Reads a body; an absent one is empty if that is allowed.
    init(of request: Request, mayBeEmpty: Bool = false) async throws {
        let bytes = try await Self.bytes(of: request)
        if bytes.isEmpty, mayBeEmpty {
            json = .object([])
            return
        }
        // A form that calls itself text needs no preflight, so another site could send it.
        guard MediaType(of: request) == .json else {
            throw Problem(
                .unsupportedMediaType, "unsupported_media_type", "Send Content-Type: application/json.")
        }
        do {
            json = try JSON.parse(bytes, limits: .init(depth: 8, bytes: Self.maximumBytes))
        } catch {
            throw Problem(.badRequest, "malformed_json", "The body is not JSON: \(error.reason)")
        }
        guard json.object != nil else {
            throw Problem(.badRequest, "malformed_json", "The body is not a JSON object.")
        }
    }

    static func bytes(of request: Request) async throws -> [UInt8] {
        do {
            return Array(buffer: try await request.body.collect(upTo: maximumBytes))
        } catch is NIOTooManyBytesError {
            throw Problem(
                .contentTooLarge, "body_too_large", "The body is larger than \(maximumBytes) bytes.")
        }
    }

    func has(_ name: String) -> Bool { json[name] != nil }

    func string(_ name: String) throws -> String {
        guard let text = try optionalString(name) else { throw Self.missing(name) }
        return text
    }

    /// Nil when absent or `null`.
    func optionalString(_ name: String) throws -> String? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let text = value.string else { throw Self.wrong(name, "a string") }
        return text
    }

    func optionalFlag(_ name: String) throws -> Bool? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let flag = value.bool else { throw Self.wrong(name, "true or false") }
        return flag
    }

    func flag(_ name: String) throws -> Bool {
        guard let flag = try optionalFlag(name) else {
            throw has(name) ? Self.wrong(name, "true or false") : Self.missing(name)
        }
        return flag
    }

    func strings(_ name: String) throws -> [String] {
        guard let texts = try optionalStrings(name) else {
            throw has(name) ? Self.wrong(name, "an array of strings") : Self.missing(name)
        }
        return texts
    }

    func optionalStrings(_ name: String) throws -> [String]? {
        guard let value = json[name], !value.isNull else { return nil }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else {
            throw Self.wrong(name, "an array of strings")
        }
        return texts
    }

    /// A whole number within bounds; nil when absent or `null`.
    func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw Self.wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Nil when absent or `null`.
    func optionalObject(_ name: String) throws -> JSON? {
        guard let value = json[name], !value.isNull else { return nil }
        guard value.object != nil else { throw Self.wrong(name, "an object") }
        return value
    }

    static func missing(_ name: String) -> Problem {
        Problem(.unprocessableContent, "missing_field", "The member '\(name)' is missing.")
    }

    static func wrong(_ name: String, _ expected: String) -> Problem {
        Problem(.unprocessableContent, "invalid_field", "The member '\(name)' is not \(expected).")
    }
}

/// The media types a request may have; anything else is none of them.
enum MediaType: Equatable {
    case json
    case form

    /// Exactly the type, with no parameter but `charset=utf-8`.
    init?(of request: Request) {
        let field = request.headers[.contentType] ?? ""
        // What nearly every client sends needs no taking apart.
        if field == "application/json" {
            self = .json
            return
        }
        let parts = field.lowercased().split(separator: ";").map(\.trimmed)
        guard parts.count <= 2, parts.count < 2 || ["charset=utf-8", "charset=\"utf-8\""].contains(parts[1])
        else { return nil }
        switch parts.first {
        case "application/json": self = .json
        case "application/x-www-form-urlencoded": self = .form
        default: return nil
        }
    }
}

extension Substring {
    /// Without the blanks around it.
    var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
