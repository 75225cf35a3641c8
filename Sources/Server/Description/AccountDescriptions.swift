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
            method: .patch, path: "/v1/me", name: "changeAccount", summary: "Changes one's own name",
            access: .signedIn, body: .init(schema: "ProfileChange", example: ["name": "Ada"]),
            answers: [.json(200, "The account as it is now.", "Account")],
            refusals: .requiredBody + .database + [404: ["unknown_account"]]),
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
