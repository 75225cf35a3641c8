import ArgumentParser
import VidimusIdentity
import VidimusServer

struct UserCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create an account.",
        discussion: "Asks for the password on the terminal, or reads one line with --password-stdin.")

    @Argument(help: "E-mail address.") var email: String
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Read the password, one line, from standard input.") var passwordStdin = false
    @Option(help: ArgumentHelp("A role; may be repeated. 'admin' may administer.", valueName: "role"))
    var role: [String] = []
    @Option(help: "The name people see.") var name: String?
    @Flag(help: "Print the account as JSON.") var json = false

    func run() async throws {
        guard let address = EmailAddress(email) else {
            throw Console.failure("malformed_email: '\(email)' is not of the form name@example.com")
        }
        let roles = try RoleNames.parsed(role)
        let password = try readPassword()
        if let weakness = PasswordRule.weakness(of: password, email: address) {
            throw Console.failure("weak_password: \(weakness.rawValue)")
        }
        let (_, services) = try await place.open()
        let registration = try await services.accounts.register(
            email: address, password: try await services.credentials.hash(password), name: name, roles: roles,
            origin: .commandLine)
        await services.close()
        switch registration {
        case .registered(let account):
            if json { Console.json(account.json) } else { account.show() }
        case .taken:
            throw Console.failure("email_taken: an account with this e-mail address exists")
        }
    }

    private func readPassword() throws -> String {
        if passwordStdin {
            guard let line = SecretInput.line() else {
                throw Console.failure("missing_password: standard input has no line")
            }
            return line
        }
        guard let first = SecretInput.prompt("Password: "), let second = SecretInput.prompt("Again: ") else {
            throw Console.failure("missing_password: there is no terminal to ask on; use --password-stdin")
        }
        guard first == second else { throw Console.failure("missing_password: the two passwords differ") }
        return first
    }
}

/// Roles as they are written on the command line: repeated, or with commas between.
enum RoleNames {
    static func parsed(_ texts: [String]) throws -> Roles {
        let names = texts.flatMap { $0.split(separator: ",") }
        let roles = try names.map { name in
            guard let role = Role(String(name)) else {
                throw Console.failure("invalid_role: '\(name)' is not made of letters, digits and . _ : -")
            }
            return role
        }
        guard roles.count <= Roles.limit else {
            throw Console.failure("too_many_roles: an account has at most \(Roles.limit) roles")
        }
        return Roles(roles)
    }
}
