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
    private let room: ListenerRoom
    private let written = WrittenEvents()

    init(services: Services, connections: Int) {
        self.services = services
        // Some are left for those who sign in, whatever those who listen do.
        room = ListenerRoom(limit: max(1, connections / 4 * 3))
    }

    func respond(_ request: Request, _ context: SignedIn<APIContext>) throws -> Response {
        let after = try Self.lastEventID(request)
        guard services.view.feed.isConfirmed else {
            throw Problem(
                .serviceUnavailable, "status_unavailable",
                "The database cannot be reached, so nothing can be told; try again.", retryAfter: .seconds(1))
        }
        guard !room.isFull else {
            throw Problem(
                .serviceUnavailable, "too_many_listeners",
                "As many listen as there is room for; a client that leaves its streams open can be disabled.",
                retryAfter: .seconds(5))
        }
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store",
            // nginx holds answers back otherwise.
            HTTPField.Name("X-Accel-Buffering") ?? .contentType: "no",
        ]
        let (principal, room, written, services) = (context.principal, room, written, services)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                // Not before: who is gone by now is never written to, and would be a listener for ever.
                if room.enter() {
                    defer { room.leave() }
                    if let listener = services.view.feed.listen(after: after) {
                        try await StatusStream(
                            services: services, principal: principal, first: listener, written: written
                        ).run(&writer)
                    }
                }
                try await writer.finish(nil)
            })
    }

    /// What never ends has no head worth asking for.
    func refuseHead(_ request: Request, _ context: SignedIn<APIContext>) throws -> Response {
        throw AllowedMethods.refusal(of: .head, allowed: ["GET"])
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
