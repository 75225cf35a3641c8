import ArgumentParser

/// The command line: everything an operator does, against a live server's database or before its start.
@main
struct Vidimus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vidimus",
        abstract: "JWT authentication: tokens that are stateless to verify and instantly revocable.",
        discussion: """
            Settings are given as flags, over VIDIMUS_* variables, over the JSON file of --config. \
            `vidimus doctor` shows the ones in force. Every command but `restore` works while a server runs on the same data. \
            `key generate`, `convert` and `inspect`, and all of `token` but `issue`, work on files and need no server.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, UserCommand.self, ClientCommand.self, KeyCommand.self, TokenCommand.self,
            AuditCommand.self,
            DoctorCommand.self,
            MigrateCommand.self, BackupCommand.self, RestoreCommand.self,
        ])
}
