import HTTPTypes
import VidimusJOSE

/// What proxies ask before they let a request pass.
enum ProxyDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .get, path: "/forward-auth", name: "forwardAuth",
            summary:
                "Lets a proxy know who is asking: nginx auth_request, Caddy forward_auth, Traefik ForwardAuth",
            access: .anybodyOrSignedIn,
            parameters: [
                query("role", Schemas.text, "One of these roles, with commas between."),
                query("scope", Schemas.text, "All of these scopes, with spaces between."),
                query(
                    "max_age", ["type": "integer", "minimum": 0, "maximum": 315_360_000],
                    "How many seconds ago the sign-in may be."),
                [
                    "name": "X-Forwarded-Host", "in": "header", "schema": Schemas.text,
                    "description": "The host that was asked for; believed from trusted proxies.",
                ],
            ],
            answers: [
                .init(
                    status: 204,
                    summary: "It may pass; every field is there, empty where there is nothing to say.",
                    headers: IdentityFields.names.map { ($0, "For the service behind the proxy.") })
            ],
            refusals: [
                400: ["invalid_parameter", "invalid_forwarding"],
                401: [
                    "missing_token", "invalid_token", "expired", "revoked", "suspended", "stale",
                    "insufficient_user_authentication",
                ],
                403: ["insufficient_scope", "invalid_request"], 503: ["status_unavailable"],
            ])
    ]

    private static func query(_ name: JSON, _ schema: JSON, _ summary: JSON) -> JSON {
        ["name": name, "in": "query", "description": summary, "schema": schema]
    }
}
