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
            answers: [.json(200, "The token.", "ClientToken")] + refused, refusals: .database)
    ]

    private static let refused: [RouteDescription.Answer] = [
        .json(400, "What was wrong with the request.", "OAuthRefusal"),
        .json(401, "The client is not one, or its secret is another.", "OAuthRefusal"),
    ]
}
