import HTTPTypes
import VidimusJOSE
import VidimusStatusList

/// What verifiers in other processes go by.
enum StatusDescriptions {
    static let routes: [RouteDescription] = [
        // Before the next one, which its path would fit as well.
        .init(
            method: .get, path: "/status/events", name: "statusEvents",
            summary: "What verifiers must hear of, as it happens; needs the scope `status:read`",
            access: .signedIn,
            parameters: [
                [
                    "name": "Last-Event-ID", "in": "header", "description": "Begin after this number.",
                    "schema": ["type": "integer", "minimum": 0],
                ]
            ],
            answers: [
                .init(
                    status: 200, summary: "Server-sent events: `status`, `keys`, `reset`, `heartbeat`.",
                    content: [("text/event-stream", ["type": "string"])])
            ],
            refusals: [400: ["invalid_last_event_id"], 503: ["status_unavailable", "too_many_listeners"]]),
        .init(
            method: .get, path: "/status", name: "statusLists", summary: "The addresses of the status lists",
            parameters: [OpenDescriptions.ifNoneMatch],
            answers: OpenDescriptions.cached("application/json", "StatusLists")),
        .init(
            method: .get, path: "/status/{list}", name: "statusList",
            summary: "A list, signed (draft-ietf-oauth-status-list)",
            parameters: [
                ["name": "list", "in": "path", "required": true, "schema": Schemas.text, "example": "1.1"],
                OpenDescriptions.ifNoneMatch,
            ],
            answers: OpenDescriptions.cached(StatusListToken.mediaType, "StatusListToken"),
            refusals: [404: ["not_found"], 503: ["status_unavailable"]]),
    ]
}
