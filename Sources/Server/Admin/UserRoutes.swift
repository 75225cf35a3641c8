import Hummingbird
import VidimusGuardHummingbird
import VidimusIdentity
import VidimusJOSE

/// `/v1/users`: what administrators see and change.
struct UserRoutes {
    let services: Services

    func list(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let page = try PageQuery(request)
        let place = try page.place.map { time, id in
            guard let id = ID<Account>(id) else { throw PageQuery.wrongPlace }
            return Accounts.Place(createdAt: time, id: id)
        }
        let accounts = try await services.accounts.list(after: place, limit: page.limit + 1)
        let shown = accounts.prefix(page.limit)
        let next =
            accounts.count > page.limit
            ? shown.last.map { PageQuery.cursor($0.createdAt, $0.id.description) } : nil
        return .json(["users": .array(shown.map(\.json)), "next": next.map(JSON.string) ?? .null])
    }

    func create(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        let email = try NewAccount.email(try body.string("email"))
        let password = try body.optionalString("password").map { try NewAccount.password($0, email: email) }
        let name = try NewAccount.name(try body.optionalString("name"))
        let roles = try Self.roles(try body.optionalStrings("roles") ?? [])
        var hash: PasswordHash?
        if let password { hash = try await services.credentials.hash(password) }
        switch try await services.accounts.register(
            email: email, password: hash, name: name, roles: roles, origin: context.origin)
        {
        case .registered(let account): return .json(account.json, status: .created)
        case .taken:
            throw AccountRoutes.emailTaken
        }
    }

    func show(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        guard let account = try await services.accounts.account(try Self.id(context)) else {
            throw AccountRoutes.gone
        }
        return .json(account.json)
    }

    func change(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        // Somebody who misspelt what he wants must not take it for done.
        guard ["roles", "disabled", "name", "email"].contains(where: body.has) else {
            throw JSONBody.missing("roles', 'disabled', 'name' or 'email")
        }
        var patch = AccountPatch()
        if body.has("roles") { patch.roles = .set(try Self.roles(try body.strings("roles"))) }
        if body.has("disabled") { patch.isDisabled = try body.flag("disabled") }
        if body.has("name") { patch.name = .some(try NewAccount.name(try body.optionalString("name"))) }
        if body.has("email") {
            // Whoever has the address will get its mail, and so the account.
            try context.requireRecentSignIn(at: services.now())
            patch.email = try NewAccount.email(in: body)
        }
        return try AccountRoutes.answer(
            to: try await services.accounts.update(
                try Self.id(context), patch, by: try context.session, needing: .administrator,
                origin: context.origin)
        ) { .json($0.json) }
    }

    func delete(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        try AccountRoutes.answer(
            to: try await services.accounts.delete(
                try Self.id(context), by: try context.session, needing: .administrator,
                origin: context.origin)
        ) { _ in .noContent }
    }

    /// The account that the path names.
    static func id(_ context: SignedIn<APIContext>) throws -> ID<Account> {
        guard let id = context.parameters.get("id").flatMap({ ID<Account>($0) }) else {
            throw AccountRoutes.gone
        }
        return id
    }

    private static func roles(_ names: [String]) throws -> Roles {
        let roles = try names.map { name in
            guard let role = Role(name) else {
                throw JSONBody.wrong("roles", "an array of names made of letters, digits and . _ : -")
            }
            return role
        }
        guard roles.count <= Roles.limit else {
            throw JSONBody.wrong("roles", "an array of at most \(Roles.limit) names")
        }
        return Roles(roles)
    }
}
