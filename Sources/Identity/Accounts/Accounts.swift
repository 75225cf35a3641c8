import VidimusDatabase
package import VidimusJOSE

/// The accounts: sign-up and looking up.
package struct Accounts: Sendable {
    let seams: Seams

    package init(_ seams: Seams) { self.seams = seams }

    package enum Registration: Sendable {
        case registered(Account)
        /// Somebody has this address already.
        case taken
    }

    /// Stores a new account. The password is a hash already, or nil for one that cannot sign in with one.
    package func register(
        email: EmailAddress, password: PasswordHash?, name: String? = nil, roles: Roles = Roles([]),
        origin: Origin
    ) async throws -> Registration {
        let id = ID<Account>(random: seams.random)
        let entry = AuditID(random: seams.random)
        let now = seams.now()
        do {
            return .registered(
                try await seams.database.write { transaction in
                    let account = try Self.insert(
                        id: id, email: email, password: password, name: name, roles: roles, now: now,
                        in: transaction)
                    try Audit.record(
                        .accountCreated, account: id, origin: origin, id: entry, at: now, in: transaction)
                    return account
                })
        } catch let error as DatabaseError where error.code == .duplicate {
            return .taken
        }
    }

    static func insert(
        id: ID<Account>, email: EmailAddress, password: PasswordHash?, name: String?, roles: Roles,
        now: Timestamp, in transaction: any Transaction
    ) throws -> Account {
        let account = try transaction.first(
            SQL(
                """
                INSERT INTO accounts (id, email, name, password, roles, epoch, created_at)
                VALUES ($1, $2, $3, $4, $5, 0, $6)
                RETURNING id, email, name, roles, epoch, disabled_at, created_at
                """),
            [id, email, name, password?.encoded, roles.stored, now], { try Account(row: $0) })
        guard let account else { throw DatabaseError(.failed, "the account was not stored") }
        if roles.contains(.administrator) {
            try transaction.execute(
                SQL(
                    """
                    UPDATE installation SET administrator_at = $1
                    WHERE id = 1 AND administrator_at IS NULL
                    """), [now])
        }
        return account
    }

    package func account(_ id: ID<Account>) async throws -> Account? {
        try await seams.database.read { try Self.find(id, in: $0) }
    }

    package func account(_ email: EmailAddress) async throws -> Account? {
        try await seams.database.read { transaction in
            try transaction.first(
                SQL(
                    """
                    SELECT id, email, name, roles, epoch, disabled_at, created_at
                    FROM accounts WHERE email = $1
                    """), [email], { try Account(row: $0) })
        }
    }

    static func find(_ id: ID<Account>, in transaction: any Transaction) throws -> Account? {
        try transaction.first(
            SQL(
                """
                SELECT id, email, name, roles, epoch, disabled_at, created_at
                FROM accounts WHERE id = $1
                """), [id], { try Account(row: $0) })
    }

    /// Whether there is or was an administrator.
    package func hasAdministrator() async throws -> Bool {
        try await seams.database.read { transaction in
            try transaction.first(
                SQL("SELECT count(*) FROM installation WHERE administrator_at IS NOT NULL"), [],
                { try $0.integer(0) }) == 1
        }
    }

    /// Where a page of accounts ends, so that the next can follow.
    package struct Place: Sendable, Equatable {
        package let createdAt: Timestamp
        package let id: ID<Account>

        package init(createdAt: Timestamp, id: ID<Account>) {
            self.createdAt = createdAt
            self.id = id
        }
    }

    /// Accounts from the oldest on, at most `limit`, after a place.
    package func list(after place: Place?, limit: Int) async throws -> [Account] {
        let createdAt = place?.createdAt.milliseconds ?? Int64.min
        let id = place?.id.bytes ?? []
        return try await seams.database.read { transaction in
            try transaction.rows(
                SQL(
                    """
                    SELECT id, email, name, roles, epoch, disabled_at, created_at FROM accounts
                    WHERE created_at > $1 OR (created_at = $1 AND id > $2)
                    ORDER BY created_at, id LIMIT $3
                    """), [createdAt, id, limit], { try Account(row: $0) })
        }
    }
}
