import Hummingbird

/// Reads the body before anybody is let in by a token.
///
/// A body may drip for a while. Looked at when it began, a token could be revoked, or its owner's role taken away, long
/// before the deed; so the deed comes at once after the look.
struct WholeBody<Context: RequestContext>: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post || request.method == .patch else {
            return try await next(request, context)
        }
        var request = request
        request.body = .init(buffer: ByteBuffer(bytes: try await JSONBody.bytes(of: request)))
        return try await next(request, context)
    }
}
