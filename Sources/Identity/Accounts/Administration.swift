import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

/// What is to change about an account; what is nil stays.
package struct AccountPatch: Sendable {
    package var roles: RolesEdit?
    package var isDisabled: Bool?
    /// An inner nil takes the name away.
    package var name: String??
    package var email: EmailAddress?

    package init(
        roles: RolesEdit? = nil, isDisabled: Bool? = nil, name: String?? = nil, email: EmailAddress? = nil
    ) {
        self.roles = roles
        self.isDisabled = isDisabled
        self.name = name
        self.email = email
    }

    package enum RolesEdit: Sendable {
        case set(Roles)
        case change(adding: [Role], removing: [Role])

        func applied(to roles: Roles) -> Roles {
            switch self {
            case .set(let new): new
            case .change(let adding, let removing):
                Roles((roles.names + adding).filter { !removing.contains($0) })
            }
        }
    }
}

/// What its owner or an administrator does to an account, and what that does to tokens that are already out.
///
/// Each call is one transaction: the account, the status of its sessions' tokens, the rows in `changes`,
/// and the audit records. The session that acts, if one does, is read again in it: what was asked from within a session
/// that ended meanwhile is not done.
extension Accounts {
    package enum Outcome: Sendable {
        case done(Account)
        case unknownAccount
        /// It would leave nobody who may administer.
        case lastAdministrator
        /// More roles than a token has room for.
        case tooManyRoles
        /// Somebody has the new address already.
        case emailTaken
        /// The session that acts is over, or its account disabled.
        case actorGone
        /// The account that acts has not the role any more that it needs.
        case actorDemoted
    }

    /// Changes an account.
    ///
    /// With new roles its tokens turn stale: a refresh brings the new ones. Disabled, it cannot sign in
    /// and its tokens are suspended; its sessions wait. Enabled again, a refresh brings good tokens. Another address
    /// ends the account's sessions, but for the one that acts, and everything in flight: see decision 33.
    package func update(
        _ id: ID<Account>, _ patch: AccountPatch, by session: ID<Session>? = nil, needing role: Role? = nil,
        origin: Origin
    ) async throws -> Outcome {
        do {
            return try await updateUnlessTaken(id, patch, by: session, needing: role, origin: origin)
        } catch let error as DatabaseError where error.code == .duplicate {
            return .emailTaken
        }
    }

    private func updateUnlessTaken(
        _ id: ID<Account>, _ patch: AccountPatch, by session: ID<Session>?, needing role: Role?,
        origin: Origin
    ) async throws -> Outcome {
        let now = seams.now()
        let entries = (0..<4).map { _ in AuditID(random: seams.random) }
        return try await seams.database.write { transaction in
            switch try Sessions.standing(of: session, needing: role, in: transaction) {
            case .good: break
            case .gone: return .actorGone
            case .demoted: return .actorDemoted
            }
            guard var account = try Self.find(id, in: transaction) else { return .unknownAccount }
            let editing = Editing(origin: origin, now: now, transaction: transaction)
            let roles = patch.roles?.applied(to: account.roles) ?? account.roles
            if roles.names.count > Roles.limit { return .tooManyRoles }
            let staysAdministrator =
                roles.contains(.administrator) && !(patch.isDisabled ?? account.isDisabled)
            if !staysAdministrator, try isLastAdministrator(account, in: transaction) {
                return .lastAdministrator
            }
            try editing.setRoles(of: account, to: roles, entry: entries[0])
            try editing.setDisabled(account, to: patch.isDisabled ?? account.isDisabled, entry: entries[1])
            if let name = patch.name {
                try editing.rename(account, to: name, entry: entries[2])
            }
            if let email = patch.email {
                try editing.setEmail(of: account, to: email, keeping: session, entry: entries[3])
            }
            account = try Self.find(id, in: transaction) ?? account
            return .done(account)
        }
    }

