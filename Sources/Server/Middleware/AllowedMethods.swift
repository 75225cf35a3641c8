import HTTPTypes
import Hummingbird
import Synchronization

/// Answers 405 with `Allow` (RFC 9110 §15.5.6) where the path is known and the method is not; 404 stays what it is.
///
/// Middleware is added before the routes, so it is told of them when they are all there.
final class AllowedMethods: RouterMiddleware {
    typealias Context = APIContext

    /// A path's elements, nil for one that stands for any, and its methods.
    private let known = Mutex<[(elements: [Substring?], methods: [HTTPRequest.Method])]>([])

    /// The routes of the finished router.
    func learn(_ routes: [Router<APIContext>.RouteDescription]) {
        let byPath = Dictionary(grouping: routes) { $0.path.description }
        known.withLock { known in
            known = byPath.map { path, routes in
                let elements = Self.elements(path).map { $0.hasPrefix("{") ? nil : $0 }
                return (elements, routes.map(\.method))
            }
        }
    }

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let methods = methods(of: request.uri.path)
            guard !methods.isEmpty else { throw error }
            var problem = Problem(
                .methodNotAllowed, "method_not_allowed",
                "This path does not take \(request.method.rawValue.prefix(20)).")
            problem.headers[.allow] = methods.joined(separator: ", ")
            throw problem
        }
    }

    private func methods(of path: String) -> [String] {
        let elements = Self.elements(path)
        return known.withLock { known in
            let fitting = known.filter { route in
                route.elements.count == elements.count
                    && zip(route.elements, elements).allSatisfy { $0 == nil || $0 == $1 }
            }
            return Set(fitting.flatMap { $0.methods.map(\.rawValue) }).sorted()
        }
    }

    /// As the router splits a path: slashes in a row are one.
    private static func elements(_ path: String) -> [Substring] { path.split(separator: "/") }
}
