import Foundation
import GRDB
import VidimusJOSE

/// A signed token and nothing else: good until it expires.
struct Tokens: Credentials {
    static let issuer = "https://id.example"
    static let type = "at+jwt"
    private let verifier: Token.Verifier

    init(_ key: VerificationKey) {
        verifier = Token.Verifier(
            key,
            ClaimsPolicy(issuer: Self.issuer, audience: Self.issuer, type: Self.type, required: ["exp"]))
    }

    func claims(of credential: String) -> Claims? { try? verifier.verify(credential) }

    func subject(of credential: String) async throws -> String? {
        try claims(of: credential)?.string("sub")
    }

    /// There is nothing that it could do: the client throws its token away.
    func signOut(_ credential: String) async throws {}

    /// What Vidimus puts into a token of its own, but for the status.
    static func mint(for session: StoredSession, with key: SigningKey) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        return try Token.sign(
            [
                "iss": .string(issuer), "sub": .string(session.subject), "aud": .string(issuer),
                "exp": .integer(Int64(session.expiresAt)), "iat": .integer(now), "jti": .string(session.id),
                "sid": .string(session.id), "client_id": "vidimus", "scope": "account", "roles": [],
                "auth_time": .integer(now), "acr": "aal1", "amr": ["pwd"],
            ], type: type, with: key)
    }
}

/// A signed token, and a table of those that are no longer good, in SQLite.
struct BlacklistedTokens: Credentials {
    private let tokens: Tokens
    private let file: SQLiteFile

    init(_ key: VerificationKey, _ path: String) throws {
        tokens = Tokens(key)
        file = try SQLiteFile(path)
    }

    func subject(of credential: String) async throws -> String? {
        guard let claims = tokens.claims(of: credential), let identifier = try claims.string("jti"),
            try file.text("SELECT jti FROM blacklist WHERE jti = ?", [identifier]) == nil
        else { return nil }
        return try claims.string("sub")
    }

    func signOut(_ credential: String) async throws {
        guard let claims = tokens.claims(of: credential), let identifier = try claims.string("jti") else {
            return
        }
        try file.change(
            "INSERT OR IGNORE INTO blacklist VALUES (?, ?)",
            [identifier, try claims.integer("exp") ?? 0])
    }

    /// A table with tokens that were signed out before.
    static func make(_ path: String, _ sessions: some Sequence<StoredSession>) throws {
        try SQLiteFile(path).make(
            """
            CREATE TABLE blacklist (jti TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
            """, "INSERT INTO blacklist VALUES (?, ?)", rows: sessions.lazy.map { [$0.id, $0.expiresAt] })
    }
}
