import ArgumentParser
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "List, rotate, import and export the signing keys; make, convert and inspect key files.",
        discussion: """
            `list`, `rotate`, `import` and `export` are about the server's keys. `generate`, `convert` and `inspect` \
            work on files and standard input, and need no server and no database.
            """,
        subcommands: [
            KeyListCommand.self, KeyRotateCommand.self, KeyImportCommand.self, KeyExportCommand.self,
            KeyGenerateCommand.self, KeyConvertCommand.self, KeyInspectCommand.self,
        ])
}

struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the signing keys and the station each is at.",
        discussion: "A key is announced, then active, then retired, then gone.")

    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
        let (_, services) = try await place.open()
        let keys = try await services.keys.records()
        await services.close()
        keys.show(json: json)
    }
}

struct KeyRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace the active signing key.",
        discussion: """
            Without a flag the next key is announced now and signs once every verifier's cache has it. \
            With --now it signs at once; verifiers that cache strictly refuse its tokens until they fetch the key \
            set. With --emergency it signs at once and every older key is gone: all access tokens that are out \
            are refused, and a refresh brings good ones.
            """)

    @OptionGroup var place: PlaceOptions
    @Flag(help: "Sign with the next key at once.") var now = false
    @Flag(help: "A key was stolen: every older key verifies nothing any more.") var emergency = false
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
        let (_, services) = try await place.open()
        let keys = try await services.keys.rotate(
            emergency ? .emergency : now ? .now : .whenPublished, origin: .commandLine)
        if !json, let next = keys.last(where: { $0.state == .announced }) {
            Console.line(
                "\(next.id) signs from \(services.keys.signsFrom(next.announcedAt).rfc3339) on, if a server runs."
            )
        }
        await services.close()
        keys.show(json: json)
    }
}

extension [KeyRecord] {
    func show(json: Bool) {
        if json {
            Console.json(.array(map(\.json)))
        } else if isEmpty {
            Console.line("There are no keys yet; `vidimus serve` makes the first.")
        } else {
            Console.table(
                ["KEY", "ALGORITHM", "STATE", "ANNOUNCED", "ACTIVE FROM", "RETIRED"],
                map {
                    [
                        $0.id, $0.algorithm.rawValue, $0.state.rawValue, $0.announcedAt.rfc3339,
                        $0.activatedAt?.rfc3339 ?? "-", $0.retiredAt?.rfc3339 ?? "-",
                    ]
                })
        }
    }
}
