import Hummingbird
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusGuardHummingbird
import VidimusGuardRemote
import VidimusJOSE

// The code of the landing pages of VidimusGuardHummingbird and VidimusGuardRemote. `PagesTests` compares them.

@Suite("The landing pages of the remote guard and of guarded routes")
struct RoutePageTests {
    @Test(
        "A group inside a guarded one asks for more",
        arguments: [("orders:write", 201), ("orders:read", 403)])
    func nested(scope: String, status: Int) async throws {
        let service = try Service()
        let verifier = service.verifier
        let router = Router(context: BasicGuardedRequestContext.self)

        let orders = router.guarded(by: verifier)
        orders.get("/orders") { _, context in "what \(context.principal.subject) may see" }
        orders.require(.scope("orders:write")).post("/orders") { _, _ in HTTPResponse.Status.created }

        let token = try service.token(scope: scope)
        try await Application(router: router).test(.router) { client in
            let answer = try await client.executeRequest(
                uri: "/orders", method: .post, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(answer.status.code == status)
        }
    }

    @Test("Until the first lists are there, nobody is let in")
    func remote() async throws {
        let (id, secret) = ("orders", "a secret that nobody took")
        let token = try Service().token()

        let remote = try RemoteIssuer("https://id.example", clientID: id, clientSecret: secret)
        let verifier = TokenVerifier(
            .init(issuer: "https://id.example", audience: "https://api.example"),
            keys: remote.keys, statuses: remote.statuses)

        #expect(throws: Refusal.self) { try verifier.verify(token) }
        #expect(await !remote.ready(within: .milliseconds(1)))
    }

    @Test("A guarded route knows who is asking")
    func whoAmI() async throws {
        let service = try Service()
        let verifier = service.verifier
        let router = Router(context: BasicGuardedRequestContext.self)

        router.guarded(by: verifier, .role("admin")).get("/whoami") { _, context in
            context.principal.subject
        }

        let token = try service.token(role: "admin")
        try await Application(router: router).test(.router) { client in
            let answer = try await client.executeRequest(
                uri: "/whoami", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(String(buffer: answer.body) == "alice")
        }
    }

    private func waits(_ remote: RemoteIssuer) async -> Bool {
        let isReady = await remote.ready(within: .seconds(10))
        return isReady
    }
}
