import GRDB

/// An SQLite file that many processes have open: WAL, and a commit is on the disk when it returns.
struct SQLiteFile: Sendable {
    private let connections: ConnectionPool<DatabaseQueue>

    init(_ path: String) throws {
        connections = try ConnectionPool {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.journalMode = .wal
            // A pool of GRDB's own would ask for the schema's version before each lookup.
            let connection = try DatabaseQueue(path: path, configuration: configuration)
            try connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return connection
        }
    }

    /// The first column of the first row.
    func text(_ sql: String, _ arguments: StatementArguments) throws -> String? {
        try connections.use { connection in
            try connection.unsafeRead {
                try String.fetchOne($0.cachedStatement(sql: sql), arguments: arguments)
            }
        }
    }

    func change(_ sql: String, _ arguments: StatementArguments) throws {
        try connections.use { connection in
            try connection.write { try $0.cachedStatement(sql: sql).execute(arguments: arguments) }
        }
    }

    /// Makes a table and fills it.
    func make(_ schema: String, _ insert: String, rows: some Sequence<StatementArguments>) throws {
        try connections.use { connection in
            try connection.write { database in
                try database.execute(sql: schema)
                let statement = try database.makeStatement(sql: insert)
                for row in rows { try statement.execute(arguments: row) }
            }
            try connection.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
    }
}
