import Dispatch
import GRDB
import Synchronization

/// The engine inside the binary: one file in WAL mode, every commit on disk before it is answered.
package final class SQLiteDatabase: Database {
    private let pool: DatabasePool
    /// The one place where writes, migrations and polling happen, in turn.
    private let writer = DispatchQueue(label: "vidimus.database.writer")
    private let committed: @Sendable (Int) -> Void
    private let waiting = Mutex(Waiting())
    private let reading = Mutex(Reading())

    private struct Waiting {
        var writes: [PendingWrite] = []
        var isDraining = false
        var isClosed = false
        /// Whether the file is closed too: SQLite must not be asked any more.
        var isFinished = false
    }

    private struct Reading {
        var observer: ChangeObserver?
        var polling: Task<Void, Never>?
        var dataVersion: Int64?
    }

    /// Opens the file, creating it if it is not there. Nothing is migrated.
    ///
    /// - Parameter committed: told how many writes each group held.
    package init(path: String, committed: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        self.committed = committed
        var configuration = Configuration()
        configuration.label = "vidimus"
        // Another process (the command line) may hold the write lock for the length of a transaction.
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // The pool sets NORMAL when it opens, which would answer before the disk did.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(.cannotOpen, "cannot open \(path): \(error.message ?? "unknown error")")
        }
    }

    package func read<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        guard !isClosed else { throw Self.closed }
        do {
            return try await pool.read { try body(SQLiteTransaction(connection: $0)) }
        } catch {
            throw Self.translated(error)
        }
    }

    package func write<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(AnsweredWrite(body, for: continuation))
        }
    }

    private static let closed = DatabaseError(.closed, "the database is closed")

    private var isClosed: Bool { waiting.withLock { $0.isClosed } }

    private func enqueue(_ write: PendingWrite) {
        let (isClosed, mustDrain) = waiting.withLock { waiting in
            guard !waiting.isClosed else { return (true, false) }
            waiting.writes.append(write)
            defer { waiting.isDraining = true }
            return (false, !waiting.isDraining)
        }
        if isClosed {
            write.fail(Self.closed)
            write.finish()
        }
        if mustDrain { writer.async { self.drain() } }
    }

    /// Commits one group of what waits and comes back for the next. Only ever one at a time, on `writer`;
    /// between two groups whatever else waits there has its turn.
    private func drain() {
        let writes = waiting.withLock { waiting in
            let group = Array(waiting.writes.prefix(Self.largestGroup))
            waiting.writes.removeFirst(group.count)
            if group.isEmpty { waiting.isDraining = false }
            return group
        }
        if writes.isEmpty { return }
        pool.writeWithoutTransaction { commit(writes, on: $0) }
        committed(writes.count)
        for write in writes { write.finish() }
        writer.async { self.drain() }
    }

    private func commit(_ writes: [PendingWrite], on connection: GRDB.Database) {
        guard CommitGroup(writes: writes).commit(on: connection) else { return }
        do {
            try readChanges(on: connection)
        } catch {
            let failure = DatabaseError(.notApplied, "committed, but not read back: \(error)")
            // Nothing may be confirmed before a poll has read it.
            reading.withLock { $0.dataVersion = nil }
            for write in writes where write.announced { write.fail(failure) }
        }
    }

    private static let largestGroup = 256

    package func observeChanges(_ observer: ChangeObserver, pollEvery interval: Duration) async throws {
        try await onWriter { connection in
            self.reading.withLock { $0.observer = observer }
            self.reading.withLock { $0.dataVersion = nil }
            try self.poll(on: connection)
        }
        let polling = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard let self, !Task.isCancelled else { return }
                do {
                    try await onWriter { try self.poll(on: $0) }
                } catch {
                    observer.failed(error)
                }
            }
        }
        reading.withLock { $0.polling = polling }
    }

    /// `data_version` moves exactly when another process committed; our own commits read their
    /// changes before they are answered.
    private func poll(on connection: GRDB.Database) throws {
        let version = try Int64.fetchOne(connection, sql: "PRAGMA data_version")
        if version != reading.withLock({ $0.dataVersion }) {
            try readChanges(on: connection)
            reading.withLock { $0.dataVersion = version }
        }
        reading.withLock { $0.observer }?.confirmed()
    }

    private func readChanges(on connection: GRDB.Database) throws {
        guard let observer = reading.withLock({ $0.observer }) else { return }
        try observer.changed(SQLiteTransaction(connection: connection))
    }

    package func close() async {
        reading.withLock { reading in
            reading.polling?.cancel()
            reading.polling = nil
        }
        waiting.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            writer.async { self.finish(continuation) }
        }
    }

    /// Closes once nothing waits any more: nothing new does, since `isClosed` was set.
    private func finish(_ continuation: CheckedContinuation<Void, Never>) {
        guard waiting.withLock({ $0.writes.isEmpty }) else {
            return writer.async { self.finish(continuation) }
        }
        // Closing again is fine.
        guard !waiting.withLock({ $0.isFinished }) else { return continuation.resume() }
        waiting.withLock { $0.isFinished = true }
        // The pool closes a reader last, which cannot move the log into the file: without this a copy of the
        // file of a stopped server would hold nothing.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        try? pool.close()
        continuation.resume()
    }

    /// Runs a body on the writing connection, in turn with the commits.
    func onWriter<T: Sendable>(_ body: @escaping @Sendable (GRDB.Database) throws -> T) async throws -> T {
        guard !isClosed else { throw Self.closed }
        return try await withCheckedThrowingContinuation { continuation in
            writer.async {
                continuation.resume(
                    with: Result {
                        // Closed meanwhile: SQLite would be called without a connection.
                        guard !self.isClosed else { throw Self.closed }
                        return try self.pool.writeWithoutTransaction(body)
                    }.mapError(Self.translated))
            }
        }
    }

    static func translated(_ error: any Error) -> any Error {
        guard let error = error as? GRDB.DatabaseError else { return error }
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
            return DatabaseError(.duplicate, "a value that must be unique is taken")
        case .SQLITE_FULL:
            return DatabaseError(.failed, "the disk is full")
        default:
            if error.resultCode == .SQLITE_BUSY {
                return DatabaseError(.busy, "another process kept the database locked")
            }
            return DatabaseError(.failed, error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }
}
