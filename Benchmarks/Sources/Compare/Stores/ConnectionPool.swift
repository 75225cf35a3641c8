import Synchronization

/// Kept connections to a store: each request borrows one and asks on its own thread.
///
/// That costs less CPU than a way to another thread and back, and no request waits for another: there are as many
/// connections as requests under way.
final class ConnectionPool<Connection: Sendable>: Sendable {
    private let free = Mutex<[Connection]>([])
    private let connect: @Sendable () throws -> Connection

    /// - Throws: if the first connection cannot be made.
    init(_ connect: @escaping @Sendable () throws -> Connection) throws {
        self.connect = connect
        let first = try connect()
        free.withLock { $0.append(first) }
    }

    func use<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        let connection = try free.withLock { $0.popLast() } ?? connect()
        // One that failed is not used again.
        let result = try body(connection)
        free.withLock { $0.append(connection) }
        return result
    }
}
