import GRDB
import Glibc

/// Databases as files: copied, looked at and put in each other's place while no server has them open.
package enum SQLiteFile {
    /// Whether somebody else has a database open.
    package enum Use: Sendable, Equatable {
        case free
        /// By a process, 0 if its number cannot be told.
        case openIn(Int32)
    }

    /// Asks the locks that SQLite keeps on the file for as long as it is open in WAL mode.
    ///
    /// Must not be asked while this process has the file open: closing any descriptor drops its locks.
    package static func use(of path: String) throws(DatabaseError) -> Use {
        for name in [path, path + "-shm"] {
            let file = open(name, O_RDONLY | O_CLOEXEC)
            if file < 0, errno == ENOENT { continue }
            guard file >= 0 else { throw failure("open", name) }
            defer { Glibc.close(file) }
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            guard fcntl(file, F_GETLK, &lock) == 0 else { throw failure("look at the locks of", name) }
            if lock.l_type != Int16(F_UNLCK) { return .openIn(max(0, lock.l_pid)) }
        }
        return .free
    }

    /// Copies bytes into a new file that is ours alone, and on disk when this returns.
    package static func copy(_ source: String, to target: String) throws(DatabaseError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw failure("read", source) }
        defer { Glibc.close(from) }
        let to = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw failure("write", target) }
        defer { Glibc.close(to) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(from, &buffer, buffer.count)
            guard count >= 0 else { throw failure("read", source) }
            if count == 0 { break }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(to, $0.baseAddress, $0.count) }
                guard written > 0 else { throw failure("write", target) }
                rest = rest.dropFirst(written)
            }
        }
        guard fsync(to) == 0 else { throw failure("write", target) }
    }

    /// Moves the log into the file, so that this is the whole database; fails if somebody has it open.
    package static func settle(_ path: String) throws {
        try alone(path) { connection in
            let mode = try String.fetchOne(connection, sql: "PRAGMA journal_mode = DELETE")
            guard mode == "delete" else {
                throw DatabaseError(.busy, "\(path) stays in journal mode \(mode ?? "unknown")")
            }
        }
    }

    /// Refuses a file that is damaged, or that holds what would act by itself.
    package static func requireSound(_ path: String) throws {
        try alone(path) { connection in
            let finding = try String.fetchOne(connection, sql: "PRAGMA quick_check(1)")
            guard finding == "ok" else { throw DatabaseError(.cannotOpen, "it is damaged") }
            let active = try String.fetchOne(
                connection, sql: "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1")
            guard active == nil else {
                throw DatabaseError(.foreignSchema, "it holds a trigger or view, which vidimus never makes")
            }
        }
    }

    /// The epoch of a database that is about to be replaced; nil if it cannot be read.
    package static func epoch(_ path: String) -> Int64? {
        try? alone(path) { try Int64.fetchOne($0, sql: "SELECT epoch FROM installation") }
    }

    /// One connection without a pool, closed again at the end.
    private static func alone<T>(_ path: String, _ body: (GRDB.Database) throws -> T) throws -> T {
        do {
            let queue = try DatabaseQueue(path: path)
            defer { try? queue.close() }
            return try queue.writeWithoutTransaction(body)
        } catch {
            throw SQLiteDatabase.translated(error)
        }
    }

    /// Puts a settled database in the place of another, which is kept under a name beside it.
    ///
    /// At every moment there is a whole database at `path`.
    package static func replace(_ path: String, by new: String, keeping kept: String) throws(DatabaseError) {
        if access(path, F_OK) == 0 {
            guard link(path, kept) == 0 else { throw failure("keep the old database as", kept) }
            // Left by a database that could not be settled. It must never lie beside another one.
            if access(path + "-wal", F_OK) == 0, rename(path + "-wal", kept + "-wal") != 0 {
                throw failure("keep", path + "-wal")
            }
        }
        // Without a database there must be no log either.
        for remnant in ["-wal", "-shm", "-journal"] { unlink(path + remnant) }
        guard rename(new, path) == 0 else { throw failure("write", path) }
        syncFolder(of: path)
    }

    /// Gives a finished file its name; only `replacing` lets it take the place of another.
    package static func publish(_ new: String, as path: String, replacing: Bool) throws(DatabaseError) {
        let file = open(new, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("write", new) }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw failure("write", new) }
        if replacing {
            guard rename(new, path) == 0 else { throw failure("write", path) }
        } else {
            guard link(new, path) == 0 else { throw failure("write", path) }
            unlink(new)
        }
        syncFolder(of: path)
    }

    /// Removes a file with what SQLite keeps beside it; what is not there is no error.
    package static func remove(_ path: String) {
        for remnant in ["", "-wal", "-shm", "-journal"] { unlink(path + remnant) }
    }

    /// Whether two names lead to one file.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Whether a file is there and holds something.
    package static func isFilled(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 0
    }

    private static func syncFolder(of path: String) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        Glibc.close(folder)
    }

    private static func failure(_ deed: String, _ path: String) -> DatabaseError {
        DatabaseError(.failed, "cannot \(deed) \(path): \(String(cString: strerror(errno)))")
    }
}

extension SQLiteDatabase {
    /// Writes one consistent state into a file that is there and empty, while others go on writing.
    ///
    /// What was deleted is not in it, unlike in a copy of the pages: an erased key stays erased.
    package func snapshot(into path: String) async throws {
        try await onWriter { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }

    /// Refuses what is no vidimus database, or one of a newer vidimus; an older one is fine.
    package func requireOurs() async throws {
        do {
            try await requireCurrentSchema()
        } catch let error as DatabaseError where error.code == .olderSchema {
            guard try await !isNew() else { throw DatabaseError(.foreignSchema, "there are no tables in it") }
        } catch let error as DatabaseError where error.code == .foreignSchema {
            throw DatabaseError(.foreignSchema, "it holds other tables")
        }
    }
}
