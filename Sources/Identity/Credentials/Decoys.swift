import Crypto
import Synchronization
import VidimusDatabase

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Hashes that are compared where there is no account, so that a refusal takes as long as any other.
///
/// After the cost of a hash was changed, accounts that have not signed in since are compared at the old
/// one. So an unknown address gets the cost of some account that exists, always the same one: by its
/// time it could be any of them.
final class Decoys: Sendable {
    private let seams: Seams
    private let pool: HashingPool
    private let cost: HashCost
    /// Chooses for an address; new with each start, so that nobody can work the choice out.
    private let chooser = SymmetricKey(size: .bits256)
    private let made = Mutex<[HashCost: PasswordHash]>([:])

    init(_ seams: Seams, pool: HashingPool, cost: HashCost) {
        self.seams = seams
        self.pool = pool
        self.cost = cost
    }

    /// Where among the accounts' ids an address finds the one whose cost it gets.
    func point(for email: EmailAddress?) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(for: Data((email?.description ?? "").utf8), using: chooser)
                .prefix(16))
    }

    /// What some account's hash costs, chosen by chance: ids are random, so the one after a point is.
    static func cost(after point: [UInt8], in transaction: any Transaction) throws -> HashCost? {
        try transaction.first(
            SQL("SELECT password FROM accounts WHERE id > $1 AND password IS NOT NULL ORDER BY id LIMIT 1"),
            [point], { HashCost(ofStored: try $0.text(0)) }) ?? nil
    }

    /// A hash of that cost, or of today's, that no password matches.
    func hash(costing cost: HashCost?) async throws -> PasswordHash {
        let cost = cost ?? self.cost
        if let decoy = made.withLock({ $0[cost] }) { return decoy }
        let (password, salt) = (seams.random(16), seams.random(16))
        let decoy = try await pool.run { try PasswordHash(password, salt: salt, cost: cost) }
        made.withLock { $0[cost] = decoy }
        return decoy
    }
}
