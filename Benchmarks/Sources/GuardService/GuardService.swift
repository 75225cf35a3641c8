import Foundation
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusGuardRemote

/// A service behind the guard, which hears a server in another process: `GuardService ISSUER [MEMORY|deaf]`.
///
/// `MEMORY` is how many bytes of verified tokens it may remember; `deaf` listens to nobody, and refuses everybody.
/// Prints its port once it hears the issuer's stream.
@main
struct GuardService {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let issuer = arguments.first else { exit(64) }
        let isDeaf = arguments.dropFirst().first == "deaf"
        let environment = ProcessInfo.processInfo.environment
        let remote = try RemoteIssuer(
            issuer, clientID: environment["VIDIMUS_CLIENT_ID"],
            clientSecret: environment["VIDIMUS_CLIENT_SECRET"])
        var configuration = TokenVerifier.Configuration(issuer: issuer, audience: issuer)
        if let memory = arguments.dropFirst().first.flatMap({ Int($0) }) {
            configuration.memoryBytes = memory
        }
        let verifier = TokenVerifier(configuration, keys: remote.keys, statuses: remote.statuses)
        let application = Application(
            router: routes(verifier), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            services: isDeaf ? [] : [remote],
            onServerRunning: { channel in
                while !isDeaf, !remote.statuses.condition.isConnected {
                    try? await Task.sleep(for: .milliseconds(5))
                }
                FileHandle.standardOutput.write(
                    Data("listens on http://127.0.0.1:\(channel.localAddress?.port ?? 0)\n".utf8))
            })
        try await application.runService()
    }

    static func routes(_ verifier: TokenVerifier) -> Router<BasicGuardedRequestContext> {
        let router = Router(context: BasicGuardedRequestContext.self)
        let guarded = router.guarded(by: verifier)
        guarded.get("orders") { _, context in "the orders that \(context.principal.subject) may see" }
        guarded.get("roles") { _, context in context.principal.roles.joined(separator: " ") }
        return router
    }
}
