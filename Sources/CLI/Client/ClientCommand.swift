import ArgumentParser
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Create, list and change services that get tokens of their own.",
        subcommands: [
            ClientCreateCommand.self, ClientListCommand.self, ClientShowCommand.self,
            ClientDisableCommand.self,
            ClientEnableCommand.self, ClientSecretCommand.self, ClientDeleteCommand.self,
        ])
}

struct ClientCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a client and print its id and, this once, its secret.",
        discussion: """
            A service that verifies tokens needs the scope status:read to hear of revocations:
              vidimus client create orders --scope status:read
            It gets its tokens at POST /oauth/token with grant_type=client_credentials.
            """)

    @Argument(help: "What people call it.") var name: String
    @Option(help: ArgumentHelp("client_credentials; may be repeated.", valueName: "grant")) var grant:
        [String] = []
    @Option(help: ArgumentHelp("A scope its tokens may have; may be repeated.", valueName: "scope"))
    var scope: [String] = []
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let (name, grants, scopes) = try NewClient(name: name, grants: grant, scopes: scope).checked {
            Console.failure("\($0): \($1)")
        }
        let (_, services) = try await place.open()
        let (client, secret) = try await services.clients.create(
            name: name, grants: grants, scopes: scopes, origin: .commandLine)
        await services.close()
        client.show(json: json, secret: secret)
    }
}

struct ClientListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the clients.")

    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
        let (_, services) = try await place.open()
        var clients: [Client] = []
        while true {
            let last = clients.last.map { Clients.Place(createdAt: $0.createdAt, id: $0.id) }
            let page = try await services.clients.list(after: last, limit: 500)
            clients += page
            if page.count < 500 { break }
        }
        await services.close()
        if json {
            Console.json(.array(clients.map(\.json)))
        } else if clients.isEmpty {
            Console.line("There are no clients yet; `vidimus client create NAME` makes one.")
        } else {
            Console.table(
                ["NAME", "SCOPES", "STATE", "CREATED", "CLIENT ID"],
                clients.map {
                    [
                        $0.name, $0.scopes.map(\.description).joined(separator: ","),
                        $0.isDisabled ? "disabled" : "enabled", $0.createdAt.rfc3339, $0.id.description,
                    ]
                })
        }
    }
}

/// A client named on the command line by its id.
struct ClientArgument: ParsableArguments {
    @Argument(help: "Client id.") var client: String
    @OptionGroup var place: PlaceOptions

    /// Does something to the client; fails by name if there is none.
    func act<Outcome>(_ deed: (Clients, ID<Client>) async throws -> Outcome?) async throws -> Outcome {
        let (_, services) = try await place.open()
        var outcome: Outcome?
        if let id = ID<Client>(client) { outcome = try await deed(services.clients, id) }
        await services.close()
        guard let outcome else { throw Console.failure("unknown_client: there is no client '\(client)'") }
        return outcome
    }
}

struct ClientShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one client.")

    @OptionGroup var client: ClientArgument
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await client.act { try await $0.client($1) }.show(json: json)
    }
}

struct ClientDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Give a client no more tokens, and revoke those that are out.")

    @OptionGroup var client: ClientArgument
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await client.act { try await $0.setDisabled($1, to: true, origin: .commandLine) }.show(json: json)
    }
}

struct ClientEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Give a client tokens again.")

    @OptionGroup var client: ClientArgument
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await client.act { try await $0.setDisabled($1, to: false, origin: .commandLine) }.show(
            json: json)
    }
}

struct ClientSecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Replace a client's secret; its tokens that are out are revoked.")

    @OptionGroup var client: ClientArgument
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let (changed, secret) = try await client.act { try await $0.replaceSecret($1, origin: .commandLine) }
        changed.show(json: json, secret: secret)
    }
}

struct ClientDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove a client and revoke its tokens.")

    @OptionGroup var client: ClientArgument

    func run() async throws {
        _ = try await client.act { try await $0.delete($1, origin: .commandLine) ? true : nil }
    }
}

extension Client {
    func show(json isJSON: Bool, secret: ClientSecret? = nil) {
        if isJSON {
            Console.json(secret.map(json(with:)) ?? json)
            return
        }
        Console.line("name          \(name)")
        Console.line("client id     \(id)")
        if let secret { Console.line("client secret \(secret.text)") }
        Console.line("grants        \(grants.map(\.rawValue).sorted().joined(separator: ", "))")
        Console.line(
            "scopes        \(scopes.isEmpty ? "-" : scopes.map(\.description).joined(separator: ", "))")
        Console.line("state         \(isDisabled ? "disabled" : "enabled")")
        Console.line("created       \(createdAt.rfc3339)")
        if secret != nil { Console.note("The secret is not stored and not shown again.") }
    }
}
