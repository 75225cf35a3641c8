import HTTPTypes
import Hummingbird

/// Answers HEAD without content (RFC 9110 §9.3.2), refusals too: who asked by HEAD would take content for the next
/// answer on the connection, and a proxy would give it to somebody else.
struct HeadRequests: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard request.method == .head else { return response }
        // What GET would have; without a length the encoder would end the empty content by a chunk.
        let length = response.headers[.contentLength] ?? "0"
        response.body = .init()
        response.headers[.contentLength] = length
        return response
    }
}
