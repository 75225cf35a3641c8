import Foundation
import Hummingbird
import HTTPTypes
import VidimusJOSE

/// A service with the same route as `GuardService`, behind another way of knowing who asks: `Compare serve KIND`.
enum CheckedService {
    static func run(_ kind: String) async throws {
        let credentials = try credentials(kind)
        let router = Router(context: CheckedContext.self)
        router.post("logout") { request, _ in
            try await credentials.signOut(try CheckMiddleware.credential(in: request))
            return Response(status: .noContent)
        }
        router.group().add(middleware: CheckMiddleware(credentials: credentials)).get("orders") {
            _, context in
            "the orders that \(context.subject) may see"
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                FileHandle.standardOutput.write(
                    Data("listens on http://127.0.0.1:\(channel.localAddress?.port ?? 0)\n".utf8))
            })
        try await application.runService()
    }

    private static func credentials(_ kind: String) throws -> any Credentials {
        let environment = ProcessInfo.processInfo.environment
        let store = environment["COMPARE_STORE"] ?? ""
        switch kind {
        case "sqlite": return try SQLiteSessions(store)
        case "postgresql": return try PostgreSQLSessions(store)
        case "redis": return try RedisSessions(store)
        default:
            // A secret for HS256 is what its verifiers must have, too.
            let jwk = try JWK(JSON.parse(Array((environment["COMPARE_KEY"] ?? "").utf8)))
            let key = try VerificationKey(jwk)
            return kind == "blacklist" ? try BlacklistedTokens(key, store) : Tokens(key)
        }
    }
}

struct CheckedContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var subject = ""

    init(source: Source) { coreContext = .init(source: source) }
}

/// Lets a request through if its credential is somebody's.
struct CheckMiddleware: RouterMiddleware {
    typealias Context = CheckedContext

    let credentials: any Credentials

    @concurrent
    func handle(
        _ request: Request, context: CheckedContext,
        next: @concurrent (Request, CheckedContext) async throws -> Response
    ) async throws -> Response {
        guard let subject = try await credentials.subject(of: Self.credential(in: request)) else {
            throw HTTPError(.unauthorized)
        }
        var context = context
        context.subject = subject
        return try await next(request, context)
    }

    static func credential(in request: Request) throws -> String {
        guard let field = request.headers[.authorization], field.hasPrefix("Bearer ") else {
            throw HTTPError(.unauthorized)
        }
        return String(field.dropFirst(7))
    }
}
