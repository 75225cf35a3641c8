import VidimusDatabase
import VidimusJOSE

/// Sign-in and everything else that asks for or sets a password.
package struct Credentials: Sendable {
    private let seams: Seams
    private let sessions: Sessions
    private let pool: HashingPool
    private let cost: HashCost
    private let decoys: Decoys

    package init(_ seams: Seams, sessions: Sessions, pool: HashingPool, cost: HashCost) {
        self.seams = seams
        self.sessions = sessions
        self.pool = pool
        self.cost = cost
        decoys = Decoys(seams, pool: pool, cost: cost)
    }

    /// Makes what the first refusal would otherwise wait for.
    package func prepare() async throws {
        _ = try await decoys.hash(costing: nil)
    }

    /// Hashes a new password for somebody at an address. Throws ``HashingPool/Overloaded`` when too many wait.
    package func hash(_ password: String, for address: String? = nil) async throws -> PasswordHash {
        let salt = seams.random(16)
        return try await pool.run(for: address) { [cost] in
            try PasswordHash(Array(password.utf8), salt: salt, cost: cost)
        }
    }

    /// Signs in, or nil: for an unknown address, a wrong password and a disabled account alike, after
    /// the same work.
    package func signIn(email: EmailAddress?, password: String, client: String, visitor: Visitor)
        async throws -> SessionGrant?
    {
        guard let verified = try await verified(email: email, password: password, visitor.address) else {
            return nil
        }
        return try await sessions.open(
            for: verified.account, epoch: verified.epoch, methods: ["pwd"], client: client, visitor: visitor)
    }

    /// Signs in again within the session of a refresh token, which is used as in a refresh; nil as for ``signIn``. A
    /// token of another account's is ``RefreshOutcome/unknown``, and its session is left alone.
    package func signInAgain(
        email: EmailAddress?, password: String, refreshToken: String, client: String, visitor: Visitor
    ) async throws -> RefreshOutcome? {
        guard let verified = try await verified(email: email, password: password, visitor.address) else {
            return nil
        }
        return try await sessions.refresh(
            refreshToken,
            after: Sessions.Authentication(
                account: verified.account, epoch: verified.epoch, methods: ["pwd"], client: client),
            visitor: visitor)
    }

    private func verified(
        email: EmailAddress?, password: String, _ address: String?
    ) async throws -> SignInAttempt? {
        let (attempt, decoyCost) = try await findAttempt(email)
        let verified = try await verify(password, for: attempt, decoyCost: decoyCost, address)
        guard let verified, !verified.isDisabled else { return nil }
        return verified
    }

    package enum PasswordChange: Sendable {
        case changed
        case wrongPassword
    }

    /// Sets a new password if the present one is right; every other session of the account ends.
    package func changePassword(
        of account: ID<Account>, session: ID<Session>, current: String, new: PasswordHash, origin: Origin
    ) async throws -> PasswordChange {
        let attempt = try await seams.database.read { transaction in
            try transaction.first(
                SQL("SELECT id, password, epoch, disabled_at FROM accounts WHERE id = $1"), [account],
                { try SignInAttempt(row: $0) })
        }
        guard let verified = try await verify(current, for: attempt, decoyCost: nil, origin.address),
            !verified.isDisabled
        else {
            return .wrongPassword
        }
        let now = seams.now()
        let entry = AuditID(random: seams.random)
        return try await seams.database.write { transaction in
            let changed = try transaction.execute(
                SQL(
                    """
                    UPDATE accounts SET password = $1, epoch = epoch + 1
                    WHERE id = $2 AND epoch = $3 AND disabled_at IS NULL
                    """), [new.encoded, account, verified.epoch])
            guard changed == 1 else { return .wrongPassword }
            try Sessions.endAll(of: account, except: session, now: now, in: transaction)
            try Audit.record(
                .passwordChanged, account: account, session: session, origin: origin, id: entry, at: now,
                in: transaction)
            return .changed
        }
    }

    /// Looks up an address and, whether it is there or not, what a decoy for it would cost.
    private func findAttempt(_ email: EmailAddress?) async throws -> (SignInAttempt?, HashCost?) {
        let point = decoys.point(for: email)
        return try await seams.database.read { transaction in
            let attempt = try transaction.first(
                SQL("SELECT id, password, epoch, disabled_at FROM accounts WHERE email = $1"),
                [email?.description ?? ""], { try SignInAttempt(row: $0) })
            return (attempt, try Decoys.cost(after: point, in: transaction))
        }
    }

    private func verify(
        _ password: String, for attempt: SignInAttempt?, decoyCost: HashCost?, _ address: String?
    ) async throws -> SignInAttempt? {
        let bytes = Array(password.utf8)
        let hash: PasswordHash
        if let stored = attempt?.password {
            hash = stored
        } else {
            hash = try await decoys.hash(costing: decoyCost)
        }
        let isRight = try await pool.run(for: address) { hash.matches(bytes) }
        guard isRight, let attempt, attempt.password != nil else { return nil }
        // Not for a disabled account: its refusal would take longer than that of a wrong password.
        if hash.needsRehash(for: cost), !attempt.isDisabled { try await rehash(bytes, for: attempt) }
        return attempt
    }

    /// Brings a hash to the present cost, unless the password was changed meanwhile.
    private func rehash(_ password: [UInt8], for attempt: SignInAttempt) async throws {
        let salt = seams.random(16)
        let new = try await pool.run { [cost] in try PasswordHash(password, salt: salt, cost: cost) }
        _ = try await seams.database.write { transaction in
            try transaction.execute(
                SQL("UPDATE accounts SET password = $1 WHERE id = $2 AND epoch = $3"),
                [new.encoded, attempt.account, attempt.epoch])
        }
    }
}

/// Somebody who says who they are. Turned into a session only after the password was checked.
private struct SignInAttempt: Sendable {
    let account: ID<Account>
    let password: PasswordHash?
    let epoch: Int64
    let isDisabled: Bool

    init(row: any Row) throws {
        account = ID(bytes: try row.bytes(0))
        password = try row.optionalText(1).map(PasswordHash.init(stored:))
        epoch = try row.integer(2)
        isDisabled = try row.optionalInteger(3) != nil
    }
}
