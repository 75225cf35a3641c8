import HTTPTypes
import Hummingbird

/// Lets scripts of listed origins read our answers (CORS, Fetch §3.3). Others get answers without a word about it,
/// which their browsers keep from them.
///
/// Credentials are never allowed: tokens travel in a header that a script sets, and nothing of ours is in a
/// cookie. The set-up page is for nobody's script.
struct CrossOrigin: RouterMiddleware {
    /// As browsers send them.
    let origins: Set<String>
    let tokenHeader: String?

    /// What a script may read beside the body.
    private static let exposed = "Retry-After, WWW-Authenticate, X-Request-Id"
    private static let methods = "GET, POST, PATCH, DELETE"

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard !Self.isSetUp(request.uri.path) else { return try await next(request, context) }
        let given = request.headers[values: .origin]
        guard let origin = given.first, given.count == 1, origins.contains(origin) else {
            return try await next(request, context).varying
        }
        var response: Response
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            response = preflight
        } else {
            response = try await next(request, context)
            response.headers[.accessControlExposeHeaders] = Self.exposed
        }
        response.headers[.accessControlAllowOrigin] = origin
        return response.varying
    }

    private var preflight: Response {
        Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: Self.methods,
                .accessControlAllowHeaders: ["authorization", "content-type", tokenHeader]
                    .compactMap(\.self).joined(separator: ", "),
                .accessControlMaxAge: "600",
            ])
    }

    /// However many slashes the router forgives.
    private static func isSetUp(_ path: String) -> Bool { path.split(separator: "/").first == "setup" }
}

extension Response {
    /// For caches: the answer may depend on who asks.
    fileprivate var varying: Response {
        var response = self
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        return response
    }
}
