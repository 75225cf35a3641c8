import Foundation
import GRDB

/// An SQLite file that many processes have open: WAL, and a commit is on the disk when it returns.
struct SQLiteFile: Sendable {
    private let pool: DatabasePool

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        pool = try DatabasePool(path: path, configuration: configuration)
        // The pool sets NORMAL while it opens.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// The first column of the first row, on the calling thread: a lookup takes less time than another thread would.
    func text(_ sql: String, _ arguments: StatementArguments) throws -> String? {
        try pool.unsafeRead { try String.fetchOne($0.cachedStatement(sql: sql), arguments: arguments) }
    }

    func change(_ sql: String, _ arguments: StatementArguments) throws {
        try pool.write { try $0.cachedStatement(sql: sql).execute(arguments: arguments) }
    }

    /// Makes a table and fills it.
    func make(_ schema: String, _ insert: String, rows: some Sequence<StatementArguments>) throws {
        try pool.write { database in
            try database.execute(sql: schema)
            let statement = try database.makeStatement(sql: insert)
            for row in rows { try statement.execute(arguments: row) }
        }
        try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }
}
