import GRDB

/// A write that waits for its turn. Run once, then answered once.
///
/// Unchecked because the compiler cannot see it: after it was queued, only the writer's queue
/// touches it, and that runs one thing at a time.
class PendingWrite: @unchecked Sendable {
    private(set) var failure: (any Error)?
    private(set) var announced = false

    final func run(on connection: GRDB.Database) {
        let transaction = SQLiteTransaction(connection: connection, writes: true)
        do {
            try perform(transaction)
            announced = transaction.announced
        } catch {
            failure = error
        }
    }

    final func fail(_ error: any Error) { failure = failure ?? error }

    func perform(_ transaction: SQLiteTransaction) throws {}

    func finish() {}
}

/// A body with the caller that waits for its result.
final class AnsweredWrite<T: Sendable>: PendingWrite, @unchecked Sendable {
    private let body: @Sendable (any Transaction) throws -> T
    private let continuation: CheckedContinuation<T, any Error>
    private var result: T?

    init(
        _ body: @escaping @Sendable (any Transaction) throws -> T,
        for continuation: CheckedContinuation<T, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    override func perform(_ transaction: SQLiteTransaction) throws {
        result = try body(transaction)
    }

    override func finish() {
        if let failure {
            continuation.resume(throwing: SQLiteDatabase.translated(failure))
        } else if let result {
            continuation.resume(returning: result)
        } else {
            continuation.resume(throwing: DatabaseError(.failed, "the write did not run"))
        }
    }
}

/// Commits writes that waited together in one transaction, each in a savepoint of its own, so that
/// the cost of making them durable is shared and a failure is not.
struct CommitGroup {
    let writes: [PendingWrite]

    /// Runs and commits. Afterwards every write either is durable or carries its failure.
    /// Returns whether a durable write announced a change.
    func commit(on connection: GRDB.Database) -> Bool {
        do {
            try connection.control("BEGIN IMMEDIATE")
            for write in writes {
                try connection.control("SAVEPOINT write")
                write.run(on: connection)
                // SQLite ends the whole transaction by itself on some errors (disk full, I/O). Then
                // the neighbours' work is gone as well and nobody may be told otherwise.
                guard connection.isInsideTransaction else {
                    let cause = write.failure.map { ": \(SQLiteDatabase.translated($0))" } ?? ""
                    throw DatabaseError(.failed, "SQLite gave the whole group of writes up\(cause)")
                }
                if write.failure != nil { try connection.control("ROLLBACK TO write") }
                try connection.control("RELEASE write")
            }
            try connection.control("COMMIT")
        } catch {
            if connection.isInsideTransaction { try? connection.execute(sql: "ROLLBACK") }
            for write in writes { write.fail(error) }
        }
        return writes.contains { $0.announced && $0.failure == nil }
    }
}

extension GRDB.Database {
    /// Runs a statement that begins or ends something; compiled once a connection, since every write runs three.
    fileprivate func control(_ sql: String) throws {
        try cachedStatement(sql: sql).execute()
    }
}
