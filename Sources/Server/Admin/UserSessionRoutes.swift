import Hummingbird
import VidimusGuardHummingbird
import VidimusIdentity
import VidimusJOSE

/// `/v1/users/{id}/sessions` and `/v1/users/{id}/logout`: where somebody is signed in, and the end of it.
struct UserSessionRoutes {
    let services: Services

    func list(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let account = try UserRoutes.id(context)
        guard try await services.accounts.account(account) != nil else { throw AccountRoutes.gone }
        let current = try context.session
        let sessions = try await services.sessions.list(of: account)
        return .json(["sessions": .array(sessions.map { $0.json(current: current) })])
    }

    /// Also what is in flight, such as a sign-in whose password is being checked. No DELETE of the sessions: their list is
    /// there still, and may have new ones at once.
    func endAll(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let ended = try await services.sessions.endAll(of: try UserRoutes.id(context), origin: context.origin)
        guard ended != nil else { throw AccountRoutes.gone }
        return .noContent
    }

    func end(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let account = try UserRoutes.id(context)
        guard let id = context.parameters.get("session").flatMap({ ID<Session>($0) }),
            try await services.sessions.end(id, of: account, origin: context.origin)
        else { throw Problem(.notFound, "unknown_session", "The account has no such session.") }
        return .noContent
    }
}
