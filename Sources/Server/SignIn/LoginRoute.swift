import Hummingbird
import Logging
import VidimusIdentity
import VidimusJOSE

/// `POST /v1/login`: e-mail and password for a session.
///
/// Unknown address, wrong password and disabled account get one answer after the same work. Whoever was asked to sign
/// in again (RFC 9470) sends what the challenge said, and the refresh token to stay in the same session.
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
        try Self.requireMet(acr: try body.optionalString("acr_values"))
        // A sign-in is as fresh as can be: it meets every age there is.
        _ = try body.optionalInteger("max_age", in: 0...Int64(Int32.max))
        let refreshToken = try body.optionalString("refresh_token")
        let address = EmailAddress(email)
        let permit = try services.limits.admitSignIn(account: address, address: context.clientAddress)
        guard password.utf8.count <= PasswordRule.maximumBytes else { throw Self.refused }
        let visitor = context.visitor(of: request, device: device)
        let outcome: RefreshOutcome?
        do {
            if let refreshToken {
                outcome = try await services.credentials.signInAgain(
                    email: address, password: password, refreshToken: refreshToken,
                    client: Services.ownClient, visitor: visitor)
            } else {
                outcome = try await services.credentials.signIn(
                    email: address, password: password, client: Services.ownClient, visitor: visitor
                ).map(RefreshOutcome.rotated)
            }
        } catch {
            // It was not the password that failed.
            services.limits.giveBack(permit)
            throw error
        }
        guard let outcome else { throw Self.refused }
        services.limits.giveBack(permit)
        if outcome.isGrant { services.metrics.signedIn() }
        return try RefreshRoute(services: services).answer(to: outcome, context: context)
    }

    /// A password makes `aal1`; a wish for something else only is refused rather than met by less.
    private static func requireMet(acr wish: String?) throws {
        let classes = (wish ?? "").split(separator: " ")
        guard classes.isEmpty || classes.contains("aal1") else {
            throw Problem(
                .unprocessableContent, "unmet_authentication_requirements",
                "This version signs in by password, which is the class 'aal1'; 'acr_values' asks for others only."
            )
        }
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
