import GRDB
import Testing

@testable import VidimusDatabase

@Suite("A group of writes on SQLite")
struct CommitGroupTests {
    /// A write whose body a test gives, so that a group is composed exactly.
    private final class ScriptedWrite: PendingWrite, @unchecked Sendable {
        let id: Int
        let body: @Sendable (SQLiteTransaction) throws -> Void

        init(_ id: Int, body: @escaping @Sendable (SQLiteTransaction) throws -> Void) {
            self.id = id
            self.body = body
        }

        override func perform(_ transaction: SQLiteTransaction) throws {
            _ = try transaction.execute(SQL("INSERT INTO things (id) VALUES ($1)"), [id])
            transaction.announceChange()
            try body(transaction)
        }
    }

    struct Mishap: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether the neighbours go on.
        let isContained: Bool
        /// What the one that caused it is told.
        let code: VidimusDatabase.DatabaseError.Code?
        var preparation = "SELECT 1"
        let body: @Sendable (SQLiteTransaction) throws -> Void
    }

    struct Broken: Error {}

    static let mishaps: [Mishap] = [
        Mishap(testDescription: "a body throws", isContained: true, code: nil) { _ in throw Broken() },
        Mishap(testDescription: "a unique value is taken", isContained: true, code: .duplicate) {
            _ = try $0.execute(SQL("INSERT INTO things (id) VALUES (0)"), [])
        },
        Mishap(
            testDescription: "a trigger aborts the statement", isContained: true, code: .failed,
            preparation: """
                CREATE TRIGGER t BEFORE UPDATE ON things BEGIN SELECT RAISE(ABORT, 'no'); END
                """
        ) { _ = try $0.execute(SQL("UPDATE things SET number = 1"), []) },
        Mishap(
            testDescription: "a trigger ends the transaction", isContained: false, code: .failed,
            preparation: """
                CREATE TRIGGER t BEFORE UPDATE ON things BEGIN SELECT RAISE(ROLLBACK, 'no'); END
                """
        ) { _ = try $0.execute(SQL("UPDATE things SET number = 1"), []) },
        Mishap(
            testDescription: "a unique value is taken and that ends the transaction", isContained: false,
            code: .duplicate
        ) {
            _ = try $0.execute(SQL("INSERT OR ROLLBACK INTO things (id) VALUES (0)"), [])
        },
        Mishap(
            testDescription: "the transaction ended and the body went on", isContained: false, code: .failed
        ) {
            _ = try? $0.execute(SQL("INSERT OR ROLLBACK INTO things (id) VALUES (0)"), [])
            _ = try $0.execute(SQL("INSERT INTO things (id) VALUES (1000)"), [])
        },
        Mishap(
            testDescription: "the transaction ended and the body said nothing", isContained: false,
            code: .failed
        ) {
            _ = try? $0.execute(SQL("INSERT OR ROLLBACK INTO things (id) VALUES (0)"), [])
        },
        Mishap(
            testDescription: "the commit is refused", isContained: false, code: .failed,
            preparation: "CREATE TABLE child (thing INTEGER REFERENCES things DEFERRABLE INITIALLY DEFERRED)"
        ) {
            _ = try $0.execute(SQL("INSERT INTO child VALUES (12345)"), [])
        },
    ]

    @Test("Who is told that its write failed, failed; who is told nothing, is stored", arguments: mishaps)
    func truth(mishap: Mishap) async throws {
        let database = try #require(try await Engine.sqlite.prepared().database as? SQLiteDatabase)
        let writes = (0..<8).map { id in
            ScriptedWrite(id) { if id == 4 { try mishap.body($0) } }
        }
        let announced = try await database.onWriter { connection in
            try connection.execute(sql: mishap.preparation)
            return CommitGroup(writes: writes).commit(on: connection)
        }
        let told = writes.filter { $0.failure == nil }.map { Int64($0.id) }
        #expect(try await database.ids() == told)
        #expect(told == (mishap.isContained ? [0, 1, 2, 3, 5, 6, 7] : []))
        #expect(announced == mishap.isContained)
        if let code = mishap.code {
            #expect(try Self.code(of: #require(writes[4].failure)) == code)
        }
        // A neighbour is never told the code of somebody else's mistake.
        for neighbour in writes where neighbour.id != 4 {
            #expect(try neighbour.failure.map(Self.code) == (mishap.isContained ? nil : .failed))
        }
        await database.close()
    }

    private static func code(of error: any Error) throws -> VidimusDatabase.DatabaseError.Code {
        try #require(SQLiteDatabase.translated(error) as? VidimusDatabase.DatabaseError).code
    }

    @Test("A full disk fails whom it hit, and nobody is told otherwise")
    func fullDisk() async throws {
        let database = try #require(try await Engine.sqlite.prepared().database as? SQLiteDatabase)
        let large = [UInt8](repeating: 1, count: 200_000)
        let writes = (0..<8).map { id in
            ScriptedWrite(id) {
                if id == 4 { _ = try $0.execute(SQL("UPDATE things SET bytes = $1 WHERE id = 4"), [large]) }
            }
        }
        _ = try await database.onWriter { connection in
            try connection.execute(sql: "PRAGMA max_page_count = 20")
            return CommitGroup(writes: writes).commit(on: connection)
        }
        let failure = try #require(writes[4].failure)
        #expect("\(SQLiteDatabase.translated(failure))" == "failed: the disk is full")
        let told = writes.filter { $0.failure == nil }.map { Int64($0.id) }
        #expect(try await database.ids() == told)
        await database.close()
    }

    @Test("A database that stays locked is busy, and takes the write once it is free")
    func busy() async throws {
        let (store, first) = try await Engine.sqlite.prepared()
        let database = try #require(first as? SQLiteDatabase)
        try await database.onWriter { try $0.execute(sql: "PRAGMA busy_timeout = 20") }
        let other = try store.sqlite()
        let gate = Gate()
        let (inside, entered) = AsyncStream<Void>.makeStream()
        async let holding: Void = other.write { _ in
            entered.yield()
            gate.wait()
        }
        for await _ in inside { break }
        #expect(await refusal { try await database.insert(1) }?.code == .busy)
        gate.open()
        try await holding
        try await database.insert(2)
        #expect(try await database.ids() == [2])
        await other.close()
        await database.close()
    }

    @Test("The journal is a WAL and every commit waits for the disk, on the connection that writes")
    func durability() async throws {
        let database = try #require(try await Engine.sqlite.prepared().database as? SQLiteDatabase)
        let settings = try await database.onWriter { connection in
            (
                journal: try String.fetchOne(connection, sql: "PRAGMA journal_mode"),
                synchronous: try Int.fetchOne(connection, sql: "PRAGMA synchronous"),
                foreignKeys: try Int.fetchOne(connection, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(settings.journal == "wal")
        // 2 is FULL; GRDB's pool sets 1, NORMAL, when it opens.
        #expect(settings.synchronous == 2)
        #expect(settings.foreignKeys == 1)
        await database.close()
    }
}
