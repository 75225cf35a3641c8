import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

/// The sessions: opened by a sign-in, kept by refreshes, ended by whoever may.
package struct Sessions: Sendable {
    let seams: Seams
    let policy: SessionPolicy
    let seal: RefreshTokenSeal

    package init(_ seams: Seams, policy: SessionPolicy, masterKeys: MasterKeys, epoch: Int64) {
        self.seams = seams
        self.policy = policy
        seal = RefreshTokenSeal(masterKeys: masterKeys, epoch: epoch)
    }

    /// Opens a session for an account that was authenticated at `epoch`.
    ///
    /// Nil when the account was disabled or its epoch raised since: a password that was right when its
    /// hash was read, but changed while it was computed, opens nothing.
    package func open(
        for account: ID<Account>, epoch: Int64, methods: [String], client: String, visitor: Visitor
    ) async throws -> SessionGrant? {
        let id = ID<Session>(random: seams.random)
        let entry = AuditID(random: seams.random)
        let token = RefreshToken(handle: seams.random(RefreshToken.handleBytes), generation: 1)
        let now = seams.now()
        let opened = try await seams.database.write { transaction -> (Session, Account)? in
            guard let account = try Accounts.find(account, in: transaction), !account.isDisabled,
                account.epoch == epoch
            else { return nil }
            try makeRoom(for: account.id, now: now, in: transaction)
            let place = try StatusEntries.allocate(now: now, in: transaction)
            let session = try transaction.first(
                SQL(
                    """
                    INSERT INTO sessions (id, handle, account, client, generation, rotated_at, repeats,
                        list, idx, renew, authenticated_at, methods, device, first_address, last_address,
                        created_at, used_at, expires_at)
                    VALUES ($1, $2, $3, $4, 1, $5, 0, $6, $7, 0, $5, $8, $9, $10, $10, $5, $5, $11)
                    RETURNING id, account, client, generation, rotated_at, repeats, list, idx, renew,
                        authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                        expires_at, ended_at
                    """),
                [
                    id, token.storedHandle, account.id, client, now, place.list, place.index,
                    methods.joined(separator: " "), visitor.device, visitor.address,
                    now + policy.absoluteLifetime,
                ], { try Session(row: $0) })
            try Audit.record(
                .signedIn, account: account.id, session: id, origin: visitor.origin, id: entry, at: now,
                in: transaction)
            return session.map { ($0, account) }
        }
        guard let (session, account) = opened, let written = seal.write(token) else { return nil }
        return SessionGrant(session: session, account: account, refreshToken: written)
    }

    /// The live sessions of an account, the newest first.
    package func list(of account: ID<Account>) async throws -> [Session] {
        let now = seams.now()
        let idleSince = now - policy.idleLifetime
        return try await seams.database.read { transaction in
            try transaction.rows(
                SQL(
                    """
                    SELECT id, account, client, generation, rotated_at, repeats, list, idx, renew,
                        authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                        expires_at, ended_at
                    FROM sessions
                    WHERE account = $1 AND ended_at IS NULL AND expires_at > $2 AND used_at >= $3
                    ORDER BY created_at DESC, id LIMIT 1000
                    """), [account, now, idleSince], { try Session(row: $0) })
        }
    }

    static func find(handle: [UInt8], in transaction: any Transaction) throws -> Session? {
        try transaction.first(
            SQL(
                """
                SELECT id, account, client, generation, rotated_at, repeats, list, idx, renew,
                    authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                    expires_at, ended_at
                FROM sessions WHERE handle = $1
                """), [handle], { try Session(row: $0) })
    }

    static func find(_ id: ID<Session>, in transaction: any Transaction) throws -> Session? {
        try transaction.first(
            SQL(
                """
                SELECT id, account, client, generation, rotated_at, repeats, list, idx, renew,
                    authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                    expires_at, ended_at
                FROM sessions WHERE id = $1
                """), [id], { try Session(row: $0) })
    }

    /// Forgets at most `slice` sessions each of those that ended and of those that expired a day ago and, of as many
    /// that follow an id, those that were unused for too long. Returns where that slice ends; empty after the last.
    static func purge(
        now: Timestamp, policy: SessionPolicy, after place: [UInt8], slice: Int,
        in transaction: any Transaction
    ) throws -> [UInt8] {
        let dayAgo = now - .seconds(86_400)
        try transaction.execute(
            SQL("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at < $1 LIMIT $2)"),
            [dayAgo, slice])
        try transaction.execute(
            SQL("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 LIMIT $2)"),
            [dayAgo, slice])
        // No index leads by `used_at`, since every refresh would have to write it too.
        let end = try transaction.first(
            SQL("SELECT id FROM sessions WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2"),
            [place, slice - 1], { try $0.bytes(0) })
        let unusedSince = dayAgo - policy.idleLifetime
        if let end {
            try transaction.execute(
                SQL("DELETE FROM sessions WHERE id > $1 AND id <= $2 AND used_at < $3"),
                [place, end, unusedSince])
        } else {
            try transaction.execute(
                SQL("DELETE FROM sessions WHERE id > $1 AND used_at < $2"), [place, unusedSince])
        }
        return end ?? []
    }

    /// Makes room for one more session of an account by ending those that were longest unused.
    private func makeRoom(for account: ID<Account>, now: Timestamp, in transaction: any Transaction) throws {
        // Asked first, since putting hundreds of rows in order costs a millisecond and is hardly ever needed.
        let isFull = try transaction.first(
            SQL("SELECT id FROM sessions WHERE account = $1 AND ended_at IS NULL LIMIT 1 OFFSET $2"),
            [account, policy.sessionLimit - 1], { try $0.bytes(0) })
        guard isFull != nil else { return }
        let surplus = try transaction.rows(
            SQL(
                """
                SELECT id, account, client, generation, rotated_at, repeats, list, idx, renew,
                    authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                    expires_at, ended_at
                FROM sessions WHERE account = $1 AND ended_at IS NULL
                ORDER BY used_at DESC, id LIMIT 1000 OFFSET $2
                """), [account, policy.sessionLimit - 1], { try Session(row: $0) })
        for session in surplus { try Self.end(session, now: now, in: transaction) }
    }
}
