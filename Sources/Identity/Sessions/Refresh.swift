import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

/// What a refresh comes to.
package enum RefreshOutcome: Sendable {
    /// The session's next token.
    case rotated(SessionGrant)
    /// The same next token once more.
    case repeated(SessionGrant)
    /// Not a token of ours, or of a session that is forgotten.
    case unknown
    /// The session was ended.
    case ended
    /// The session was not used for too long, or is too old.
    case expired
    /// The account is disabled; the session waits.
    case suspended
    /// A replaced token came back: the session was ended because of it.
    case reused
    /// A token the database has not given out.
    case fromTheFuture
    case tooManyRepeats

    /// Whether there are next tokens.
    package var isGrant: Bool {
        switch self {
        case .rotated, .repeated: true
        default: false
        }
    }

    /// The outcome in a word, for metrics.
    package var name: String {
        switch self {
        case .rotated: "rotated"
        case .repeated: "repeated"
        case .unknown: "unknown"
        case .ended: "ended"
        case .expired: "expired"
        case .suspended: "suspended"
        case .reused: "reused"
        case .fromTheFuture: "from_the_future"
        case .tooManyRepeats: "too_many_repeats"
        }
    }
}

extension Sessions {
    /// Rotates a session: one row read, one row written, whatever comes of it.
    package func refresh(_ presented: String, visitor: Visitor) async throws -> RefreshOutcome {
        try await refresh(presented, after: nil, visitor: visitor)
    }

    /// Somebody signed in again within a session.
    struct Authentication: Sendable {
        let account: ID<Account>
        /// The account's, when the password was read.
        let epoch: Int64
        let methods: [String]
        let client: String

        func isOf(_ session: Session, _ account: Account) -> Bool {
            account.id == self.account && account.epoch == epoch && session.client == client
        }
    }

    /// Refreshes, and after a new sign-in of the same account also sets when and by what its person signed in. The
    /// tokens that are out keep the `auth_time` they have.
    func refresh(_ presented: String, after authentication: Authentication?, visitor: Visitor) async throws
        -> RefreshOutcome
    {
        guard let token = seal.read(presented) else { return .unknown }
        let (entry, second) = (AuditID(random: seams.random), AuditID(random: seams.random))
        let decided = try await seams.database.write { [policy, seams] transaction -> Decided? in
            // Read in turn with the other writes: a time read before waiting could lie before the last
            // rotation, and honest tabs that race would look like theft.
            let now = seams.now()
            guard let session = try Self.find(handle: token.storedHandle, in: transaction),
                let account = try Accounts.find(session.account, in: transaction)
            else { return nil }
            // Another's session is not touched, whatever would be decided of it.
            if let authentication, !authentication.isOf(session, account) { return nil }
            let decision = RefreshRule.decide(
                session.standing(isDisabled: account.isDisabled), presented: Int64(token.generation),
                at: now, policy: policy)
            let deed = Deed(session: session, visitor: visitor, now: now, entry: entry)
            var renewed = try deed.carryOut(decision, in: transaction)
            if let authentication, renewed != nil {
                renewed = try deed.reauthenticate(authentication, entry: second, in: transaction)
            }
            return Decided(decision: decision, account: account, session: renewed ?? session)
        }
        guard let decided else { return .unknown }
        switch decided.decision {
        case .rotate: return .rotated(try grant(decided, handle: token.handle))
        case .repeatSuccessor: return .repeated(try grant(decided, handle: token.handle))
        case .tooManyRepeats: return .tooManyRepeats
        case .reuse: return .reused
        case .fromTheFuture: return .fromTheFuture
        case .ended: return .ended
        case .expired: return .expired
        case .suspended: return .suspended
        }
    }

    private struct Decided: Sendable {
        let decision: RefreshRule.Decision
        let account: Account
        let session: Session
    }

    private func grant(_ decided: Decided, handle: [UInt8]) throws -> SessionGrant {
        guard let generation = UInt32(exactly: decided.session.generation),
            let written = seal.write(RefreshToken(handle: handle, generation: generation))
        else { throw DatabaseError(.unexpectedValue, "the session's generation is out of range") }
        return SessionGrant(session: decided.session, account: decided.account, refreshToken: written)
    }
}

/// The writes that follow from a decision about one session.
private struct Deed {
    let session: Session
    let visitor: Visitor
    let now: Timestamp
    let entry: AuditID

    /// Returns the session as it stands afterwards, if it goes on.
    func carryOut(_ decision: RefreshRule.Decision, in transaction: any Transaction) throws -> Session? {
        switch decision {
        case .rotate:
            return try rotate(in: transaction)
        case .repeatSuccessor:
            try audit(.refreshRepeated, in: transaction)
            return try countRepeat(in: transaction)
        case .reuse:
            try Sessions.end(session, now: now, in: transaction)
            try audit(.refreshStolen, in: transaction)
        case .fromTheFuture:
            try audit(.refreshFromTheFuture, in: transaction)
        case .tooManyRepeats, .ended, .expired, .suspended:
            break
        }
        return nil
    }

    func reauthenticate(
        _ authentication: Sessions.Authentication, entry: AuditID, in transaction: any Transaction
    ) throws -> Session? {
        try Audit.record(
            .signedInAgain, account: session.account, session: session.id, origin: visitor.origin, id: entry,
            at: now, in: transaction)
        return try transaction.first(
            SQL(
                """
                UPDATE sessions SET authenticated_at = $1, methods = $2
                WHERE id = $3
                RETURNING id, account, client, generation, rotated_at, repeats, list, idx, renew,
                    authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                    expires_at, ended_at
                """), [now, authentication.methods.joined(separator: " "), session.id],
            { try Session(row: $0) })
    }

    private func rotate(in transaction: any Transaction) throws -> Session {
        let place = try currentPlace(in: transaction)
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
                """),
            [now, visitor.address, place.list, place.index, session.id, session.generation],
            { try Session(row: $0) })
        guard let rotated else { throw DatabaseError(.busy, "another refresh of the session came first") }
        return rotated
    }

    private func countRepeat(in transaction: any Transaction) throws -> Session? {
        let place = try currentPlace(in: transaction)
        return try transaction.first(
            SQL(
                """
                UPDATE sessions SET repeats = repeats + 1, list = $1, idx = $2, renew = 0
                WHERE id = $3
                RETURNING id, account, client, generation, rotated_at, repeats, list, idx, renew,
                    authenticated_at, methods, device, first_address, last_address, created_at, used_at,
                    expires_at, ended_at
                """), [place.list, place.index, session.id], { try Session(row: $0) })
    }

    /// An index belongs to an epoch of the session: once it is stale or suspended, the next opens.
    private func currentPlace(in transaction: any Transaction) throws -> StatusEntries.Place {
        session.needsNewIndex ? try StatusEntries.allocate(now: now, in: transaction) : session.place
    }

    private func audit(_ event: AuditEvent, in transaction: any Transaction) throws {
        try Audit.record(
            event, account: session.account, session: session.id, origin: visitor.origin, id: entry, at: now,
            in: transaction)
    }
}
