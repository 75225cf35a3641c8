import ArgumentParser
import VidimusIdentity
import VidimusServer

struct UserDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Close an account: nobody signs in, its tokens are suspended at once.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print the account as JSON.") var json = false

    func run() async throws {
        try await account.update(AccountPatch(isDisabled: true), in: place, json: json)
    }
}

struct UserEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Open an account again; its sessions go on after a refresh.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print the account as JSON.") var json = false

    func run() async throws {
        try await account.update(AccountPatch(isDisabled: false), in: place, json: json)
    }
}

struct UserRolesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles", abstract: "Show or change the roles of an account.",
        discussion: """
            `roles EMAIL` shows them, `roles EMAIL editor viewer` sets them, --add and --remove change them, \
            --none takes all away. Tokens that are out turn stale at once: a refresh brings the new roles.
            """)

    @OptionGroup var account: AccountArgument
    @Argument(help: "The roles to have from now on.") var roles: [String] = []
    @Option(name: [.long, .customLong("role")], help: "The roles to have; may be repeated.") var set:
        [String] = []
    @Option(help: "A role to add; may be repeated.") var add: [String] = []
    @Option(help: "A role to take away; may be repeated.") var remove: [String] = []
    @Flag(help: "Take all roles away.") var none = false
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print the account as JSON.") var json = false

    func validate() throws {
        let replaces = !roles.isEmpty || !set.isEmpty
        if [replaces, none, !add.isEmpty || !remove.isEmpty].filter({ $0 }).count > 1 {
            throw ValidationError(
                "Give the roles to have, or --add and --remove, or --none; not several of them.")
        }
    }

    func run() async throws {
        let edit: AccountPatch.RolesEdit? =
            if none || !roles.isEmpty || !set.isEmpty {
                .set(try RoleNames.parsed(roles + set))
            } else if !add.isEmpty || !remove.isEmpty {
                .change(adding: try RoleNames.parsed(add).names, removing: try RoleNames.parsed(remove).names)
            } else {
                nil
            }
        try await account.update(AccountPatch(roles: edit), in: place, json: json)
    }
}

struct UserEmailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "email", abstract: "Give an account another e-mail address; its sessions end.")

    @OptionGroup var account: AccountArgument
    @Argument(help: "The address to have from now on.") var email: String
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print the account as JSON.") var json = false

    func run() async throws {
        guard let address = EmailAddress(email) else {
            throw Console.failure("malformed_email: '\(email)' is not of the form name@example.com")
        }
        try await account.update(AccountPatch(email: address), in: place, json: json)
    }
}

struct UserDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove an account; its tokens are revoked at once and for good.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var place: PlaceOptions

    func run() async throws {
        _ = try await account.change(in: place) { try await $0.accounts.delete($1, origin: .commandLine) }
    }
}

extension AccountArgument {
    /// Changes the account and shows how it stands then.
    func update(_ patch: AccountPatch, in place: PlaceOptions, json: Bool) async throws {
        let changed = try await change(in: place) {
            try await $0.accounts.update($1, patch, origin: .commandLine)
        }
        if json { Console.json(changed.json) } else { changed.show() }
    }

    func change(
        in place: PlaceOptions, _ deed: (Services, ID<Account>) async throws -> Accounts.Outcome
    ) async throws -> Account {
        let (found, outcome) = try await found(in: place) { ($1, try await deed($0, $1.id)) }
        switch outcome {
        case .done(let changed): return changed
        case .unknownAccount: throw unknown
        case .lastAdministrator:
            throw Console.failure(
                "last_administrator: \(found.email) is the last administrator; make another one first")
        case .tooManyRoles:
            throw Console.failure("too_many_roles: an account has at most \(Roles.limit) roles")
        case .emailTaken:
            throw Console.failure("email_taken: an account with this e-mail address exists")
        case .actorGone:
            throw Console.failure("revoked: the session that acts is over")
        case .actorDemoted:
            throw Console.failure("stale: the account that acts has not the role any more")
        }
    }
}
