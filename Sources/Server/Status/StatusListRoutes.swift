import HTTPTypes
import Hummingbird
import VidimusIdentity
import VidimusJOSE
import VidimusStatusList

/// `GET /status` and `GET /status/{list}`: which tokens are not to be believed any more, for everybody.
struct StatusListRoutes {
    let services: Services
    let lists: PublishedLists

    init(services: Services, timeToLive: Duration) {
        self.services = services
        lists = PublishedLists(
            services.statuses, services.view.feed, services.keyRing, timeToLive: timeToLive, now: services.now
        )
    }

    /// The addresses of all lists: draft-ietf-oauth-status-list §9.3.
    func aggregation(_ request: Request, _ context: APIContext) -> Response {
        let addresses = services.statuses.lists().keys.sorted().map(JSON.string)
        return .cached(
            Representation(
                JSON.object([.init(StatusListToken.aggregationMember, .array(addresses))]).encoded()),
            type: "application/json", maximumAge: lists.maximumAge, for: request)
    }

    /// One list, signed: §8.1.
    func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = context.parameters.get("list") ?? ""
        guard let list = try await lists.list(at: services.statuses.address(named: name)) else {
            throw Problem(
                .notFound, "not_found", "There is no such status list; /status names those there are.")
        }
        return .cached(
            list.token, type: StatusListToken.mediaType, maximumAge: lists.maximumAge, for: request)
    }
}
