import HTTPTypes
import Hummingbird
import VidimusGuardHummingbird
package import VidimusIdentity
package import VidimusJOSE

/// `/v1/clients`: the services that get tokens of their own, as administrators see and change them.
struct ClientRoutes {
    let services: Services

    func list(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let page = try PageQuery(request)
        let place = try page.place.map { time, id in
            guard let id = ID<Client>(id) else { throw PageQuery.wrongPlace }
            return Clients.Place(createdAt: time, id: id)
        }
        let clients = try await services.clients.list(after: place, limit: page.limit + 1)
        let shown = clients.prefix(page.limit)
        let next =
            clients.count > page.limit
            ? shown.last.map { PageQuery.cursor($0.createdAt, $0.id.description) } : nil
        return .json(["clients": .array(shown.map(\.json)), "next": next.map(JSON.string) ?? .null])
    }

    func create(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        let new = NewClient(
            name: try body.string("name"), grants: try body.optionalStrings("grants") ?? [],
            scopes: try body.optionalStrings("scopes") ?? [])
        let (name, grants, scopes) = try new.checked {
            Problem(.unprocessableContent, $0, "\($1).")
        }
        let (client, secret) = try await services.clients.create(
            name: name, grants: grants, scopes: scopes, origin: context.origin)
        return .json(client.json(with: secret), status: .created)
    }

    func show(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        guard let client = try await services.clients.client(try Self.id(context)) else { throw Self.gone }
        return .json(client.json)
    }

    func change(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        let id = try Self.id(context)
        let isDisabled = try body.flag("disabled")
        guard let changed = try await services.clients.setDisabled(id, to: isDisabled, origin: context.origin)
        else { throw Self.gone }
        return .json(changed.json)
    }

    func replaceSecret(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        guard
            let (client, secret) = try await services.clients.replaceSecret(
                try Self.id(context), origin: context.origin)
        else { throw Self.gone }
        return .json(client.json(with: secret))
    }

    func delete(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        guard try await services.clients.delete(try Self.id(context), origin: context.origin) else {
            throw Self.gone
        }
        return .noContent
    }

    private static let gone = Problem(.notFound, "not_found", "There is no such client.")

    private static func id(_ context: SignedIn<APIContext>) throws -> ID<Client> {
        guard let id = context.parameters.get("id").flatMap({ ID<Client>($0) }) else { throw gone }
        return id
    }
}

/// A client as somebody wants it, in words.
package struct NewClient {
    let name: String
    let grants: [String]
    let scopes: [String]

    package init(name: String, grants: [String], scopes: [String]) {
        self.name = name
        self.grants = grants
        self.scopes = scopes
    }

    /// The same, checked; `refusal` makes an error of a stable code and a sentence without its full stop.
    package func checked(
        _ refusal: (_ code: String, _ sentence: String) -> any Error
    ) throws -> (String, Set<Client.Grant>, [Scope]) {
        guard (1...100).contains(name.count),
            !name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else {
            throw refusal("invalid_name", "A client's name has 1 to 100 characters and no control characters")
        }
        let grants = try grants.map { text in
            guard let grant = Client.Grant(rawValue: text) else {
                throw refusal(
                    "unsupported_grant",
                    "'\(text.prefix(64))' is not a grant of this version; there is "
                        + Client.Grant.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return grant
        }
        let scopes = try scopes.flatMap { $0.split(separator: " ") }.map { text in
            guard let scope = Scope(String(text)) else {
                throw refusal("invalid_scope", "a scope is printable ASCII without quotes and backslashes")
            }
            guard !Clients.reservedScopes.contains(scope.description) else {
                throw refusal("invalid_scope", "the scope '\(scope)' is for people only")
            }
            return scope
        }
        guard scopes.count <= 32 else { throw refusal("invalid_scope", "a client has at most 32 scopes") }
        return (name, grants.isEmpty ? [.clientCredentials] : Set(grants), scopes)
    }
}

extension Client {
    /// A client as the API and `--json` show it, without its secret.
    package var json: JSON {
        [
            "client_id": .string(id.description), "name": .string(name),
            "grants": .array(grants.map(\.rawValue).sorted().map(JSON.string)),
            "scopes": .array(scopes.map { .string($0.description) }), "disabled": .bool(isDisabled),
            "created_at": .string(createdAt.rfc3339),
        ]
    }

    /// The same with the secret, which is shown this once.
    package func json(with secret: ClientSecret) -> JSON {
        .object((json.object ?? []) + [.init("client_secret", .string(secret.text))])
    }
}
