import HTTPTypes
import Hummingbird

/// What every answer carries: no sniffing, no framing, no referrer, no script but our own.
struct SecurityHeaders: RouterMiddleware {
    /// Whether browsers are told to come by https only, for a year (RFC 6797).
    let isStrict: Bool
    private static let referrerPolicy = HTTPField.Name("Referrer-Policy")

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = Self.referrerPolicy { response.headers[name] = "no-referrer" }
        if isStrict { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        return response
    }
}
