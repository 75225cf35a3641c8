import HTTPTypes
import Hummingbird
import Logging

/// One line a request, with its id: method, path without query (a link's token stands there), status,
/// time. Never a header, never a body.
struct AccessLog: RouterMiddleware {
    private static let requestID = HTTPField.Name("X-Request-Id")

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        if let name = Self.requestID { response.headers[name] = context.id }
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue.prefix(20))", "path": "\(request.uri.path.prefix(200))",
                "status": "\(response.status.code)", "address": "\(context.clientAddress ?? "-")",
                "ms": "\((ContinuousClock.now - start) / .milliseconds(1))",
            ])
        return response
    }
}
