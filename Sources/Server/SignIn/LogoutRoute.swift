import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity

/// `POST /v1/logout`: ends this session, the others, or all; doing it again is fine.
///
/// Who signs out shows the access token, or, when that has expired or is lost, the refresh token.
struct LogoutRoute {
    let services: Services
    let credentials: CredentialReader

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let body = try await JSONBody(of: request, mayBeEmpty: true)
        let written = try body.optionalString("scope") ?? Sessions.Reach.this.rawValue
        guard let reach = Sessions.Reach(rawValue: written) else {
            throw JSONBody.wrong("scope", "one of this, others, all")
        }
        let refreshToken = try body.optionalString("refresh_token")
        switch try await bearer(of: request, refreshToken: refreshToken, context: context) {
        case .session(let session, let account):
            try await services.sessions.signOut(
                session, of: account, reach: reach, origin: Origin(address: context.clientAddress))
        case .ended where reach == .this:
            break
        case .ended:
            throw Problem(
                .unauthorized, "revoked", "The session is over, so it cannot end others; sign in again.")
        case .unknown:
            throw Problem(.unauthorized, "invalid_refresh_token", "The refresh token is not one of ours.")
        }
        return .noContent
    }

    private func bearer(
        of request: Request, refreshToken: String?, context: APIContext
    ) async throws -> Sessions.Bearer {
        do throws(Refusal) {
            guard let token = try credentials.token(in: request.headers) else {
                throw Refusal(.missingToken, "no token came")
            }
            let principal = try services.verifier.verify(token)
            guard let account = ID<Account>(principal.subject),
                let session = principal.sessionID.flatMap({ ID<Session>($0) })
            else { throw Refusal(.invalidToken, "the token names no session of ours") }
            return .session(session, of: account)
        } catch {
            if error.code == .invalidRequest { throw GuardError(error, realm: Services.realm) }
            if let refreshToken {
                return try await services.sessions.bearer(
                    of: refreshToken, visitor: context.visitor(of: request))
            }
            if error.code == .revoked { return .ended }
            throw GuardError(error, realm: Services.realm)
        }
    }
}
