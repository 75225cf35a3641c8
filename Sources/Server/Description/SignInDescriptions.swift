import HTTPTypes
import VidimusJOSE

/// The first administrator, sign-up, sign-in, refresh and sign-out.
enum SignInDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .get, path: "/setup", name: "setUpPage", summary: "The form behind the set-up link",
            parameters: [["name": "token", "in": "query", "schema": Schemas.text]],
            answers: [.page(200, "The form."), .page(410, "The link is closed.")]),
        .init(
            method: .post, path: "/setup", name: "setUp",
            summary: "Makes the first administrator: JSON is answered by JSON, a form by a page",
            body: .init(
                schema: "SetUp",
                example: [
                    "token": "vot1_…", "email": "ada@example.com", "password": "four words nobody guesses",
                ],
                types: [.json, .form]),
            answers: [
                .init(
                    status: 201, summary: "The administrator is made.",
                    content: [
                        ("application/json", Schemas.reference("Account")), ("text/html", Schemas.text),
                    ]),
                .page(410, "The link is closed."), .page(422, "The form again, with what is wrong."),
            ],
            refusals: .requiredBody + .newAccount + .hashed + [
                400: ["malformed_form"], 409: ["email_taken"], 410: ["set_up_closed"],
            ]),
        .init(
            method: .post, path: "/v1/signup", name: "signUp", summary: "Opens an account",
            body: .init(
                schema: "SignUp",
                example: ["email": "ada@example.com", "password": "correct horse battery"]),
            answers: [.json(201, "The account.", "Account")],
            refusals: .requiredBody + .newAccount + .hashed + [
                403: ["sign_up_closed"], 409: ["email_taken"],
            ]),
        .init(
            method: .post, path: "/v1/login", name: "signIn", summary: "E-mail and password for a session",
            body: .init(
                schema: "Login", example: ["email": "ada@example.com", "password": "correct horse battery"]),
            answers: [.json(200, "A session's first tokens.", "Tokens")],
            refusals: .requiredBody + .hashed + [
                401: [
                    "invalid_credentials", "invalid_refresh_token", "revoked", "expired", "suspended",
                    "refresh_token_reused",
                ],
                422: ["cookies_unavailable", "unmet_authentication_requirements"],
            ]),
        .init(
            method: .post, path: "/v1/refresh", name: "refresh", summary: "The next tokens of a session",
            body: .init(schema: "Refresh", example: ["refresh_token": "vrt1_…"]),
            answers: [.json(200, "The next tokens.", "Tokens")],
            refusals: .requiredBody + .limited + .database + [
                401: ["invalid_refresh_token", "revoked", "expired", "suspended", "refresh_token_reused"]
            ]),
        .init(
            method: .post, path: "/v1/logout", name: "signOut",
            summary: "Ends this session, the others or all, by its access token or its refresh token",
            access: .anybodyOrSignedIn,
            body: .init(schema: "Logout", example: ["scope": "this"], isRequired: false),
            answers: [.noContent("They are over.")],
            refusals: .body + .token + .database + [401: ["invalid_refresh_token"]]),
    ]
}
