import HTTPTypes
import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `POST /oauth/token`: RFC 6749 §3.2. In this version by one grant, `client_credentials` (§4.4).
struct TokenRoute {
    let services: Services

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        let form = try await ClientAuthentication.form(of: request)
        let client = try await ClientAuthentication(services: services).client(request, form)
        guard form.has("grant_type") else { throw OAuthRefusal(.invalidRequest, "grant_type is missing.") }
        guard let grant = Client.Grant(rawValue: form["grant_type"]) else {
            throw OAuthRefusal(
                .unsupportedGrantType,
                "Grants that there are: \(Client.Grant.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard client.grants.contains(grant) else {
            throw OAuthRefusal(.unauthorizedClient, "The client was not given the grant \(grant.rawValue).")
        }
        let scopes = try Self.scopes(form["scope"], of: client)
        let minted = try services.accessTokens.mint(for: client, scopes: scopes)
        return .json([
            "access_token": .string(minted.token), "token_type": "Bearer",
            "expires_in": .integer(minted.expiresIn),
            "scope": .string(scopes.map(\.description).joined(separator: " ")),
        ])
    }

    /// What was asked for, if the client may have it; without a wish, everything it may have (§3.3).
    private static func scopes(_ wish: String, of client: Client) throws -> [Scope] {
        let names = wish.split(separator: " ").map(String.init)
        let scopes = names.isEmpty ? client.scopes : names.compactMap { Scope($0) }
        guard scopes.count >= names.count, scopes.allSatisfy(client.scopes.contains) else {
            throw OAuthRefusal(.invalidScope, "The client was not given every scope asked for.")
        }
        return Set(scopes).sorted()
    }
}
