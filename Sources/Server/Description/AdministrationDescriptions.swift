import HTTPTypes
import VidimusJOSE

/// What administrators see and change.
enum AdministrationDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .get, path: "/v1/users", name: "users", summary: "All accounts, oldest first",
            access: .administrators, parameters: page, answers: [.json(200, "A page of them.", "Accounts")],
            refusals: .database + [400: ["invalid_parameter"]]),
        .init(
            method: .post, path: "/v1/users", name: "createUser",
            summary: "Makes an account; without a password nobody can sign in to it yet",
            access: .administrators,
            body: .init(schema: "NewUser", example: ["email": "ada@example.com", "roles": ["editor"]]),
            answers: [.json(201, "The account.", "Account")],
            refusals: .requiredBody + .newAccount + .database + [
                409: ["email_taken"], 503: ["overloaded"],
            ]),
        .init(
            method: .get, path: "/v1/users/{id}", name: "user", summary: "An account",
            access: .administrators, parameters: [id], answers: [.json(200, "The account.", "Account")],
            refusals: .database + [404: ["unknown_account"]]),
        .init(
            method: .patch, path: "/v1/users/{id}", name: "changeUser",
            summary:
                "Changes what is named: name, roles, whether it is disabled, e-mail address; another address needs a "
                + "sign-in of the last 5 minutes and ends the account's sessions",
            access: .administrators, parameters: [id],
            body: .init(schema: "UserChange", example: ["roles": ["editor", "viewer"]]),
            answers: [.json(200, "The account as it is now.", "Account")],
            refusals: .requiredBody + .database + [
                401: ["insufficient_user_authentication"], 404: ["unknown_account"],
                409: ["last_administrator", "email_taken"], 422: ["malformed_email"],
            ]),
        .init(
            method: .delete, path: "/v1/users/{id}", name: "deleteUser",
            summary: "Deletes an account; its tokens are revoked", access: .administrators, parameters: [id],
            answers: [.noContent("It is gone.")],
            refusals: .database + [404: ["unknown_account"], 409: ["last_administrator"]]),
        .init(
            method: .get, path: "/v1/users/{id}/sessions", name: "userSessions",
            summary: "An account's sessions", access: .administrators, parameters: [id],
            answers: [.json(200, "The sessions that are open.", "Sessions")],
            refusals: .database + [404: ["unknown_account"]]),
        .init(
            method: .delete, path: "/v1/users/{id}/sessions/{session}", name: "endUserSession",
            summary: "Ends a session of an account; its tokens are revoked", access: .administrators,
            parameters: [id, session], answers: [.noContent("It is over.")],
            refusals: .database + [404: ["unknown_account", "unknown_session"]]),
        .init(
            method: .post, path: "/v1/users/{id}/logout", name: "signUserOut",
            summary: "Ends all sessions of an account; its tokens are revoked", access: .administrators,
            parameters: [id], answers: [.noContent("They are over.")],
            refusals: .database + [404: ["unknown_account"]]),
        .init(
            method: .get, path: "/v1/clients", name: "clients",
            summary: "All services with tokens of their own",
            access: .administrators, parameters: page, answers: [.json(200, "A page of them.", "Clients")],
            refusals: .database + [400: ["invalid_parameter"]]),
        .init(
            method: .post, path: "/v1/clients", name: "createClient",
            summary: "Makes a client; its secret is in this answer only", access: .administrators,
            body: .init(schema: "NewClient", example: ["name": "orders", "scopes": ["status:read"]]),
            answers: [.json(201, "The client.", "NewlyMadeClient")],
            refusals: .requiredBody + .database + [
                422: ["invalid_name", "unsupported_grant", "invalid_scope"]
            ]),
        .init(
            method: .get, path: "/v1/clients/{id}", name: "client", summary: "A client",
            access: .administrators, parameters: [id], answers: [.json(200, "The client.", "Client")],
            refusals: .database + [404: ["not_found"]]),
        .init(
            method: .patch, path: "/v1/clients/{id}", name: "changeClient",
            summary: "Disables or enables a client; disabled, its tokens are revoked",
            access: .administrators,
            parameters: [id], body: .init(schema: "ClientChange", example: ["disabled": true]),
            answers: [.json(200, "The client as it is now.", "Client")],
            refusals: .requiredBody + .database + [404: ["not_found"]]),
        .init(
            method: .delete, path: "/v1/clients/{id}", name: "deleteClient",
            summary: "Deletes a client; its tokens are revoked", access: .administrators, parameters: [id],
            answers: [.noContent("It is gone.")], refusals: .database + [404: ["not_found"]]),
        .init(
            method: .post, path: "/v1/clients/{id}/secret", name: "replaceClientSecret",
            summary:
                "Another secret; the tokens got by the old one are revoked; needs a sign-in of the last 5 minutes",
            access: .administrators,
            parameters: [id], answers: [.json(200, "The client and its new secret.", "NewlyMadeClient")],
            refusals: .database + [401: ["insufficient_user_authentication"], 404: ["not_found"]]),
        .init(
            method: .get, path: "/v1/keys", name: "signingKeys",
            summary: "The signing keys, and whether each is announced, active, retired or gone",
            access: .administrators, answers: [.json(200, "The keys.", "SigningKeys")],
            refusals: .database),
        .init(
            method: .post, path: "/v1/keys/rotate", name: "rotateKeys",
            summary:
                "The next key: announced, or signing `now`, or in an `emergency`, where every older key and all access "
                + "tokens that are out die; needs a sign-in of the last 5 minutes",
            access: .administrators,
            body: .init(schema: "KeyRotation", example: ["haste": "published"], isRequired: false),
            answers: [.json(200, "The keys as they are now.", "SigningKeys")],
            refusals: .body + .database + [401: ["insufficient_user_authentication"]]),
        .init(
            method: .get, path: "/v1/audit", name: "audit", summary: "Who did what, the newest first",
            access: .administrators,
            parameters: page + [
                query("account", Schemas.id, "Only of this account."),
                query("event", Schemas.text, "Only of this kind, such as `session.opened`."),
            ],
            answers: [.json(200, "A page of records.", "AuditRecords")],
            refusals: .database + [400: ["invalid_parameter"]]),
    ]

    static let id: JSON = ["name": "id", "in": "path", "required": true, "schema": Schemas.id]
    private static let session: JSON = [
        "name": "session", "in": "path", "required": true, "schema": Schemas.id,
    ]

    private static let page = [
        query(
            "limit", ["type": "integer", "minimum": 1, "maximum": 200, "default": 50], "How many at most."),
        query("after", Schemas.text, "The value of `next` in the page before."),
    ]

    private static func query(_ name: JSON, _ schema: JSON, _ summary: JSON) -> JSON {
        ["name": name, "in": "query", "description": summary, "schema": schema]
    }
}
