import HTTPTypes
import Hummingbird

/// Refuses a request that does not say, once, whom it is for (RFC 9112 §3.2): the parser lets it through.
///
/// Of two hosts a proxy may go by one and a service by the other.
struct HostRequired: RouterMiddleware {
    private static let host = HTTPField.Name("Host")

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let authority = request.head.authority, !authority.isEmpty else {
            throw Problem(.badRequest, "missing_host", "The request has no Host header.")
        }
        // The first Host became the authority. In HTTP/2 one may stand beside `:authority` that says the same (RFC 9113
        // §8.3.1).
        let others = Self.host.map { request.headers[values: $0] } ?? []
        guard others.isEmpty || context.isHTTP2 && others == [authority], Self.isAuthority(authority) else {
            throw Problem(
                .badRequest, "invalid_host",
                "The request has several Host headers, or one that names no host.")
        }
        return try await next(request, context)
    }

    /// What RFC 3986 §3.2 lets stand in a host with its port; no user, no path, no blank.
    private static func isAuthority(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
        }
    }
}
