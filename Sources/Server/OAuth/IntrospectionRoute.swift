import HTTPTypes
import Hummingbird
import VidimusGuard
import VidimusIdentity
import VidimusJOSE

/// `POST /oauth/introspect`: whether a token is good now (RFC 7662), judged as the guard judges it. See decision 26.
struct IntrospectionRoute {
    let services: Services

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        let form = try await ClientAuthentication.form(of: request)
        let client = try await ClientAuthentication(services: services).client(request, form)
        guard client.scopes.contains(.introspect) else {
            throw OAuthRefusal(
                .unauthorizedClient, "The client was not given the scope \(Scope.introspect).")
        }
        guard form.has("token") else { throw OAuthRefusal(.invalidRequest, "token is missing.") }
        // Only where it is asked for: a service that asks about what came as an access token must never hear that it
        // is active because it is somebody's refresh token.
        if form["token_type_hint"] == "refresh_token",
            let view = try await services.sessions.view(of: form["token"])
        {
            return .json(refreshToken(view))
        }
        return .json(try accessToken(form["token"]))
    }

    /// What is not good is not active, and no more is said of it (§2.2).
    private static let inactive: JSON = ["active": false]

    private func accessToken(_ token: String) throws -> JSON {
        do throws(Refusal) {
            return Self.json(of: try services.verifier.verify(token))
        } catch {
            guard error.code == .statusUnavailable else { return Self.inactive }
            throw Problem(
                .serviceUnavailable, error.code.rawValue, error.detail, retryAfter: error.retryAfter)
        }
    }

    /// The claims that the token may say of itself, as they stand in it.
    private static let told = [
        "scope", "client_id", "sub", "aud", "iss", "exp", "iat", "nbf", "jti", "sid", "roles", "auth_time",
        "acr",
        "amr",
    ]

    private static func json(of principal: Principal) -> JSON {
        let claims = told.compactMap { name in principal.claims[name].map { JSON.Member(name, $0) } }
        return .object([.init("active", true), .init("token_type", "Bearer")] + claims)
    }

    private func refreshToken(_ view: RefreshTokenView) -> JSON {
        guard view.isGood else { return Self.inactive }
        let session = view.session
        return [
            "active": true, "sub": .string(session.account.description),
            "sid": .string(session.id.description),
            "client_id": .string(session.client), "iss": .string(services.verifier.configuration.issuer),
            "iat": .integer(session.rotatedAt.seconds), "exp": .integer(view.expiresAt.seconds),
        ]
    }
}
