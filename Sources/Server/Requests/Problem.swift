import HTTPTypes
import Hummingbird
import VidimusJOSE

/// A refusal as RFC 9457 problem details, with a `code` that never changes.
struct Problem: HTTPResponseError, Sendable {
    let status: HTTPResponse.Status
    let code: String
    /// What was wrong and what to do, for whoever wrote the client.
    let detail: String
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, retryAfter: Duration? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        if let retryAfter {
            headers[.retryAfter] = String(max(1, Int(retryAfter / .seconds(1) + 0.999)))
        }
    }

    func response(from request: Request, context: some RequestContext) -> Response { response }

    var response: Response {
        let body: JSON = [
            "type": "about:blank", "title": .string(status.reasonPhrase),
            "status": .integer(Int64(status.code)),
            "detail": .string(detail), "code": .string(code),
        ]
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        // RFC 9110 §15.5.2: a 401 says how to authenticate.
        if status == .unauthorized { fields[.wwwAuthenticate] = "Bearer realm=\"\(Services.realm)\"" }
        return Response(
            status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.encoded()))
        )
    }
}

extension Response {
    /// A JSON answer that no cache keeps.
    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.encoded())))
    }

    static var noContent: Response { Response(status: .noContent, headers: [.cacheControl: "no-store"]) }
}
