import HTTPTypes
public import Hummingbird
public import VidimusGuard

/// A refusal as an HTTP answer: its status, the challenge of RFC 6750, and RFC 9457 problem details.
public struct GuardError: HTTPResponseError, Equatable {
    /// Why the request was refused.
    public let refusal: Refusal
    /// The protected space that the challenge names.
    public let realm: String

    /// The realm when nothing else is said.
    public static let defaultRealm = "api"

    /// The answer to a refusal.
    public init(_ refusal: Refusal, realm: String = defaultRealm) {
        self.refusal = refusal
        self.realm = realm
    }

    /// 400, 401, 403 or 503.
    public var status: HTTPResponse.Status { HTTPResponse.Status(code: refusal.statusCode) }

    /// The answer. It is never stored, since it depends on who asked and when; the log's reason is not in it.
    /// - Throws: never by itself; an `HTTPResponseError` may.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [
            .contentType: "application/problem+json",
            .cacheControl: "no-store",
        ]
        if let wait = refusal.retryAfter {
            headers[.retryAfter] = String(wait.components.seconds)
        } else {
            headers[.wwwAuthenticate] = Challenge(realm: realm, refusal: refusal).headerValue
        }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: refusal.problemDetails()))
        return Response(status: status, headers: headers, body: body)
    }
}
