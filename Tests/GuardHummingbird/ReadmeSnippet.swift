import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusGuardRemote

func orders(heardFrom remote: RemoteIssuer) -> some ApplicationProtocol {
    let verifier = TokenVerifier(
        .init(issuer: "https://id.example", audience: "https://api.example"),
        keys: remote.keys, statuses: remote.statuses)
    let router = Router(context: BasicGuardedRequestContext.self)
    router.guarded(by: verifier, .role("clerk")).get("/orders") { _, context in
        "the orders that \(context.principal.subject) may see"
    }
    return Application(router: router, services: [remote])
}
