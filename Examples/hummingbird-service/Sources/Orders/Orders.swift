import Foundation
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusGuardRemote

/// A service that takes the access tokens of a Vidimus server: `Orders ISSUER [PORT]`.
///
/// `VIDIMUS_CLIENT_ID` and `VIDIMUS_CLIENT_SECRET` are what `vidimus client create orders --scope status:read` printed.
/// Without them the server's status lists are polled, and a sign-out is heard of that much later.
@main
struct Orders {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let issuer = arguments.first, let port = Int(arguments.dropFirst().first ?? "8081") else {
            FileHandle.standardError.write(Data("usage: Orders ISSUER [PORT]\n".utf8))
            exit(64)
        }
        let environment = ProcessInfo.processInfo.environment
        let remote = try RemoteIssuer(
            issuer, clientID: environment["VIDIMUS_CLIENT_ID"],
            clientSecret: environment["VIDIMUS_CLIENT_SECRET"])
        // The server's tokens are for itself unless it was told another audience.
        let verifier = TokenVerifier(
            .init(issuer: issuer, audience: issuer), keys: remote.keys, statuses: remote.statuses)
        var service = Application(
            router: routes(verifier), configuration: .init(address: .hostname("127.0.0.1", port: port)),
            services: [remote],
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                FileHandle.standardOutput.write(Data("listens on http://127.0.0.1:\(port)\n".utf8))
            })
        // The first request need not wait for the first list. Without the server this service starts all the same, and
        // refuses with 503 until it hears of it.
        service.beforeServerStarts { _ = await remote.ready(within: .seconds(5)) }
        try await service.runService()
    }

    static func routes(_ verifier: TokenVerifier) -> Router<BasicGuardedRequestContext> {
        let router = Router(context: BasicGuardedRequestContext.self)
        router.get("/") { _, _ in "open to all" }
        router.guarded(by: verifier).get("/orders") { _, context in
            "the orders that \(context.principal.subject) may see"
        }
        router.guarded(by: verifier, .role("clerk")).get("/orders/all") { _, _ in "everybody's orders" }
        return router
    }
}
