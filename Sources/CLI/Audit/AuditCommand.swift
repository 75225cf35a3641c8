import ArgumentParser
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List who did what, the newest first.",
        discussion: "Sign-ins, reused refresh tokens, refused administration and every change are recorded.")

    @OptionGroup var place: PlaceOptions
    @Option(help: "Only this account: e-mail address or id.") var account: String?
    @Option(help: "Only this event, such as session.opened.") var event: String?
    @Option(help: "At most so many records.") var limit = 50
    @Flag(help: "Print a JSON array.") var json = false

    func validate() throws {
        if !(1...100_000).contains(limit) { throw ValidationError("--limit is from 1 to 100000.") }
    }

    func run() async throws {
        let (_, services) = try await place.open()
        var filter = AuditTrail.Filter(event: event)
        if let account { filter.account = try await AccountArgument.parse([account]).find(in: services).id }
        let records = try await services.audit.list(before: nil, filter, limit: limit)
        await services.close()
        if json {
            Console.json(.array(records.map(\.json)))
        } else if records.isEmpty {
            Console.line("Nothing is recorded.")
        } else {
            Console.table(
                ["TIME", "EVENT", "ACCOUNT", "BY", "ADDRESS", "DETAIL"],
                records.map {
                    [
                        $0.at.rfc3339, $0.event, $0.account?.description ?? "-", $0.actor ?? "-",
                        $0.address ?? "-", $0.detail ?? "",
                    ]
                })
        }
    }
}