    /// Removes the account. Its tokens are revoked and stay so.
    package func delete(
        _ id: ID<Account>, by session: ID<Session>? = nil, needing role: Role? = nil, origin: Origin
    ) async throws -> Outcome {
        let now = seams.now()
        let entry = AuditID(random: seams.random)
        return try await seams.database.write { transaction in
            switch try Sessions.standing(of: session, needing: role, in: transaction) {
            case .good: break
            case .gone: return .actorGone
            case .demoted: return .actorDemoted
            }
            guard let account = try Self.find(id, in: transaction) else { return .unknownAccount }
            if try isLastAdministrator(account, in: transaction) { return .lastAdministrator }
            try Sessions.endAll(of: id, except: nil, now: now, in: transaction)
            try transaction.execute(SQL("DELETE FROM sessions WHERE account = $1"), [id])
            try transaction.execute(SQL("DELETE FROM one_time_tokens WHERE account = $1"), [id])
            try transaction.execute(SQL("DELETE FROM accounts WHERE id = $1"), [id])
            try Audit.record(
                .accountDeleted, account: id, origin: origin, id: entry, at: now, in: transaction)
            return .done(account)
        }
    }
}

/// One edit of one account, inside its transaction. What does not change, does nothing.
private struct Editing {
    let origin: Origin
    let now: Timestamp
    let transaction: any Transaction

    func setRoles(of account: Account, to roles: Roles, entry: AuditID) throws {
        guard roles != account.roles else { return }
        try transaction.execute(
            SQL("UPDATE accounts SET roles = $1 WHERE id = $2"), [roles.stored, account.id])
        if roles.contains(.administrator) {
            try transaction.execute(
                SQL(
                    "UPDATE installation SET administrator_at = $1 WHERE id = 1 AND administrator_at IS NULL"),
                [now])
        }
        try Sessions.renewAll(of: account.id, as: .stale, now: now, in: transaction)
        try Audit.record(
            .rolesChanged, account: account.id, origin: origin, detail: roles.stored, id: entry, at: now,
            in: transaction)
    }

    func rename(_ account: Account, to name: String?, entry: AuditID) throws {
        guard name != account.name else { return }
        try transaction.execute(SQL("UPDATE accounts SET name = $1 WHERE id = $2"), [name, account.id])
        try Audit.record(
            .accountRenamed, account: account.id, origin: origin, id: entry, at: now, in: transaction)
    }

    /// The record keeps the address before, since the account has it no more.
    func setEmail(
        of account: Account, to email: EmailAddress, keeping session: ID<Session>?, entry: AuditID
    ) throws {
        guard email != account.email else { return }
        try transaction.execute(
            SQL("UPDATE accounts SET email = $1, epoch = epoch + 1 WHERE id = $2"), [email, account.id])
        try Sessions.endAll(of: account.id, except: session, now: now, in: transaction)
        try Audit.record(
            .emailChanged, account: account.id, origin: origin, detail: "before: \(account.email)", id: entry,
            at: now, in: transaction)
    }

    func setDisabled(_ account: Account, to isDisabled: Bool, entry: AuditID) throws {
        guard isDisabled != account.isDisabled else { return }
        if isDisabled {
            try transaction.execute(
                SQL("UPDATE accounts SET disabled_at = $1, epoch = epoch + 1 WHERE id = $2"),
                [now, account.id])
            try Sessions.renewAll(of: account.id, as: .suspended, now: now, in: transaction)
        } else {
            try transaction.execute(SQL("UPDATE accounts SET disabled_at = NULL WHERE id = $1"), [account.id])
        }
        try Audit.record(
            isDisabled ? .accountDisabled : .accountEnabled, account: account.id, origin: origin, id: entry,
            at: now, in: transaction)
    }
}

private func isLastAdministrator(_ account: Account, in transaction: any Transaction) throws -> Bool {
    guard account.roles.contains(.administrator), !account.isDisabled else { return false }
    let others = try transaction.first(
        SQL(
            """
            SELECT count(*) FROM accounts
            WHERE id <> $1 AND disabled_at IS NULL
                AND replace(' ' || roles || ' ', ' admin ', '') <> ' ' || roles || ' '
            """), [account.id], { try $0.integer(0) })
    return (others ?? 0) == 0
}
