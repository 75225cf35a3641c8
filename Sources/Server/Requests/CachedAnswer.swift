import Crypto
import HTTPTypes
import Hummingbird
import VidimusJOSE

/// A body that many ask for, with its tag (RFC 9110 §8.8.3): hashed once, not for each of them.
struct Representation: Sendable {
    let body: ByteBuffer
    let tag: String

    init(_ bytes: [UInt8]) {
        body = ByteBuffer(bytes: bytes)
        tag = "\"\(Base64URL.encode(Array(SHA256.hash(data: bytes).prefix(16))))\""
    }
}

extension Response {
    /// An answer that anybody may keep for a time; 304 to who has it already (RFC 9110 §13.1.2).
    static func cached(
        _ representation: Representation, type: String, maximumAge: Duration, for request: Request
    ) -> Response {
        let age = max(1, maximumAge.components.seconds)
        var headers: HTTPFields = [
            .eTag: representation.tag, .cacheControl: "public, max-age=\(age)",
        ]
        if request.isKnown(tag: representation.tag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: representation.body))
    }
}

extension Request {
    /// Whether the client has this representation already: `If-None-Match`, RFC 9110 §13.1.2, compared weakly.
    fileprivate func isKnown(tag: String) -> Bool {
        let known = headers[values: .ifNoneMatch].joined(separator: ",").split(separator: ",").map(\.trimmed)
        return known.contains(tag) || known.contains("W/\(tag)") || known == ["*"]
    }
}
