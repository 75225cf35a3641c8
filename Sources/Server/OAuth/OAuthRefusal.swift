import HTTPTypes
import Hummingbird
import VidimusJOSE

/// A refusal as OAuth says it: RFC 6749 §5.2.
struct OAuthRefusal: HTTPResponseError, Sendable {
    enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case invalidScope = "invalid_scope"
    }

    let code: Code
    /// What was wrong and what to do; printable ASCII without quotes.
    let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    var status: HTTPResponse.Status { code == .invalidClient ? .unauthorized : .badRequest }

    func response(from request: Request, context: some RequestContext) -> Response { response }

    var response: Response {
        var answer = Response.json(
            ["error": .string(code.rawValue), "error_description": .string(detail)], status: status)
        // §5.2 wants it where the client came by Authorization; RFC 9110 §15.5.2 wants it always.
        if code == .invalidClient { answer.headers[.wwwAuthenticate] = "Basic realm=\"\(Services.realm)\"" }
        return answer
    }
}
