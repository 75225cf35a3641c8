import ArgumentParser
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Create, list and change accounts.",
        subcommands: [
            UserCreateCommand.self, UserListCommand.self, UserShowCommand.self, UserDisableCommand.self,
            UserEnableCommand.self, UserRolesCommand.self, UserEmailCommand.self, UserSessionsCommand.self,
            UserSignOutCommand.self, UserDeleteCommand.self,
        ])
}

/// An account named on the command line: by e-mail or by id.
struct AccountArgument: ParsableArguments {
    @Argument(help: "E-mail address or id.") var account: String

    func find(in services: Services) async throws -> Account {
        let found =
            if let id = ID<Account>(account) {
                try await services.accounts.account(id)
            } else if let email = EmailAddress(account) {
                try await services.accounts.account(email)
            } else {
                Account?.none
            }
        guard let found else { throw unknown }
        return found
    }

    var unknown: ExitCode { Console.failure("unknown_account: there is no account '\(account)'") }

    /// Opens the installation, finds the account, and does something with it.
    func found<Result>(
        in place: PlaceOptions, _ deed: (Services, Account) async throws -> Result
    ) async throws -> Result {
        let (_, services) = try await place.open()
        let result = try await deed(services, try await find(in: services))
        await services.close()
        return result
    }
}

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the accounts.")

    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
        let (_, services) = try await place.open()
        var accounts: [Account] = []
        while true {
            let last = accounts.last.map { Accounts.Place(createdAt: $0.createdAt, id: $0.id) }
            let page = try await services.accounts.list(after: last, limit: 500)
            accounts += page
            if page.count < 500 { break }
        }
        await services.close()
        if json {
            Console.json(.array(accounts.map(\.json)))
        } else if accounts.isEmpty {
            Console.line("There are no accounts yet; `vidimus user create EMAIL` makes one.")
        } else {
            Console.table(
                ["E-MAIL", "ROLES", "STATE", "CREATED", "ID"],
                accounts.map {
                    [
                        $0.email.description, $0.roles.strings.joined(separator: ","),
                        $0.isDisabled ? "disabled" : "enabled", $0.createdAt.rfc3339, $0.id.description,
                    ]
                })
        }
    }
}

struct UserShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one account.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let (found, sessions) = try await account.found(in: place) {
            ($1, try await $0.sessions.list(of: $1.id))
        }
        if json {
            Console.json(found.json)
        } else {
            found.show(sessions: sessions.count)
        }
    }
}

extension Account {
    func show(sessions: Int? = nil) {
        Console.line("id       \(id)")
        Console.line("e-mail   \(email)")
        Console.line("name     \(name ?? "-")")
        Console.line("roles    \(roles.strings.isEmpty ? "-" : roles.strings.joined(separator: ", "))")
        Console.line("state    \(isDisabled ? "disabled" : "enabled")")
        Console.line("created  \(createdAt.rfc3339)")
        if let sessions { Console.line("sessions \(sessions)") }
    }
}
