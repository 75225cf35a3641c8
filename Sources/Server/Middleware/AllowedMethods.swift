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
                return (elements, Self.answered(routes.map(\.method)))
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
            throw Self.refusal(of: request.method, allowed: methods)
        }
    }

    static func refusal(of method: HTTPRequest.Method, allowed: [String]) -> Problem {
        var problem = Problem(
            .methodNotAllowed, "method_not_allowed", "This path does not take \(method.rawValue.prefix(20)).")
        problem.headers[.allow] = allowed.joined(separator: ", ")
        return problem
    }

    /// Who answers GET answers HEAD. A HEAD of its own is there to refuse it.
    private static func answered(_ methods: [HTTPRequest.Method]) -> [HTTPRequest.Method] {
        if methods.contains(.head) { return methods.filter { $0 != .head } }
        return methods.contains(.get) ? methods + [.head] : methods
    }

    private func methods(of path: String) -> [String] {
        let elements = Self.elements(path)
        return known.withLock { known in
            let fitting = known.filter { route in
                route.elements.count == elements.count
                    && zip(route.elements, elements).allSatisfy { $0 == nil || $0 == $1 }
            }
            // As the router does: a path that is named goes before one with any element in that place.
            let named = fitting.filter { !$0.elements.contains(nil) }
            return Set((named.isEmpty ? fitting : named).flatMap { $0.methods.map(\.rawValue) }).sorted()
        }
    }

    /// As the router splits a path: slashes in a row are one.
    private static func elements(_ path: String) -> [Substring] { path.split(separator: "/") }
}
