import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `/healthz`: the process answers. `/readyz`: it can do its work.
struct HealthRoutes {
    let services: Services

    func alive(_ request: Request, _ context: APIContext) -> Response { .json(["status": "ok"]) }

    func ready(_ request: Request, _ context: APIContext) async -> Response {
        let hasKey = (try? services.keyRing.signingKey()) != nil
        let isRead = (try? await services.accounts.list(after: nil, limit: 1)) != nil
        let age = services.statuses.confirmedAt.map { services.now().duration(since: $0) }
        let isCurrent = age.map { $0 < .seconds(5) } ?? false
        let isReady = hasKey && isRead && isCurrent
        return .json(
            [
                "status": isReady ? "ready" : "not ready", "signing_key": .bool(hasKey),
                "database": .bool(isRead),
                "statuses": .bool(isCurrent),
            ], status: isReady ? .ok : .serviceUnavailable)
    }
}
