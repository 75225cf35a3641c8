import HTTPTypes
import Hummingbird
import Logging
import VidimusGuard
import VidimusGuardHummingbird
import VidimusJOSE

/// `GET /forward-auth`: answers a proxy that asks before it lets a request pass: nginx `auth_request`, Caddy
/// `forward_auth`, Traefik ForwardAuth. See decision 26.
struct ForwardAuthRoute {
    let services: Services
    let credentials: CredentialReader

    func respond(_ request: Request, _ context: APIContext) throws -> Response {
        let requirement = try ForwardRequirement(query: request.uri.query ?? "").requirement
        let verifier = try verifier(for: request, context)
        do throws(Refusal) {
            guard let token = try credentials.token(in: request.headers) else {
                throw Refusal(.missingToken, "no token came")
            }
            let principal = try verifier.verify(token, requiring: requirement)
            var answer = Response.noContent
            answer.headers.append(contentsOf: IdentityFields(principal).fields)
            return answer
        } catch {
            context.logger.debug(
                "refused", metadata: ["code": "\(error.code.rawValue)", "reason": "\(error.reason)"])
            // Proxies know 401 and 403; nginx would make an error of its own out of 400.
            if error.code == .invalidRequest {
                throw Problem(.forbidden, error.code.rawValue, error.detail)
            }
            throw GuardError(error, realm: Services.realm)
        }
    }

    /// By the audience of the host that the request came for, as a trusted proxy tells it. From anybody else the field
    /// is the client's own word, and the server's own audience counts.
    private func verifier(for request: Request, _ context: APIContext) throws -> TokenVerifier {
        guard context.isFromTrustedProxy, !services.hostVerifiers.isEmpty else { return services.verifier }
        let said = HTTPField.Name("X-Forwarded-Host").map { request.headers[values: $0] } ?? []
        guard said.count == 1, let host = said.first.flatMap(ForwardedHost.init) else {
            throw Problem(
                .badRequest, "invalid_forwarding",
                "The proxy must send one X-Forwarded-Host with one host in it, because audiences go by it.")
        }
        return services.hostVerifiers[host.name] ?? services.verifier
    }
}
