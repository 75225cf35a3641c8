import HTTPTypes
import Hummingbird

/// Refuses a request that does not say whom it is for (RFC 9112 §3.2): the parser lets it through.
struct HostRequired: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard request.head.authority?.isEmpty == false else {
            throw Problem(.badRequest, "missing_host", "The request has no Host header.")
        }
        return try await next(request, context)
    }
}
