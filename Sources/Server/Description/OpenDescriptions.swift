import HTTPTypes
import VidimusJOSE

/// What anybody may ask: health, keys, numbers, and this description.
enum OpenDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .get, path: "/healthz", name: "health", summary: "The process answers",
            answers: [.json(200, "It does.", "Health", example: ["status": "ok"])]),
        .init(
            method: .get, path: "/readyz", name: "readiness", summary: "The server can do its work",
            answers: [
                .json(200, "It can.", "Readiness"),
                .json(503, "It cannot: what is false is missing.", "Readiness"),
            ]),
        .init(
            method: .get, path: "/.well-known/jwks.json", name: "keys",
            summary: "The public keys that access tokens are verified with (RFC 7517)",
            parameters: [ifNoneMatch],
            answers: cached("application/jwk-set+json", "KeySet")),
        .init(
            method: .get, path: "/.well-known/oauth-authorization-server", name: "metadata",
            summary: "Where everything is (RFC 8414)", parameters: [ifNoneMatch],
            answers: cached("application/json", "Metadata")),
        .init(
            method: .get, path: "/.well-known/openid-configuration", name: "openIDConfiguration",
            summary: "The same, where most libraries look first", parameters: [ifNoneMatch],
            answers: cached("application/json", "Metadata")),
        .init(
            method: .get, path: "/openapi.json", name: "description", summary: "This description",
            parameters: [ifNoneMatch], answers: cached("application/json", "Description")),
        .init(
            method: .get, path: "/metrics", name: "metrics",
            summary: "Numbers for Prometheus: for anybody on loopback, for administrators elsewhere",
            access: .anybodyOrSignedIn,
            answers: [
                .init(
                    status: 200, summary: "Text exposition format 0.0.4.",
                    content: [("text/plain", ["type": "string"])])
            ],
            refusals: .guarded),
    ]

    static let ifNoneMatch: JSON = [
        "name": "If-None-Match", "in": "header",
        "description": "The ETag of what is known (RFC 9110 §13.1.2).",
        "schema": ["type": "string"],
    ]

    static func cached(_ type: String, _ schema: String) -> [RouteDescription.Answer] {
        let headers = [("ETag", "Of this representation."), ("Cache-Control", "How long it may be kept.")]
        return [
            .init(
                status: 200, summary: "The whole.", content: [(type, Schemas.reference(schema))],
                headers: headers),
            .init(status: 304, summary: "What is known is still it.", headers: headers),
        ]
    }
}
