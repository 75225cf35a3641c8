import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird

func orders(keys: any KeySource, statuses: any StatusSource) -> Router<BasicGuardedRequestContext> {
    let verifier = TokenVerifier(
        .init(issuer: "https://id.example", audience: "https://api.example"), keys: keys, statuses: statuses)
    let router = Router(context: BasicGuardedRequestContext.self)
    router.guarded(by: verifier, .role("clerk")).get("/orders") { _, context in
        "the orders that \(context.principal.subject) may see"
    }
    return router
}
