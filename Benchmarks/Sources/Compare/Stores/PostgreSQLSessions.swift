import CPostgreSQL
import Foundation

/// A table of sessions in PostgreSQL, asked by prepared statements over kept connections.
struct PostgreSQLSessions: Credentials {
    private let connections: ConnectionPool<PostgreSQLConnection>

    init(_ address: String) throws {
        connections = try ConnectionPool {
            let connection = try PostgreSQLConnection(address)
            try connection.prepare(
                "find", "SELECT subject FROM sessions WHERE id = $1 AND expires_at > $2::bigint")
            try connection.prepare("end", "DELETE FROM sessions WHERE id = $1")
            return connection
        }
    }

    func subject(of credential: String) async throws -> String? {
        let now = String(Int(Date().timeIntervalSince1970))
        return try connections.use { try $0.execute("find", [credential, now]) }
    }

    func signOut(_ credential: String) async throws {
        _ = try connections.use { try $0.execute("end", [credential]) }
    }

    static func make(_ address: String, _ sessions: [StoredSession]) throws {
        let connection = try PostgreSQLConnection(address)
        try connection.run(
            "CREATE TABLE sessions (id text PRIMARY KEY, subject text NOT NULL, expires_at bigint NOT NULL)")
        try connection.prepare(
            "fill", "INSERT INTO sessions SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])")
        let columns = [sessions.map(\.id), sessions.map(\.subject), sessions.map { String($0.expiresAt) }]
        _ = try connection.execute("fill", columns.map { "{\($0.joined(separator: ","))}" })
        try connection.run("VACUUM ANALYZE sessions")
    }
}

/// One connection.
struct PostgreSQLConnection: @unchecked Sendable {
    // Used by one thread at a time: the pool lends it to one.
    private let handle: OpaquePointer

    struct Failure: Error, CustomStringConvertible { let description: String }

    init(_ address: String) throws {
        guard let handle = PQconnectdb(address), PQstatus(handle) == CONNECTION_OK else {
            throw Failure(description: "PostgreSQL cannot be reached")
        }
        self.handle = handle
    }

    func run(_ sql: String) throws { _ = try value(of: PQexec(handle, sql)) }

    func prepare(_ name: String, _ sql: String) throws {
        _ = try value(of: PQprepare(handle, name, sql, 0, nil))
    }

    /// The first column of the first row.
    func execute(_ name: String, _ arguments: [String]) throws -> String? {
        let copies = arguments.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let values = copies.map { UnsafePointer($0) }
        return try value(of: PQexecPrepared(handle, name, Int32(values.count), values, nil, nil, 0))
    }

    private func value(of result: OpaquePointer?) throws -> String? {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK: return nil
        case PGRES_TUPLES_OK:
            guard PQntuples(result) > 0, let text = PQgetvalue(result, 0, 0) else { return nil }
            return String(cString: text)
        default: throw Failure(description: String(cString: PQerrorMessage(handle)))
        }
    }
}
