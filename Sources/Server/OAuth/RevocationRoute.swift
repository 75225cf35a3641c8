import HTTPTypes
import Hummingbird
import VidimusIdentity
import VidimusJOSE
import VidimusStatusList

/// `POST /oauth/revoke`: ends what a token stands for (RFC 7009): its session, or the tokens of a client that are out.
/// See decision 26.
struct RevocationRoute {
    let services: Services
    let issuer: String

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        let form = try await ClientAuthentication.form(of: request)
        let client = try await ClientAuthentication(services: services).client(request, form)
        guard form.has("token") else { throw OAuthRefusal(.invalidRequest, "token is missing.") }
        let origin = Origin(actor: client.id.description, address: context.clientAddress)
        switch try await bearer(of: form["token"]) {
        case nil: break
        case .client(let owner, let status):
            if owner != client.id { try Self.requireScope(client) }
            _ = try services.limits.admitRevocation(of: owner)
            _ = try await services.clients.revokeTokens(
                of: owner, knownBy: status, in: services.statuses, origin: origin)
        case .session(let session, let account):
            try Self.requireScope(client)
            _ = try await services.sessions.end(session, of: account, origin: origin)
        }
        // §2.2: also for a token that was good for nothing already.
        return Response(status: .ok, headers: [.cacheControl: "no-store"])
    }

    /// Whom a token is of.
    private enum Bearer {
        case session(ID<Session>, of: ID<Account>)
        case client(ID<Client>, StatusReference)
    }

    /// Reads a token of ours whatever its status says: what is stale or suspended can still be ended.
    private func bearer(of token: String) async throws -> Bearer? {
        if let view = try await services.sessions.view(of: token) {
            return .session(view.session.id, of: view.session.account)
        }
        let policy = ClaimsPolicy(issuer: issuer, type: "at+jwt", required: ["exp", "status"], leeway: .zero)
        guard let keys = services.keyRing.verificationKeys(),
            let claims = try? Token.Verifier(keys, policy).verify(token, at: services.now()),
            let subject = claims["sub"]?.string
        else { return nil }
        if let session = claims["sid"]?.string.flatMap({ ID<Session>($0) }) {
            return ID<Account>(subject).map { .session(session, of: $0) }
        }
        let place = claims["status"]?["status_list"]
        guard let client = ID<Client>(subject), claims["client_id"]?.string == subject,
            let list = place?["uri"]?.string, let index = place?["idx"]?.integer.flatMap({ Int(exactly: $0) })
        else { return nil }
        return .client(client, StatusReference(list: list, index: index))
    }

    /// Who was not given the scope may revoke its own tokens only (§2.1).
    private static func requireScope(_ client: Client) throws {
        guard client.scopes.contains(.revoke) else {
            throw OAuthRefusal(
                .unauthorizedClient,
                "The token is not the client's own, and the client was not given the scope \(Scope.revoke).")
        }
    }
}
