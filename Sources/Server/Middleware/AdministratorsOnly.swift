import HTTPTypes
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity

/// Lets administrators pass, and writes down who else tried.
///
/// Within a limit, so that somebody who is signed in cannot fill the trail: past it the attempt is refused
/// all the same, but not written down.
struct AdministratorsOnly: RouterMiddleware {
    typealias Context = SignedIn<APIContext>
    let services: Services

    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let requirement = Requirement.role(Role.administrator.description)
        guard let refusal = requirement.check(context.principal, at: services.now()) else {
            return try await next(request, context)
        }
        if (try? services.limits.admitRefusedDeed(session: try context.session)) != nil {
            try await services.audit.recordRefusedAdministration(
                by: try context.account, what: "\(request.method.rawValue) \(request.uri.path.prefix(200))",
                origin: context.origin)
        }
        throw GuardError(refusal, realm: Services.realm)
    }
}
