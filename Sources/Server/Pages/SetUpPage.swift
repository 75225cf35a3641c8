import HTTPTypes
import Hummingbird

/// The pages behind the set-up link: plain HTML, no script.
enum SetUpPage {
    static func form(token: String, problem: String?, email: String) -> Response {
        let alert = problem.map { "<p role=\"alert\">\(Page.escaped($0))</p>" } ?? ""
        return Page.answer(
            "First administrator",
            """
            <p>This account will administer the server. The link works once.</p>
            \(alert)
            <form method="post" action="setup">
            <input type="hidden" name="token" value="\(Page.escaped(token))">
            <label>E-mail <input type="email" name="email" value="\(Page.escaped(email))" required autocomplete="username"></label>
            <label>Password <input type="password" name="password" required minlength="8" autocomplete="new-password"></label>
            <p>At least 8 characters; a few random words make a good one.</p>
            <button>Create the administrator</button>
            </form>
            """, status: problem == nil ? .ok : .unprocessableContent)
    }

    static let refused = Page.answer(
        "This link is closed",
        "<p>It was used, was replaced by a newer one, or is older than an hour. While there is no administrator, "
            + "a restart of the server prints a new one.</p>", status: .gone)

    static func created(_ email: String) -> Response {
        Page.answer(
            "Done", "<p>\(Page.escaped(email)) is the administrator and can sign in.</p>", status: .created)
    }
}
