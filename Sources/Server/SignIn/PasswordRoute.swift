import Hummingbird
import VidimusGuardHummingbird
import VidimusIdentity

/// `POST /v1/password/change`: a new password for the present one; the other sessions end.
///
/// The present password is a sign-in of this very request, so no fresh one is asked for besides. See decision 33.
struct PasswordRoute {
    let services: Services

    func respond(to request: Request, context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        let current = try body.string("current_password")
        guard let account = try await services.accounts.account(try context.account) else {
            throw AccountRoutes.gone
        }
        let new = try NewAccount.password(try body.string("new_password"), email: account.email)
        // Whoever holds a stolen access token must not get to guess the password without a limit.
        let permit = try services.limits.admitPasswordCheck(session: try context.session)
        guard current.utf8.count <= PasswordRule.maximumBytes else { throw Self.wrong }
        let change = try await services.credentials.changePassword(
            of: account.id, session: try context.session, current: current,
            new: try await services.credentials.hash(new, for: context.origin.address), origin: context.origin
        )
        guard case .changed = change else { throw Self.wrong }
        services.limits.giveBack(permit)
        return .noContent
    }

    private static let wrong = Problem(.forbidden, "wrong_password", "The present password is wrong.")
}
