import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

/// How sessions end, and what that does to the tokens that are out.
extension Sessions {
    /// Which sessions a sign-out means, seen from one of them.
    package enum Reach: String, Sendable {
        case this
        case others
        case all
    }

    /// Signs out from a session. Doing it again changes nothing.
    package func signOut(
        _ id: ID<Session>, of account: ID<Account>, reach: Reach, origin: Origin
    ) async throws {
        let now = seams.now()
        let entry = AuditID(random: seams.random)
        try await seams.database.write { transaction in
            guard let session = try Self.find(id, in: transaction), session.account == account else { return }
            var ended = 0
            switch reach {
            case .this:
                ended = session.endedAt == nil ? 1 : 0
                try Self.end(session, now: now, in: transaction)
            case .others:
                ended = try Self.endAll(of: account, except: id, now: now, in: transaction)
            case .all:
                // What is in flight for the account, such as a sign-in whose hash is being computed,
                // must not open a session after this.
                try transaction.execute(
                    SQL("UPDATE accounts SET epoch = epoch + 1 WHERE id = $1"), [account])
                ended = try Self.endAll(of: account, except: nil, now: now, in: transaction)
            }
            guard ended > 0 else { return }
            try Audit.record(
                .sessionEnded, account: account, session: id, origin: origin, detail: reach.rawValue,
                id: entry, at: now, in: transaction)
        }
    }

    /// What a refresh token, brought to sign out with, stands for.
    package enum Bearer: Sendable {
        case session(ID<Session>, of: ID<Account>)
        /// A session that is over, or was ended now because the token had been replaced.
        case ended
        case unknown
    }

    /// Reads a refresh token without using it up.
    package func bearer(of presented: String, visitor: Visitor) async throws -> Bearer {
        guard let token = seal.read(presented) else { return .unknown }
        let entry = AuditID(random: seams.random)
        return try await seams.database.write { [policy, seams] transaction in
            let now = seams.now()
            guard let session = try Self.find(handle: token.storedHandle, in: transaction) else {
                return .unknown
            }
            // A disabled account may still sign out.
            let decision = RefreshRule.decide(
                session.standing(isDisabled: false), presented: Int64(token.generation), at: now,
                policy: policy)
            switch decision {
            case .rotate, .repeatSuccessor, .tooManyRepeats:
                return .session(session.id, of: session.account)
            case .ended, .expired, .suspended:
                return .ended
            case .fromTheFuture:
                return .unknown
            case .reuse:
                try Self.end(session, now: now, in: transaction)
                try Audit.record(
                    .refreshStolen, account: session.account, session: session.id, origin: visitor.origin,
                    id: entry, at: now, in: transaction)
                return .ended
            }
        }
    }

    /// Ends one session of an account; false if it has no such session.
    package func end(_ id: ID<Session>, of account: ID<Account>, origin: Origin) async throws -> Bool {
        let now = seams.now()
        let entry = AuditID(random: seams.random)
        return try await seams.database.write { transaction in
            guard let session = try Self.find(id, in: transaction), session.account == account,
                session.endedAt == nil
            else { return false }
            try Self.end(session, now: now, in: transaction)
            try Audit.record(
                .sessionEnded, account: account, session: id, origin: origin, id: entry, at: now,
                in: transaction)
            return true
        }
    }

    /// Ends all sessions of an account, and what is in flight for it. Returns how many; nil if there is no such account.
    package func endAll(of account: ID<Account>, origin: Origin) async throws -> Int? {
        let now = seams.now()
        let entry = AuditID(random: seams.random)
        return try await seams.database.write { transaction in
            let found = try transaction.execute(
                SQL("UPDATE accounts SET epoch = epoch + 1 WHERE id = $1"), [account])
            guard found == 1 else { return nil }
            let ended = try Self.endAll(of: account, except: nil, now: now, in: transaction)
            try Audit.record(
                .sessionEnded, account: account, origin: origin, detail: Reach.all.rawValue, id: entry,
                at: now, in: transaction)
            return ended
        }
    }

    /// Whether a session may still do what was asked from within it.
    enum Standing {
        case good
        /// It is over, or its account disabled.
        case gone
        /// Its account has not the role any more.
        case demoted
    }

    /// Where a session stands, as the deed is done. Without a session somebody else answers for it, such as the command line.
    static func standing(
        of id: ID<Session>?, needing role: Role?, in transaction: any Transaction
    ) throws -> Standing {
        guard let id else { return .good }
        let roles = try transaction.first(
            SQL(
                """
                SELECT accounts.roles FROM sessions JOIN accounts ON accounts.id = sessions.account
                WHERE sessions.id = $1 AND sessions.ended_at IS NULL AND accounts.disabled_at IS NULL
                """), [id], { Roles(stored: try $0.text(0)) })
        guard let roles else { return .gone }
        guard let role else { return .good }
        return roles.contains(role) ? .good : .demoted
    }

    static func end(_ session: Session, now: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(
            SQL("UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL"), [now, session.id])
        try StatusEntries.raise(session.place, to: .revoked, now: now, in: transaction)
    }

    /// Ends the sessions of an account, but for one, and says how many.
    @discardableResult
    static func endAll(
        of account: ID<Account>, except kept: ID<Session>?, now: Timestamp, in transaction: any Transaction
    ) throws -> Int {
        let ended = try transaction.rows(
            SQL(
                """
                UPDATE sessions SET ended_at = $1 WHERE account = $2 AND ended_at IS NULL AND id <> $3
                RETURNING list, idx
                """), [now, account, kept?.bytes ?? []], placeOfRow)
        for place in ended { try StatusEntries.raise(place, to: .revoked, now: now, in: transaction) }
        return ended.count
    }

    /// Turns the tokens of an account's sessions stale or suspended; the sessions go on.
    static func renewAll(
        of account: ID<Account>, as status: Status, now: Timestamp, in transaction: any Transaction
    ) throws {
        let places = try transaction.rows(
            SQL("UPDATE sessions SET renew = 1 WHERE account = $1 AND ended_at IS NULL RETURNING list, idx"),
            [account], placeOfRow)
        for place in places { try StatusEntries.raise(place, to: status, now: now, in: transaction) }
    }

    private static func placeOfRow(_ row: any Row) throws -> StatusEntries.Place {
        StatusEntries.Place(list: try row.integer(0), index: Int(try row.integer(1)))
    }
}
