import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity
import VidimusJOSE

/// `/v1/me` and `/v1/sessions`: what people see and change of their own.
struct AccountRoutes {
    let services: Services
    /// Where it is closed, accounts are the administrators' affair, and so are addresses.
    let isSignUpOpen: Bool

    func show(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        guard let account = try await services.accounts.account(try context.account) else { throw Self.gone }
        return .json(account.json)
    }

    func change(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        guard body.has("name") || body.has("email") else { throw JSONBody.missing("name' or 'email") }
        var patch = AccountPatch()
        // Each change is written down, and the trail is kept for long.
        if !body.has("email") { _ = try services.limits.admitRenaming(account: try context.account) }
        if body.has("name") { patch.name = .some(try NewAccount.name(try body.optionalString("name"))) }
        if body.has("email") {
            try requireOwnAffair()
            try context.requireRecentSignIn(at: services.now())
            patch.email = try NewAccount.email(in: body)
            _ = try services.limits.admitEmailChange(
                account: try context.account, address: context.parent.clientAddress)
        }
        return try Self.answer(
            to: try await services.accounts.update(
                try context.account, patch, by: try context.session, origin: context.origin)
        ) { .json($0.json) }
    }

    /// Deletes one's own account: RFC 9470 before, nothing left after.
    func delete(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        try requireOwnAffair()
        try context.requireRecentSignIn(at: services.now())
        return try Self.answer(
            to: try await services.accounts.delete(
                try context.account, by: try context.session, origin: context.origin)
        ) { _ in .noContent }
    }

    private func requireOwnAffair() throws {
        guard isSignUpOpen else {
            throw Problem(
                .forbidden, "account_managed",
                "Sign-up is closed here, so administrators change addresses and delete accounts; ask one.")
        }
    }

    func sessions(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let current = try context.session
        let sessions = try await services.sessions.list(of: try context.account)
        return .json(["sessions": .array(sessions.map { $0.json(current: current) })])
    }

    func endSession(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let ended =
            if let id = context.parameters.get("id").flatMap({ ID<Session>($0) }) {
                try await services.sessions.end(id, of: try context.account, origin: context.origin)
            } else {
                false
            }
        guard ended else { throw Problem(.notFound, "unknown_session", "You have no such session.") }
        return .noContent
    }

    /// The answer to a change of an account, whoever made it.
    static func answer(to outcome: Accounts.Outcome, _ done: (Account) -> Response) throws -> Response {
        switch outcome {
        case .done(let account): return done(account)
        case .unknownAccount: throw gone
        case .lastAdministrator:
            throw Problem(
                .conflict, "last_administrator", "This is the last administrator; make another one first.")
        case .tooManyRoles:
            throw Problem(
                .unprocessableContent, "too_many_roles", "An account has at most \(Roles.limit) roles.")
        case .emailTaken: throw emailTaken
        case .actorGone:
            throw GuardError(
                Refusal(.revoked, "the session ended while the request was under way"),
                realm: Services.realm)
        case .actorDemoted:
            throw GuardError(
                Refusal(.stale, "the account's roles changed while the request was under way"),
                realm: Services.realm)
        }
    }

    static let emailTaken = Problem(
        .conflict, "email_taken", "An account with this e-mail address exists.")
    static let gone = Problem(.notFound, "unknown_account", "There is no such account.")
}
