import VidimusDatabase
import VidimusJOSE

/// The first administrator: a one-time link that exists only while there has never been one.
package struct SetUp: Sendable {
    private static let purpose = "set-up"
    private let seams: Seams
    private let tokens: OneTimeTokens
    private let issuer: String

    package init(_ seams: Seams, masterKeys: MasterKeys, epoch: Int64, issuer: String) throws {
        self.seams = seams
        self.issuer = issuer
        tokens = try OneTimeTokens(masterKeys: masterKeys, epoch: epoch, issuer: issuer)
    }

    /// A link that is good for an hour and voids every earlier one; nil once there was an administrator.
    package func issueLink() async throws -> String? {
        let now = seams.now()
        let expiresAt = now + .seconds(3600)
        let id = ID<OneTimeTokens>(random: seams.random)
        let isIssued = try await seams.database.write { transaction in
            guard try Self.isOpen(in: transaction) else { return false }
            try transaction.execute(SQL("DELETE FROM one_time_tokens WHERE purpose = $1"), [Self.purpose])
            try OneTimeTokens.store(id, purpose: Self.purpose, expiresAt: expiresAt, in: transaction)
            return true
        }
        guard isIssued else { return nil }
        let token = try tokens.write(id, purpose: Self.purpose, now: now, expiresAt: expiresAt)
        return "\(issuer)/setup?token=\(token)"
    }

    /// Whether a link could still be used by its look; only ``redeem`` decides.
    package func recognises(_ token: String) -> Bool {
        tokens.read(token, purpose: Self.purpose, now: seams.now()) != nil
    }

    package enum Outcome: Sendable {
        case created(Account)
        /// Not a link of ours, used, voided, too old, or there is an administrator.
        case refused
        case taken
    }

    /// Uses the link up and creates the first administrator, in one transaction.
    package func redeem(
        _ token: String, email: EmailAddress, password: PasswordHash, origin: Origin
    ) async throws -> Outcome {
        let now = seams.now()
        guard let id = tokens.read(token, purpose: Self.purpose, now: now) else { return .refused }
        let accountID = ID<Account>(random: seams.random)
        let entry = AuditID(random: seams.random)
        do {
            return try await seams.database.write { transaction in
                guard try Self.isOpen(in: transaction),
                    try OneTimeTokens.consume(id, purpose: Self.purpose, now: now, in: transaction)
                else { return .refused }
                let account = try Accounts.insert(
                    id: accountID, email: email, password: password, name: nil,
                    roles: Roles([.administrator]), now: now, in: transaction)
                try Audit.record(
                    .accountCreated, account: accountID, origin: origin, detail: "first administrator",
                    id: entry, at: now, in: transaction)
                return .created(account)
            }
        } catch let error as DatabaseError where error.code == .duplicate {
            return .taken
        }
    }

    private static func isOpen(in transaction: any Transaction) throws -> Bool {
        try transaction.first(
            SQL("SELECT count(*) FROM installation WHERE administrator_at IS NULL"), [],
            { try $0.integer(0) }) == 1
    }
}
