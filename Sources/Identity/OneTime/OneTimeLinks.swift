import VidimusDatabase
package import VidimusJOSE
package import VidimusStatusList

/// One-time tokens for the links of other services: a service asks for one, whoever holds it uses it up, once.
///
/// What a token says lies in its row and not in the token, so that a link in a mailbox tells nothing; the row is
/// deleted by the redemption. A token dies by time, with its client, its client's secret, the account it is bound
/// to or that account's epoch, and with a restore, whose epoch is in the key of its MAC.
package struct OneTimeLinks: Sendable {
    /// Seconds: a week.
    package static let maximumLifetime: Int64 = 604_800
    /// Bytes of the claims, written as JSON.
    package static let maximumClaims = 4_096
    /// Tokens of one client that wait to be used.
    package static let openLimit: Int64 = 10_000

    private let seams: Seams
    private let tokens: OneTimeTokens
    private let statuses: StatusRegister

    package init(
        _ seams: Seams, masterKeys: MasterKeys, epoch: Int64, issuer: String, statuses: StatusRegister
    ) throws {
        self.seams = seams
        self.statuses = statuses
        tokens = try OneTimeTokens(masterKeys: masterKeys, epoch: epoch, issuer: issuer)
    }

    /// What somebody wants a token for.
    package struct Order: Sendable {
        let purpose: Purpose
        let lifetime: Duration
        let claims: JSON
        /// The token is good only as long as nothing is changed that ends this account's links.
        let account: ID<Account>?

        package init(purpose: Purpose, lifetime: Duration, claims: JSON, account: ID<Account>?) {
            self.purpose = purpose
            self.lifetime = lifetime
            self.claims = claims
            self.account = account
        }
    }

    /// What a token is for: 1 to 64 letters, digits, `.`, `_`, `:`, `-`, the first a letter or a digit.
    package struct Purpose: Sendable, CustomStringConvertible {
        package let description: String

        /// What this server's own links are for: a service's must not pass for one.
        package static let reserved: Set<String> = ["set-up", "password-reset", "email-confirmation"]

        package init?(_ text: String) {
            let others = ".-_:"
            guard (1...64).contains(text.utf8.count), let first = text.first,
                text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || others.contains($0)) }),
                !others.contains(first)
            else { return nil }
            description = text
        }
    }

    package enum Issue: Sendable {
        case issued(token: String, expiresAt: Timestamp)
        /// No client of ours, or its token was revoked meanwhile.
        case refused
        case unknownAccount
        case tooMany
    }

    /// Makes a token for a client that showed an access token with this status.
    package func issue(
        _ order: Order, for id: ID<Client>, showing status: StatusReference?, origin: Origin
    ) async throws -> Issue {
        let now = seams.now()
        let expiresAt = now + order.lifetime
        let token = ID<OneTimeTokens>(random: seams.random)
        let entry = AuditID(random: seams.random)
        let refusal = try await seams.database.write { [statuses] transaction -> Issue? in
            // Read again: the client may have been disabled, or its secret replaced, since its token was verified.
            guard let client = try Clients.find(id, in: transaction), !client.isDisabled,
                status
                    == StatusReference(
                        list: statuses.address(of: client.place.list), index: client.place.index)
            else { return .refused }
            var epoch: Int64?
            if let account = order.account {
                guard let found = try Accounts.find(account, in: transaction), !found.isDisabled else {
                    return .unknownAccount
                }
                epoch = found.epoch
            }
            let open = try transaction.first(
                SQL("SELECT count(*) FROM one_time_tokens WHERE client = $1 AND expires_at > $2"), [id, now],
                { try $0.integer(0) })
            guard (open ?? 0) < Self.openLimit else { return .tooMany }
            try transaction.execute(
                SQL(
                    """
                    INSERT INTO one_time_tokens
                        (id, purpose, account, account_epoch, expires_at, client, claims)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """),
                [
                    token, order.purpose.description, order.account, epoch, expiresAt, id,
                    String(decoding: order.claims.encoded(), as: UTF8.self),
                ])
            try Audit.record(
                .oneTimeIssued, account: order.account, origin: origin,
                detail: "\(token) \(order.purpose)", id: entry, at: now, in: transaction)
            return nil
        }
        if let refusal { return refusal }
        let written = try tokens.write(
            token, purpose: order.purpose.description, client: id, now: now, expiresAt: expiresAt)
        return .issued(token: written, expiresAt: expiresAt)
    }

    /// What a token said.
    package struct Redeemed: Sendable, Equatable {
        package let purpose: String
        package let client: ID<Client>
        package let account: ID<Account>?
        package let claims: JSON
    }

    package enum Redemption: Sendable {
        case redeemed(Redeemed)
        /// None of ours, used, too old, or ended.
        case gone
        /// Good, but not what was expected; it was not used up.
        case wrongPurpose
        case wrongClient
    }

    /// Whether a token could still be used by its look; only ``redeem(_:purpose:client:origin:)`` decides.
    package func recognises(_ token: String) -> Bool {
        tokens.readClients(token, now: seams.now()) != nil
    }

    /// Uses a token up. Of any number at once, one gets what it says.
    /// - Parameters:
    ///   - purpose: what it must be for, if that is said.
    ///   - client: whose it must be, if that is said.
    package func redeem(
        _ text: String, purpose: String?, client: ID<Client>?, origin: Origin
    ) async throws -> Redemption {
        let now = seams.now()
        guard let (id, issuer) = tokens.readClients(text, now: now) else { return .gone }
        let entry = AuditID(random: seams.random)
        return try await seams.database.write { transaction in
            let row = try transaction.first(
                SQL(
                    """
                    SELECT purpose, claims, account, account_epoch FROM one_time_tokens
                    WHERE id = $1 AND client = $2 AND expires_at > $3
                    """), [id, issuer, now], { try Stored(row: $0) })
            guard let row, try row.isAccountAsItWas(in: transaction) else { return .gone }
            if let purpose, purpose != row.purpose { return .wrongPurpose }
            if let client, client != issuer { return .wrongClient }
            // Who deletes the row has won, whoever else has read it.
            let deleted = try transaction.execute(SQL("DELETE FROM one_time_tokens WHERE id = $1"), [id])
            guard deleted == 1 else { return .gone }
            try Audit.record(
                .oneTimeRedeemed, account: row.account, origin: origin,
                detail: "\(id) \(row.purpose) of \(issuer)", id: entry, at: now, in: transaction)
            return .redeemed(
                Redeemed(purpose: row.purpose, client: issuer, account: row.account, claims: row.claims))
        }
    }

    /// Ends the links of a client.
    static func void(of client: ID<Client>, in transaction: any Transaction) throws {
        try transaction.execute(SQL("DELETE FROM one_time_tokens WHERE client = $1"), [client])
    }
}

/// A token's row.
private struct Stored: Sendable {
    let purpose: String
    let claims: JSON
    let account: ID<Account>?
    let accountEpoch: Int64?

    /// Decodes `purpose, claims, account, account_epoch`.
    init(row: any Row) throws {
        purpose = try row.text(0)
        claims = try JSON.parse(Array(try row.text(1).utf8))
        account = try row.optionalBytes(2).map(ID.init(bytes:))
        accountEpoch = try row.optionalInteger(3)
    }

    func isAccountAsItWas(in transaction: any Transaction) throws -> Bool {
        guard let account else { return true }
        guard let found = try Accounts.find(account, in: transaction) else { return false }
        return !found.isDisabled && found.epoch == accountEpoch
    }
}
