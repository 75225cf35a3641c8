import HTTPTypes
import VidimusJOSE

/// The endpoints of OAuth: forms in, JSON out, and refusals of their own shape (RFC 6749 §5.2).
enum OAuthDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .post, path: "/oauth/token", name: "token",
            summary: "A token for a service, which authenticates by Basic or in the form",
            body: .init(
                schema: "TokenRequest",
                example: ["grant_type": "client_credentials", "scope": "status:read"],
                types: [.form]),
            answers: [.json(200, "The token.", "ClientToken")] + refused, refusals: .database),
        .init(
            method: .post, path: "/oauth/introspect", name: "introspect",
            summary: "Whether a token is good now (RFC 7662), for clients with the scope `introspect`",
            body: .init(schema: "PresentedToken", example: ["token": "eyJ…"], types: [.form]),
            answers: [.json(200, "What is known of it.", "Introspection")] + refused,
            refusals: .database + [503: ["status_unavailable"]]),
        .init(
            method: .post, path: "/oauth/revoke", name: "revoke",
            summary: "Ends the session that a token is of, or the client's own tokens (RFC 7009)",
            body: .init(schema: "PresentedToken", example: ["token": "eyJ…"], types: [.form]),
            answers: [.init(status: 200, summary: "It is good for nothing any more.")] + refused,
            refusals: .database + .limited),
    ]

    private static let refused: [RouteDescription.Answer] = [
        .json(400, "What was wrong with the request.", "OAuthRefusal"),
        .json(401, "The client is not one, or its secret is another.", "OAuthRefusal"),
    ]
}
