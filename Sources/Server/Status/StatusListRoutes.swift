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
            JSON.object([.init(StatusListToken.aggregationMember, .array(addresses))]).encoded(),
            type: "application/json", maximumAge: lists.maximumAge, for: request)
    }

    /// One list, signed: §8.1.
    func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = context.parameters.get("list") ?? ""
        guard let list = try await lists.list(at: services.statuses.address(named: name)) else {
            throw Problem(
                .notFound, "not_found", "There is no such status list; /status names those there are.")
        }
        var headers: HTTPFields = [
            .eTag: list.tag, .cacheControl: "public, max-age=\(seconds(lists.maximumAge))",
        ]
        if request.isKnown(tag: list.tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = StatusListToken.mediaType
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: list.token)))
    }

    private func seconds(_ duration: Duration) -> Int64 { max(1, duration.components.seconds) }
}
