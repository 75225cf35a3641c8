import HTTPTypes
import Hummingbird
import NIOCore
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity
import VidimusJOSE
import VidimusStatusList

/// `GET /status/events`: what verifiers must hear of, as it happens (server-sent events). See decision 23.
struct StatusEventsRoute {
    let services: Services

    func respond(_ request: Request, _ context: SignedIn<APIContext>) throws -> Response {
        let after = try Self.lastEventID(request)
        guard let listener = services.view.feed.listen(after: after) else {
            throw Problem(
                .serviceUnavailable, "status_unavailable",
                "The database cannot be reached, so nothing can be told; try again.", retryAfter: .seconds(1))
        }
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store",
            // nginx holds answers back otherwise.
            HTTPField.Name("X-Accel-Buffering") ?? .contentType: "no",
        ]
        let stream = StatusStream(services: services, principal: context.principal, first: listener)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await stream.run(&writer)
                try await writer.finish(nil)
            })
    }

    private static func lastEventID(_ request: Request) throws -> Int64? {
        guard let field = HTTPField.Name("Last-Event-ID"), let text = request.headers[field], !text.isEmpty
        else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw Problem(
                .badRequest, "invalid_last_event_id",
                "Last-Event-ID is not the id of an event of this stream.")
        }
        return number
    }
}
