import GRDB

extension SQLiteDatabase {
    /// Brings the schema up to date, one transaction a step, and says which steps were taken.
    @discardableResult
    package func migrate(_ migrations: [Migration] = SQLiteSchema.migrations) async throws -> [String] {
        try await onWriter { connection in
            var taken: [String] = []
            for migration in try Self.pending(migrations, on: connection) {
                do {
                    try connection.inTransaction(.immediate) {
                        // Another process may have taken the step while this one waited for the lock.
                        guard
                            try Self.pending(migrations, on: connection).contains(where: {
                                $0.number == migration.number
                            })
                        else { return .rollback }
                        try connection.execute(sql: SQLiteSchema.ledger)
                        try connection.execute(sql: migration.script)
                        try connection.execute(
                            sql: "INSERT INTO migrations VALUES (?, ?, unixepoch() * 1000)",
                            arguments: [migration.number, migration.name])
                        taken.append("\(migration.number) (\(migration.name))")
                        return .commit
                    }
                } catch let error as GRDB.DatabaseError {
                    throw DatabaseError(
                        .migrationFailed,
                        "migration \(migration.number) (\(migration.name)) failed and was undone: "
                            + "\(error.message ?? "unknown error"); the old schema is intact, go on with the "
                            + "earlier vidimus and report this")
                }
            }
            return taken
        }
    }

    /// Whether no migration was ever taken.
    package func isNew() async throws -> Bool {
        try await onWriter { try !Self.tables(on: $0).contains("migrations") }
    }

    /// Refuses a schema that this vidimus does not have, older or newer, by name.
    package func requireCurrentSchema() async throws {
        let pending = try await onWriter { try Self.pending(SQLiteSchema.migrations, on: $0) }
        if let first = pending.first {
            throw DatabaseError(
                .olderSchema,
                "the database lacks migration \(first.number) (\(first.name)); run `vidimus migrate`")
        }
    }

    private static func pending(_ migrations: [Migration], on connection: GRDB.Database) throws -> [Migration]
    {
        let tables = try tables(on: connection)
        var applied: [AppliedMigration] = []
        if tables.contains("migrations") {
            let rows = try GRDB.Row.fetchAll(
                connection, sql: "SELECT number, name FROM migrations ORDER BY number")
            applied = rows.map { AppliedMigration(number: $0["number"], name: $0["name"]) }
        }
        return try pendingMigrations(
            known: migrations, applied: applied, hasForeignTables: !tables.subtracting(["migrations"]).isEmpty
        )
    }

    /// Asked of the file each time and in one statement: what GRDB remembers of the schema does not
    /// know what another process just made, and between two questions it may make half of it.
    private static func tables(on connection: GRDB.Database) throws -> Set<String> {
        try String.fetchSet(connection, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    }
}
