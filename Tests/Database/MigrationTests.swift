import Foundation
import GRDB
import Testing

@testable import VidimusDatabase

@Suite("Migrations")
struct MigrationTests {
    static let known = [
        Migration(number: 1, name: "one", script: "CREATE TABLE one (x INTEGER) STRICT"),
        Migration(number: 2, name: "two", script: "CREATE TABLE two (x INTEGER) STRICT"),
    ]
    static let broken = Migration(
        number: 2, name: "broken",
        script: "CREATE TABLE half (x INTEGER) STRICT; INSERT INTO one VALUES (1); CREATE TABLE one (x)")

    struct Plan: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var applied: [Int] = []
        var hasForeignTables = false
        var pending: [Int] = []
        var code: VidimusDatabase.DatabaseError.Code?
    }

    static let plans: [Plan] = [
        Plan(testDescription: "an empty file", pending: [1, 2]),
        Plan(testDescription: "somebody else's file", hasForeignTables: true, code: .foreignSchema),
        Plan(testDescription: "one step behind", applied: [1], hasForeignTables: true, pending: [2]),
        Plan(testDescription: "up to date", applied: [1, 2], hasForeignTables: true),
        Plan(testDescription: "newer", applied: [1, 2, 3], hasForeignTables: true, code: .newerSchema),
    ]

    @Test("What is to be done follows from what was done", arguments: plans)
    func planning(plan: Plan) {
        do throws(VidimusDatabase.DatabaseError) {
            let pending = try pendingMigrations(
                known: Self.known, applied: plan.applied.map { AppliedMigration(number: $0, name: "step") },
                hasForeignTables: plan.hasForeignTables)
            #expect(pending.map(\.number) == plan.pending)
            #expect(plan.code == nil)
        } catch {
            #expect(error.code == plan.code)
        }
    }

    @Test("The first start takes every step, the second none")
    func twice() async throws {
        let store = try Store()
        let database = try store.sqlite()
        #expect(try await database.isNew())
        #expect(await refusal { try await database.requireCurrentSchema() }?.code == .olderSchema)
        let all = SQLiteSchema.migrations.map { "\($0.number) (\($0.name))" }
        #expect(try await database.migrate() == all)
        let tables = try await database.tables()
        #expect(try await database.migrate() == [])
        try await database.requireCurrentSchema()
        #expect(try await !database.isNew())
        await database.close()
        let reopened = try store.sqlite()
        #expect(try await reopened.migrate() == [])
        #expect(try await reopened.tables() == tables)
        await reopened.close()
    }

    @Test("A schema of a newer vidimus is refused by name, and nothing is touched")
    func newer() async throws {
        let database = try Store().sqlite()
        try await database.migrate()
        try await database.onWriter {
            try $0.execute(sql: "INSERT INTO migrations VALUES (99, 'from the future', 0)")
        }
        for error in [
            await refusal { try await database.migrate() },
            await refusal { try await database.requireCurrentSchema() },
        ] {
            #expect(error?.code == .newerSchema)
            #expect(error?.reason.contains("schema 99 (from the future)") == true)
        }
        await database.close()
    }

    @Test("A file with somebody else's tables is refused, and nothing is added to it")
    func foreign() async throws {
        let database = try Store().sqlite()
        try await database.onWriter { try $0.execute(sql: "CREATE TABLE recipes (x)") }
        #expect(await refusal { try await database.migrate() }?.code == .foreignSchema)
        #expect(try await database.tables() == ["recipes"])
        await database.close()
    }

    @Test("A step that fails is undone as a whole and named; a better one can follow")
    func failing() async throws {
        let database = try Store().sqlite()
        try await database.migrate([Self.known[0]])
        let error = await refusal { try await database.migrate([Self.known[0], Self.broken]) }
        #expect(error?.code == .migrationFailed)
        #expect(error?.reason.contains("migration 2 (broken) failed and was undone") == true)
        #expect(try await database.tables() == ["migrations", "one"])
        let rows = try await database.onWriter { try Int.fetchOne($0, sql: "SELECT count(*) FROM one") }
        #expect(rows == 0)
        #expect(try await database.migrate(Self.known) == ["2 (two)"])
        #expect(try await database.tables() == ["migrations", "one", "two"])
        await database.close()
    }

    @Test("When the very first step fails the file is as new as before")
    func failingFirst() async throws {
        let database = try Store().sqlite()
        let broken = Migration(number: 1, name: "broken", script: "CREATE TABLE half (x); CREATE nonsense")
        #expect(await refusal { try await database.migrate([broken]) }?.code == .migrationFailed)
        #expect(try await database.tables() == [])
        #expect(try await database.isNew())
        await database.close()
    }

    @Test("Processes that start at once take each step once between them", arguments: 0..<12)
    func together(round: Int) async throws {
        let store = try Store()
        let databases = try (0..<6).map { _ in try store.sqlite() }
        let taken = try await withThrowingTaskGroup(of: [String].self) { group in
            for database in databases { group.addTask { try await database.migrate() } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.sorted() == SQLiteSchema.migrations.map { "\($0.number) (\($0.name))" })
        for database in databases {
            try await database.requireCurrentSchema()
            await database.close()
        }
    }

    @Test("A file that cannot be opened is refused by its name")
    func unopenable() async throws {
        let folder = try Folder()
        let garbage = folder.path + "/garbage"
        try Data(repeating: 65, count: 5_000).write(to: URL(fileURLWithPath: garbage))
        for path in [folder.path + "/none/test.sqlite", garbage] {
            let error = await refusal { try SQLiteDatabase(path: path) }
            #expect(error?.code == .cannotOpen)
            #expect(error?.reason.contains(path) == true)
        }
    }
}

extension SQLiteDatabase {
    /// The names of the tables, in order.
    func tables() async throws -> [String] {
        try await onWriter {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        }
    }
}
