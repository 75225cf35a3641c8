import Foundation
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusJOSE

/// A service that takes the access tokens of a Vidimus server: `Orders ISSUER KEY-SET-FILE [PORT]`.
@main
struct Orders {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let issuer = arguments.first, let file = arguments.dropFirst().first,
            let port = Int(arguments.dropFirst(2).first ?? "8081")
        else {
            FileHandle.standardError.write(Data("usage: Orders ISSUER KEY-SET-FILE [PORT]\n".utf8))
            exit(64)
        }
        let keys = try JWKSet(parsing: Array(Data(contentsOf: URL(filePath: file))), publicOnly: true)
        // The server's tokens are for itself unless it was told another audience.
        let verifier = TokenVerifier(
            .init(issuer: issuer, audience: issuer), keys: LocalKeys(keys),
            statuses: StatusesNotHeard(issuer: issuer))
        let service = Application(
            router: routes(verifier), configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                FileHandle.standardOutput.write(Data("listens on http://127.0.0.1:\(port)\n".utf8))
            })
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
