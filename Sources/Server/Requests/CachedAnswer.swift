import Crypto
import HTTPTypes
import Hummingbird
import VidimusJOSE

extension Response {
    /// An answer that anybody may keep for a time; 304 to who has it already (RFC 9110 §13.1.2).
    static func cached(_ body: [UInt8], type: String, maximumAge: Duration, for request: Request) -> Response
    {
        let tag = "\"\(Base64URL.encode(Array(SHA256.hash(data: body).prefix(16))))\""
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: "public, max-age=\(max(1, maximumAge.components.seconds))",
        ]
        if request.isKnown(tag: tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension Request {
    /// Whether the client has this representation already: `If-None-Match`, RFC 9110 §13.1.2, compared weakly.
    func isKnown(tag: String) -> Bool {
        let known = headers[values: .ifNoneMatch].joined(separator: ",").split(separator: ",").map(\.trimmed)
        return known.contains(tag) || known.contains("W/\(tag)") || known == ["*"]
    }
}
