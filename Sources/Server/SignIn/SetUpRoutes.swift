import HTTPTypes
import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `/setup`: the first administrator, by the link printed at the first start.
///
/// GET shows a form and uses nothing up; POST takes the form, or JSON from a script.
struct SetUpRoutes {
    let services: Services

    func page(_ request: Request, _ context: APIContext) -> Response {
        let token = request.uri.queryParameters["token"].map(String.init) ?? ""
        guard services.setUp.recognises(token) else { return SetUpPage.refused }
        return SetUpPage.form(token: token, problem: nil, email: "")
    }

    func create(_ request: Request, _ context: APIContext) async throws -> Response {
        if MediaType(of: request) == .form { return try await createFromForm(request, context) }
        let body = try await JSONBody(of: request)
        let token = try body.string("token")
        switch try await redeem(token, try NewAccount(body), context) {
        case .created(let account): return .json(account.json, status: .created)
        case .refused:
            throw Problem(
                .gone, "set_up_closed",
                "The set-up link was used, was replaced by a newer one or is older than an hour, or there is "
                    + "an administrator already. While there is none, a restart prints a new one.")
        case .taken: throw NewAccount.taken
        }
    }

    private func createFromForm(_ request: Request, _ context: APIContext) async throws -> Response {
        let form = try FormFields(try await JSONBody.bytes(of: request))
        let token = form["token"]
        guard services.setUp.recognises(token) else { return SetUpPage.refused }
        let outcome: SetUp.Outcome
        do {
            let email = try NewAccount.email(form["email"])
            let password = try NewAccount.password(form["password"], email: email)
            outcome = try await redeem(token, NewAccount(email: email, password: password), context)
        } catch let problem as Problem {
            return SetUpPage.form(token: token, problem: problem.detail, email: form["email"])
        }
        switch outcome {
        case .created(let account): return SetUpPage.created(account.email.description)
        case .refused: return SetUpPage.refused
        case .taken:
            return SetUpPage.form(token: token, problem: NewAccount.taken.detail, email: form["email"])
        }
    }

    /// Hashes only for a token that we wrote, and within the limit on sign-ups.
    private func redeem(_ token: String, _ new: NewAccount, _ context: APIContext) async throws
        -> SetUp.Outcome
    {
        guard services.setUp.recognises(token) else { return .refused }
        _ = try services.limits.admitSignUp(address: context.clientAddress)
        return try await services.setUp.redeem(
            token, email: new.email,
            password: try await services.credentials.hash(new.password, for: context.clientAddress),
            origin: Origin(address: context.clientAddress))
    }
}

extension NewAccount {
    init(email: EmailAddress, password: String) {
        self.email = email
        self.password = password
        name = nil
    }
}
