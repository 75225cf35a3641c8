/// The storage seam: two engines, the same statements.
///
/// A body runs synchronously against one consistent view and may run beside others; it must have no
/// effect outside its transaction, since nothing is durable before `write` returns. Bodies belong to
/// domain operations (`rotate`, `consume`, `register`) in `Identity`; the seam is visible inside this
/// package only, so nobody outside can open a transaction.
package protocol Database: Sendable {
    /// Runs a body that only reads.
    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Runs a body in a transaction of its own and returns once that is durable.
    ///
    /// Bodies that wait at the same time are committed together; one that throws is rolled back alone.
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Who reads the `changes` of this and of every other process; at most one.
    func observeChanges(_ observer: ChangeObserver, pollEvery interval: Duration) async throws

    /// Finishes what waits and closes. Later calls throw ``DatabaseError/Code/closed``.
    func close() async
}

/// What a body may do.
package protocol Transaction {
    /// Rows of a statement, decoded one by one.
    func rows<T>(_ sql: SQL, _ arguments: [any Bindable], _ decode: (any Row) throws -> T) throws -> [T]

    /// Runs a statement and says how many rows it changed.
    @discardableResult
    func execute(_ sql: SQL, _ arguments: [any Bindable]) throws -> Int

    /// Says that this transaction wrote a row of `changes`: its caller is answered only after the
    /// observer of this process has read it.
    func announceChange()
}

extension Transaction {
    /// The first row of a statement, or nil.
    package func first<T>(_ sql: SQL, _ arguments: [any Bindable], _ decode: (any Row) throws -> T) throws
        -> T?
    {
        try rows(sql, arguments, decode).first
    }
}

/// Reads what was committed, by this process or another.
package struct ChangeObserver: Sendable {
    /// Called with a view that holds every change announced so far, before their callers are answered.
    let changed: @Sendable (any Transaction) throws -> Void
    /// Called each time the database was asked and nothing is left unread.
    let confirmed: @Sendable () -> Void
    /// Called when the database could not be asked.
    let failed: @Sendable (any Error) -> Void

    package init(
        changed: @escaping @Sendable (any Transaction) throws -> Void,
        confirmed: @escaping @Sendable () -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.changed = changed
        self.confirmed = confirmed
        self.failed = failed
    }
}
