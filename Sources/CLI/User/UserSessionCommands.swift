import ArgumentParser
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct UserSessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List where an account is signed in.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
        let (found, sessions) = try await account.found(in: place) {
            ($1, try await $0.sessions.list(of: $1.id))
        }
        if json {
            Console.json(.array(sessions.map { $0.json(current: nil) }))
        } else if sessions.isEmpty {
            Console.line("\(found.email) is signed in nowhere.")
        } else {
            Console.table(
                ["SESSION", "SIGNED IN", "LAST USED", "ADDRESS", "DEVICE"],
                sessions.map {
                    [
                        $0.id.description, $0.createdAt.rfc3339, $0.usedAt.rfc3339, $0.lastAddress ?? "-",
                        $0.device ?? "-",
                    ]
                })
        }
    }
}

struct UserSignOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-out", abstract: "End the sessions of an account; its tokens are revoked at once.")

    @OptionGroup var account: AccountArgument
    @Option(help: "Only this one, as `vidimus user sessions` lists it.") var session: String?
    @OptionGroup var place: PlaceOptions

    func run() async throws {
        try await account.found(in: place) { services, found in
            if let session {
                guard let id = ID<Session>(session),
                    try await services.sessions.end(id, of: found.id, origin: .commandLine)
                else {
                    throw Console.failure("unknown_session: \(found.email) has no session '\(session)'")
                }
            } else {
                let ended = try await services.sessions.endAll(of: found.id, origin: .commandLine)
                guard let ended else { throw account.unknown }
                Console.line("\(ended) session\(ended == 1 ? "" : "s") ended.")
            }
        }
    }
}
