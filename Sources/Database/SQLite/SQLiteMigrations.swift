import GRDB

extension SQLiteDatabase {
    /// Brings the schema up to date, one transaction a step, and says which steps were taken.
    @discardableResult
    package func migrate(_ migrations: [Migration] = SQLiteSchema.migrations) async throws -> [String] {
        try await onWriter { connection in
            let pending = try Self.pending(migrations, on: connection)
            try connection.execute(sql: SQLiteSchema.ledger)
            for migration in pending {
                do {
                    try connection.inTransaction(.immediate) {
                        // Another process may have taken the step while this one waited for the lock.
                        guard
                            try Self.pending(migrations, on: connection).contains(where: {
                                $0.number == migration.number
                            })
                        else { return .rollback }
                        try connection.execute(sql: migration.script)
                        try connection.execute(
                            sql: "INSERT INTO migrations VALUES (?, ?, unixepoch() * 1000)",
                            arguments: [migration.number, migration.name])
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
            return pending.map { "\($0.number) (\($0.name))" }
        }
    }

    /// Whether no migration was ever taken.
    package func isNew() async throws -> Bool {
        try await onWriter { try !$0.tableExists("migrations") }
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
        var applied: [AppliedMigration] = []
        if try connection.tableExists("migrations") {
            let rows = try GRDB.Row.fetchAll(
                connection, sql: "SELECT number, name FROM migrations ORDER BY number")
            applied = rows.map { AppliedMigration(number: $0["number"], name: $0["name"]) }
        }
        let tables = try Int.fetchOne(
            connection,
            sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name <> 'migrations'")
        return try pendingMigrations(
            known: migrations, applied: applied, hasForeignTables: (tables ?? 0) > 0)
    }
}
