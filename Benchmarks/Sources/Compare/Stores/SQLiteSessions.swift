import Foundation
import GRDB

/// A table of sessions in SQLite.
struct SQLiteSessions: Credentials {
    private let file: SQLiteFile

    init(_ path: String) throws { file = try SQLiteFile(path) }

    func subject(of credential: String) async throws -> String? {
        try file.text(
            "SELECT subject FROM sessions WHERE id = ? AND expires_at > ?",
            [credential, Int(Date().timeIntervalSince1970)])
    }

    func signOut(_ credential: String) async throws {
        try file.change("DELETE FROM sessions WHERE id = ?", [credential])
    }

    static func make(_ path: String, _ sessions: [StoredSession]) throws {
        try SQLiteFile(path).make(
            """
            CREATE TABLE sessions (
                id TEXT PRIMARY KEY, subject TEXT NOT NULL, expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """, "INSERT INTO sessions VALUES (?, ?, ?)",
            rows: sessions.lazy.map { [$0.id, $0.subject, $0.expiresAt] })
    }
}
