import ArgumentParser
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals
import VidimusIdentity
import VidimusServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Start the server.",
        discussion: "Migrates the database, makes the keys that are due, and serves until SIGTERM or SIGINT.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try place.load(server.flags).settings
        // Unless TZ says where the zone is, the C library looks its file up for each line of the log.
        setenv("TZ", ":/etc/localtime", 0)
        LoggingSystem.bootstrap { label in
            if settings.isLogJSON {
                return JSONLogHandler(label: label, level: settings.logLevel) { Console.note($0) }
            }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = settings.logLevel
            return handler
        }
        let logger = Logger(label: "vidimus")
        do {
            let services = try await Services.open(settings, .serving)
            let server = Server(settings, services: services, logger: logger) { port in
                Console.line(
                    "Vidimus listens on \(settings.scheme)://\(settings.host):\(port), issuer \(settings.issuer)"
                )
                do {
                    try await Self.showSetUpLink(services, settings)
                } catch {
                    logger.error("cannot show the set-up link", metadata: ["error": "\(error)"])
                }
            }
            let group = ServiceGroup(
                configuration: .init(
                    services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
            try await group.run()
        } catch {
            throw Console.failure("\(error)")
        }
    }

    /// The link is a credential: on the terminal or in a file of the owner's, never in the log.
    private static func showSetUpLink(_ services: Services, _ settings: Settings) async throws {
        let path = "\(settings.dataFolder)/set-up-link"
        guard let link = try await services.setUp.issueLink() else { return }
        let isShown = settings.setUpLink == .stdout || settings.setUpLink == .terminal && Console.isTerminal
        if isShown {
            Console.line("Create the first administrator (once, within the hour): \(link)")
        } else {
            try DataFolder.writeSecret(link + "\n", to: path)
            Console.line("The link for the first administrator is in \(path) (once, within the hour)")
        }
    }
}
