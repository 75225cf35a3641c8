import ArgumentParser
import VidimusDatabase
import VidimusServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to date.",
        discussion:
            "`serve` does the same at its start. A step that fails is undone and leaves the old schema.")

    @OptionGroup var place: PlaceOptions

    func run() async throws {
        let settings = try place.load().settings
        do {
            let database = try Services.openDatabase(settings)
            let steps = try await database.migrate()
            await database.close()
            if steps.isEmpty { Console.line("The schema is up to date.") }
            for step in steps { Console.line("Migrated to \(step).") }
        } catch {
            throw Console.failure("\(error)")
        }
    }
}
