import ArgumentParser
import VidimusIdentity
import VidimusServer

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write the database's present state into a file.",
        discussion: """
            Works while a server runs. The file is for its owner only (0600). The master key is not in it; keep a \
            copy of that in another place.
            """)

    @Argument(help: "The file to write.") var file: String
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() async throws {
        let settings = try place.load().settings
        do {
            let made = try await Services.backUp(settings, to: file, replacing: force)
            Console.line("Wrote \(file).")
            let versions = made.masterKeyVersions.map(String.init).joined(separator: " and ")
            Console.line(
                "The master key is not in it, and without it (version \(versions)) no signing key opens. It is in "
                    + "\(made.masterKeyPlace); keep a copy of it apart from the backup.")
        } catch {
            throw Console.failure("\(error)")
        }
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of the database.",
        discussion: """
            Stop the server first. Accounts, passwords and roles are again what they were when the backup was made. \
            Nothing that was given out comes back: every session ends, one-time links die, all signing keys are \
            replaced. The database that was there is kept beside the new one.
            """)

    @Argument(help: "A file that `vidimus backup` wrote.") var file: String
    @OptionGroup var place: PlaceOptions

    func run() async throws {
        let settings = try place.load().settings
        do {
            let restored = try await Services.restore(settings, from: file)
            for step in restored.migrations { Console.line("Migrated to \(step).") }
            Console.line(
                "Restored \(file). Epoch \(restored.outcome.epoch) begins: \(restored.outcome.endedSessions) "
                    + "sessions ended, all signing keys are new.")
            Console.line(
                "Accounts disabled, roles taken and passwords changed since the backup are as they were before it; "
                    + "look through them.")
            if let kept = restored.kept {
                Console.line("The database that was there is \(kept); remove it once you do not need it.")
            }
        } catch {
            throw Console.failure("\(error)")
        }
    }
}
