import HTTPTypes
import VidimusJOSE

/// Links that work once, for other services.
enum OneTimeDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .post, path: "/v1/one-time", name: "issueOneTimeToken",
            summary: "A token that works once; needs a service's token with the scope `one-time:issue`",
            access: .signedIn,
            body: .init(
                schema: "NewOneTimeToken",
                example: ["purpose": "invitation", "ttl": 3600, "claims": ["team": "blue"]]),
            answers: [.json(201, "The token, and a link with it.", "OneTimeToken")],
            refusals: .requiredBody + .limited + .database + [
                422: ["reserved_purpose", "claims_too_large", "unknown_account"],
                429: ["too_many_open_tokens"],
            ]),
        .init(
            method: .post, path: "/v1/one-time/redeem", name: "redeemOneTimeToken",
            summary: "Uses a one-time token up, once; the token itself is the credential",
            body: .init(
                schema: "Redemption", example: ["token": "eyJ…", "purpose": "invitation"]),
            answers: [.json(200, "What the token says.", "OneTimeClaims")],
            refusals: .requiredBody + .database + [
                410: ["one_time_token_gone"], 422: ["wrong_purpose", "wrong_client"],
            ]),
        .init(
            method: .get, path: "/one-time", name: "oneTimePage",
            summary: "Where a link leads that names no page of its service; uses nothing up",
            parameters: [["name": "token", "in": "query", "schema": Schemas.text]],
            answers: [.page(200, "The token, to be handed on."), .page(410, "The link is closed.")]),
    ]
}
