import VidimusDatabase
package import VidimusIdentity

/// Making a backup of an installation, and putting one in its place.
extension Services {
    /// What the operator is told about a backup that was made.
    package struct MadeBackup: Sendable {
        /// The versions of the master key without which it is of no use.
        package let masterKeyVersions: [Int]
        /// Where that key is now.
        package let masterKeyPlace: String
    }

    /// Writes the state of this moment into a file, whoever else works on the database.
    package static func backUp(
        _ settings: Settings, to file: String, replacing: Bool
    ) async throws -> MadeBackup {
        let path = try databasePath(settings)
        guard DataFolder.exists(path) else {
            throw DataFolder.Refused(description: "\(path) is not there; there is nothing to back up")
        }
        for used in [path, path + "-wal", path + "-shm"] where SQLiteFile.isSame(used, file) {
            throw DataFolder.Refused(description: "\(file) is the database itself; give another name")
        }
        guard replacing || !DataFolder.exists(file) else {
            throw DataFolder.Refused(description: "\(file) is there already; --force replaces it")
        }
        let unfinished = "\(file).unfinished"
        SQLiteFile.remove(unfinished)
        defer { SQLiteFile.remove(unfinished) }
        let database = try openDatabase(settings)
        do {
            try await database.requireOurs()
            try DataFolder.prepareFile(unfinished)
            try await database.snapshot(into: unfinished)
            let versions = try await Installation.masterKeyVersions(database)
            await database.close()
            try SQLiteFile.publish(unfinished, as: file, replacing: replacing)
            return MadeBackup(
                masterKeyVersions: versions, masterKeyPlace: MasterKeySource.place(settings))
        } catch {
            await database.close()
            throw error
        }
    }

    /// What the operator is told about a restore.
    package struct Restored: Sendable {
        package let outcome: Restoring.Outcome
        /// The steps that brought an older schema up to date.
        package let migrations: [String]
        /// Where the database is now that was there before; nil if there was none.
        package let kept: String?
    }

    /// Puts a backup in the place of the database, in a new epoch. Nothing changes unless all of it succeeds.
    package static func restore(_ settings: Settings, from file: String) async throws -> Restored {
        let path = try preparedPath(settings)
        guard SQLiteFile.isFilled(file) else {
            throw DataFolder.Refused(description: "\(file) is not there or empty")
        }
        guard !SQLiteFile.isSame(file, path) else {
            throw DataFolder.Refused(description: "\(file) is the database itself")
        }
        guard !SQLiteFile.isFilled(file + "-wal") else {
            throw DataFolder.Refused(
                description: "\(file)-wal is beside it: part of it is there. This is a database in use, not "
                    + "a backup; make one with `vidimus backup`")
        }
        // Whoever opens the installation waits until this is over.
        let lock = try FileLock(path + ".lock")
        defer { lock.release() }
        try requireFree(path)
        let replacedEpoch = try settle(path)
        let copy = path + ".restoring"
        SQLiteFile.remove(copy)
        defer { SQLiteFile.remove(copy) }
        try SQLiteFile.copy(file, to: copy)
        let (outcome, migrations) = try await begin(
            settings, on: copy, from: file, replacing: replacedEpoch)
        try SQLiteFile.settle(copy)
        // A command that does not wait for the lock may have come meanwhile.
        try requireFree(path)
        let isThere = DataFolder.exists(path)
        let kept = "\(path).before-epoch-\(outcome.epoch)"
        try SQLiteFile.replace(path, by: copy, keeping: kept)
        return Restored(outcome: outcome, migrations: migrations, kept: isThere ? kept : nil)
    }

    private static func requireFree(_ path: String) throws {
        guard case .openIn(let process) = try SQLiteFile.use(of: path) else { return }
        throw DataFolder.Refused(
            description: (process > 0 ? "process \(process)" : "another process") + " has \(path) open; stop "
                + "the server first")
    }

    /// Makes the database that is to be replaced one file, and tells its epoch. One that cannot be read, which is a
    /// good reason for a restore, is kept as it is.
    private static func settle(_ path: String) throws -> Int64? {
        guard SQLiteFile.isFilled(path) else { return nil }
        do {
            try SQLiteFile.settle(path)
        } catch let error as DatabaseError where error.code == .busy {
            throw DataFolder.Refused(description: "another process has \(path) open; stop the server first")
        } catch {
            return nil
        }
        return SQLiteFile.epoch(path)
    }

    private static func begin(
        _ settings: Settings, on copy: String, from file: String, replacing replaced: Int64?
    ) async throws -> (Restoring.Outcome, [String]) {
        let database: SQLiteDatabase
        do {
            try SQLiteFile.requireSound(copy)
            database = try SQLiteDatabase(path: copy)
        } catch let error as DatabaseError {
            throw DataFolder.Refused(description: "\(file) is not a vidimus database: \(error.reason)")
        }
        do {
            try await database.requireOurs()
            let migrations = try await database.migrate()
            guard try await !Installation.isEmpty(database) else {
                throw DatabaseError(.foreignSchema, "nothing is stored in it")
            }
            let masterKeys = try MasterKeySource.masterKeys(settings, mayGenerate: false)
            let seams = Seams(database: database)
            _ = try await Installation.open(seams, masterKeys: masterKeys, opening: .serving)
            let outcome = try await Restoring(seams, masterKeys: masterKeys)
                .beginEpoch(replacing: replaced, origin: .commandLine)
            await database.close()
            return (outcome, migrations)
        } catch let error as DatabaseError where error.code == .foreignSchema {
            await database.close()
            throw DataFolder.Refused(description: "\(file) is not a vidimus database: \(error.reason)")
        } catch {
            await database.close()
            throw error
        }
    }
}
