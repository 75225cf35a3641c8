import Foundation
import Glibc
import Measuring
import ServerDatabase
import ServerSystem

/// The three statements of a refresh by the server's own engine, grouped and durable, and nothing around them.
struct BareWrite: Sendable {
    let database: SQLiteDatabase
    /// The handles, as stored, of the sessions that are rotated, one a task.
    let sessions: [[UInt8]]

    /// Opens a database and takes the sessions opened last.
    init(path: String, tasks: Int) async throws {
        database = try SQLiteDatabase(path: path)
        sessions = try await database.read { transaction in
            try transaction.rows(
                SQL("SELECT handle FROM sessions ORDER BY created_at DESC LIMIT $1"), [tasks],
                { try $0.bytes(0) })
        }
    }

    /// Writes a second, and CPU milliseconds of each; every task one after the other for some seconds.
    func run(seconds: Double) async throws -> (perSecond: Double, cpu: Double) {
        let (start, spent) = (Stopwatch.now(), Self.cpu())
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for session in sessions {
                group.addTask {
                    var count = 0
                    while Stopwatch.now() - start < seconds {
                        try await rotate(session)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return (Double(count) / (Stopwatch.now() - start), (Self.cpu() - spent) / Double(count) * 1000)
    }

    /// CPU seconds of this process.
    private static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    struct NotRotated: Error {}

    private func rotate(_ handle: [UInt8]) async throws {
        try await database.write { transaction in
            let session = try transaction.first(
                SQL(
                    """
                    SELECT id, account, client, generation, rotated_at, repeats, list, idx, renew,
                        authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                        expires_at, ended_at
                    FROM sessions WHERE handle = $1
                    """), [handle], { try Self.columns(18, of: $0) })
            guard let session else { throw NotRotated() }
            _ = try transaction.first(
                SQL(
                    """
                    SELECT id, email, name, roles, epoch, disabled_at, created_at
                    FROM accounts WHERE id = $1
                    """), [session[1]], { try Self.columns(7, of: $0) })
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            let rotated = try transaction.first(
                SQL(
                    """
                    UPDATE sessions
                    SET generation = generation + 1, rotated_at = $1, repeats = 0, used_at = $1,
                        last_address = $2, list = $3, idx = $4, renew = 0
                    WHERE id = $5 AND generation = $6 AND ended_at IS NULL
                    RETURNING id, account, client, generation, rotated_at, repeats, list, idx, renew,
                        authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                        expires_at, ended_at
                    """), [now, "127.0.0.1", session[6], session[7], session[0], session[3]],
                { try Self.columns(18, of: $0) })
            guard rotated != nil else { throw NotRotated() }
        }
    }

    /// Every column of a row, as whoever asks for them reads them.
    private static func columns(_ count: Int, of row: any Row) throws -> [Value] {
        try (0..<count).map { try row.value($0) }
    }
}
