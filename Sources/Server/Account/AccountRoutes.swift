import Hummingbird
import VidimusGuardHummingbird
import VidimusIdentity
import VidimusJOSE

/// `/v1/me` and `/v1/sessions`: what people see and change of their own.
struct AccountRoutes {
    let services: Services

    func show(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        guard let account = try await services.accounts.account(try context.account) else { throw Self.gone }
        return .json(account.json)
    }

    func change(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        guard body.has("name") else { throw JSONBody.missing("name") }
        let patch = AccountPatch(name: .some(try NewAccount.name(try body.optionalString("name"))))
        switch try await services.accounts.update(try context.account, patch, origin: context.origin) {
        case .done(let account): return .json(account.json)
        case .unknownAccount, .lastAdministrator, .tooManyRoles: throw Self.gone
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

    static let gone = Problem(.notFound, "unknown_account", "There is no such account.")
}
