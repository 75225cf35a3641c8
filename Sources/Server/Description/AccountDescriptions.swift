import HTTPTypes
import VidimusJOSE

/// What people see and change of their own.
enum AccountDescriptions {
    static let routes: [RouteDescription] = [
        .init(
            method: .get, path: "/v1/me", name: "account", summary: "One's own account", access: .signedIn,
            answers: [.json(200, "The account.", "Account")],
            refusals: .database + [404: ["unknown_account"]]),
        .init(
            method: .patch, path: "/v1/me", name: "changeAccount",
            summary:
                "Changes one's own name or e-mail address; another address needs a sign-in of the last 5 minutes and "
                + "ends the other sessions",
            access: .signedIn, body: .init(schema: "ProfileChange", example: ["name": "Ada"]),
            answers: [.json(200, "The account as it is now.", "Account")],
            refusals: .requiredBody + .limited + .database + [
                401: ["insufficient_user_authentication"], 403: ["account_managed"],
                404: ["unknown_account"], 409: ["email_taken"], 422: ["malformed_email"],
            ]),
        .init(
            method: .delete, path: "/v1/me", name: "deleteAccount",
            summary: "Deletes one's own account; needs a sign-in of the last 5 minutes", access: .signedIn,
            answers: [.noContent("It is gone, and every token of it is revoked.")],
            refusals: .database + [
                401: ["insufficient_user_authentication"], 403: ["account_managed"],
                404: ["unknown_account"], 409: ["last_administrator"],
            ]),
        .init(
            method: .get, path: "/v1/sessions", name: "sessions", summary: "One's own sessions",
            access: .signedIn, answers: [.json(200, "The sessions that are open.", "Sessions")],
            refusals: .database),
        .init(
            method: .delete, path: "/v1/sessions/{id}", name: "endSession", summary: "Ends a session",
            access: .signedIn, parameters: [AdministrationDescriptions.id],
            answers: [.noContent("It is over.")],
            refusals: .database + [404: ["unknown_session"]]),
        .init(
            method: .post, path: "/v1/password/change", name: "changePassword",
            summary: "A new password for the present one; the other sessions end", access: .signedIn,
            body: .init(
                schema: "PasswordChange",
                example: [
                    "current_password": "correct horse battery", "new_password": "four words nobody guesses",
                ]),
            answers: [.noContent("The password is changed.")],
            refusals: .requiredBody + .hashed + [
                403: ["wrong_password"], 404: ["unknown_account"], 422: ["weak_password"],
            ]),
    ]
}
