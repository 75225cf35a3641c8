import Foundation
import ServerDatabase

/// Fills an installation's database with accounts and sessions, by the statements of its schema.
package enum Seed {
    package static let password = "four words that nobody guesses"

    /// How passwords are hashed; a server must be told the same, or it hashes anew at the first sign-in.
    package enum Hash {
        case usual
        /// For measurements that need many sessions and not what their passwords cost.
        case cheap

        /// The settings of a server that hashes so.
        package var settings: [String: String] {
            switch self {
            case .usual: [:]
            case .cheap: ["VIDIMUS_HASH_MEMORY": "8", "VIDIMUS_HASH_ITERATIONS": "1"]
            }
        }

        func encoded() throws -> String {
            switch self {
            case .usual: try BareHash.encoded(Seed.password)
            case .cheap: try BareHash.encoded(Seed.password, passes: 1, kibibytes: 8)
            }
        }
    }

    /// Adds accounts that all have `password`, and as many sessions, which nobody has a token of. One session in a
    /// hundred was revoked within the day.
    package static func fill(_ path: String, accounts: Int, hash: Hash = .usual) async throws {
        let database = try SQLiteDatabase(path: path)
        let hash = try hash.encoded()
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let chunk = 50_000
        for first in stride(from: 0, to: accounts, by: chunk) {
            let last = min(first + chunk, accounts) - 1
            try await database.write { transaction in
                try transaction.execute(
                    SQL(
                        """
                        WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
                        INSERT INTO accounts (id, email, name, password, roles, epoch, created_at)
                        SELECT CAST(printf('a%015d', i) AS BLOB), printf('user%d@example.com', i), NULL, $3,
                            '', 0, $4 + i FROM n
                        """), [first, last, hash, now - 86_400_000])
                try transaction.execute(
                    SQL(
                        """
                        WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
                        INSERT INTO sessions (id, handle, account, client, generation, rotated_at, repeats, list,
                            idx, renew, authenticated_at, methods, device, first_address, last_address,
                            created_at, used_at, expires_at, ended_at)
                        SELECT CAST(printf('s%015d', i) AS BLOB), CAST(printf('h%031d', i) AS BLOB),
                            CAST(printf('a%015d', i) AS BLOB), 'vidimus', 1, $3, 0, 1, i, 0, $3, 'pwd',
                            'Mozilla/5.0 (X11; Linux x86_64)', '192.0.2.1', '192.0.2.1', $3, $3,
                            $3 + 2592000000 + i, CASE WHEN i % 100 = 99 THEN $3 END FROM n
                        """), [first, last, now - 3_600_000])
            }
        }
        try await database.write { transaction in
            try transaction.execute(
                SQL(
                    """
                    INSERT INTO status_entries (list, idx, status, keep_until)
                    SELECT list, idx, 1, $1 FROM sessions WHERE ended_at IS NOT NULL
                    """), [now + 86_400_000])
            try transaction.execute(SQL("UPDATE status_lists SET next = $1 WHERE id = 1"), [accounts])
        }
        await database.close()
    }
}
