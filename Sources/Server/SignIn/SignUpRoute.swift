import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `POST /v1/signup`: anybody opens an account.
struct SignUpRoute {
    let services: Services
    let isOpen: Bool

    func respond(to request: Request, context: APIContext) async throws -> Response {
        guard isOpen else {
            throw Problem(
                .forbidden, "sign_up_closed", "Sign-up is closed; ask an administrator for an account.")
        }
        let body = try await JSONBody(of: request)
        let new = try NewAccount(body)
        _ = try services.limits.admitSignUp(address: context.clientAddress)
        let hash = try await services.credentials.hash(new.password, for: context.clientAddress)
        let registration = try await services.accounts.register(
            email: new.email, password: hash, name: new.name, origin: Origin(address: context.clientAddress))
        switch registration {
        case .registered(let account): return .json(account.json, status: .created)
        case .taken: throw NewAccount.taken
        }
    }
}

/// The e-mail, password and name of an account to be, checked.
struct NewAccount {
    let email: EmailAddress
    let password: String
    let name: String?

    init(_ body: JSONBody) throws {
        email = try Self.email(try body.string("email"))
        password = try Self.password(try body.string("password"), email: email)
        name = try Self.name(try body.optionalString("name"))
    }

    static let taken = Problem(
        .conflict, "email_taken", "An account with this e-mail address exists; sign in.")

    static func email(_ text: String) throws -> EmailAddress {
        guard let email = EmailAddress(text) else {
            throw Problem(
                .unprocessableContent, "malformed_email",
                "The e-mail address is not of the form name@example.com (ASCII, no blanks).")
        }
        return email
    }

    /// The member `email` of a change, which cannot be taken away.
    static func email(in body: JSONBody) throws -> EmailAddress {
        guard let text = try body.optionalString("email") else { throw JSONBody.wrong("email", "a string") }
        return try email(text)
    }

    static func password(_ password: String, email: EmailAddress) throws -> String {
        if let weakness = PasswordRule.weakness(of: password, email: email) {
            throw Problem(.unprocessableContent, "weak_password", weakness.rawValue)
        }
        return password
    }

    static func name(_ name: String?) throws -> String? {
        guard let name else { return nil }
        guard name.utf8.count <= 400, name.unicodeScalars.allSatisfy(\.isPrintable) else {
            throw JSONBody.wrong("name", "a line of printable characters, at most 400 bytes")
        }
        return name.isEmpty ? nil : name
    }
}
