import Hummingbird
import Logging
import VidimusIdentity
import VidimusJOSE

/// `POST /v1/login`: e-mail and password for a session.
///
/// Unknown address, wrong password and disabled account get one answer after the same work.
struct LoginRoute {
    let services: Services

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let body = try await JSONBody(of: request)
        let (email, password) = (try body.string("email"), try body.string("password"))
        let device = try body.optionalString("device")
        if try body.optionalFlag("cookies") == true {
            throw Problem(
                .unprocessableContent, "cookies_unavailable",
                "This version keeps no cookies; leave 'cookies' out and keep the tokens in memory.")
        }
        let address = EmailAddress(email)
        let permit = try services.limits.admitSignIn(account: address, address: context.clientAddress)
        guard password.utf8.count <= PasswordRule.maximumBytes else { throw Self.refused }
        let grant: SessionGrant?
        do {
            grant = try await services.credentials.signIn(
                email: address, password: password, client: Services.ownClient,
                visitor: context.visitor(of: request, device: device))
        } catch {
            // It was not the password that failed.
            services.limits.giveBack(permit)
            throw error
        }
        guard let grant else { throw Self.refused }
        services.limits.giveBack(permit)
        services.metrics.signedIn()
        return try services.answer(with: grant, logger: context.logger)
    }

    private static let refused = Problem(
        .unauthorized, "invalid_credentials", "The e-mail address or the password is wrong.")
}

extension Services {
    /// The client id of the server's own sign-in.
    static let ownClient = "vidimus"

    /// The token answer of OAuth's shape (RFC 6749 §5.1) for a session.
    func answer(with grant: SessionGrant, logger: Logger) throws -> Response {
        let minted = try accessTokens.mint(for: grant)
        if let claim = minted.oversizedBy {
            logger.warning(
                "an access token is over its budget; proxies may refuse the header",
                metadata: [
                    "bytes": "\(minted.token.utf8.count)", "budget": "\(AccessTokens.budget)",
                    "largest_claim": "\(claim)", "account": "\(grant.account.id)",
                ])
        }
        return .json([
            "access_token": .string(minted.token), "token_type": "Bearer",
            "expires_in": .integer(minted.expiresIn),
            "refresh_token": .string(grant.refreshToken), "session_id": .string(grant.session.id.description),
        ])
    }
}
