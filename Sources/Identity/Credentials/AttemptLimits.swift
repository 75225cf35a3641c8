import Synchronization
package import VidimusJOSE

/// A bucket that refills with time. Pure.
struct TokenBucket: Sendable, Equatable {
    var tokens: Double
    var filledAt: Timestamp

    func level(_ rate: AttemptLimits.Rate, at now: Timestamp) -> Double {
        let elapsed = max(.zero, now.duration(since: filledAt))
        return min(rate.burst, tokens + elapsed / rate.interval)
    }
}

/// Limits on what nobody has authenticated yet, asked before anything dear is done.
///
/// Sign-in takes from two buckets, the account's and the address's; a sign-in that succeeds gives both
/// back, so that the limits count failures and what is under way. Kept in memory and bounded.
package final class AttemptLimits: Sendable {
    /// So many at once, then one each interval.
    package struct Rate: Sendable, Equatable {
        package var burst: Double
        package var interval: Duration

        package init(burst: Double, interval: Duration) {
            self.burst = burst
            self.interval = interval
        }
    }

    package struct Policy: Sendable, Equatable {
        package var account = Rate(burst: 20, interval: .seconds(60))
        package var address = Rate(burst: 100, interval: .seconds(1))
        package var signUp = Rate(burst: 100, interval: .seconds(5))
        package var oneTime = Rate(burst: 1_000, interval: .milliseconds(50))
        package var revocation = Rate(burst: 20, interval: .seconds(1))

        package init() {}
    }

    /// Why not now, and when again.
    package struct Limited: Error, Sendable {
        package let retryAfter: Duration
    }

    /// What was taken, to be given back when it turns out harmless.
    package struct Permit: Sendable {
        fileprivate let keys: [Key]
    }

    fileprivate enum Key: Hashable, Sendable {
        case account(String)
        case session(ID<Session>)
        case refusedDeed(ID<Session>)
        case emailChange(ID<Account>)
        case address(String)
        case signUp(String)
        case oneTime(ID<Client>)
        case renaming(ID<Account>)
        case revocation(ID<Client>)
    }

    private static let capacity = 100_000
    private let policy: Policy
    private let now: @Sendable () -> Timestamp
    private let buckets = Mutex<[Key: TokenBucket]>([:])

    package init(_ policy: Policy, now: @escaping @Sendable () -> Timestamp) {
        self.policy = policy
        self.now = now
    }

    /// One attempt to sign in to an account, known or not, from an address. What is no e-mail address has
    /// no bucket of its own: the client chooses it, and could choose a new one each time.
    package func admitSignIn(account: EmailAddress?, address: String?) throws(Limited) -> Permit {
        try take(
            (account.map { [.account($0.description)] } ?? [])
                + (address.map { [.address(Self.network(of: $0))] } ?? []))
    }

    /// One attempt to show the present password from within a session. A bucket of its own, so that a
    /// stranger's attempts to sign in keep nobody from changing a password.
    package func admitPasswordCheck(session: ID<Session>) throws(Limited) -> Permit {
        try take([.session(session)])
    }

    /// One sign-up, or other dear thing, from an address.
    package func admitSignUp(address: String?) throws(Limited) -> Permit {
        try take(address.map { [.signUp(Self.network(of: $0))] } ?? [])
    }

    /// One attempt to have another e-mail address. It takes from the bucket of sign-ups too: whether an address is
    /// taken is told no oftener here than there.
    package func admitEmailChange(account: ID<Account>, address: String?) throws(Limited) -> Permit {
        try take([.emailChange(account)] + (address.map { [.signUp(Self.network(of: $0))] } ?? []))
    }

    /// One attempt at what the session's account may not do, to be written down.
    package func admitRefusedDeed(session: ID<Session>) throws(Limited) -> Permit {
        try take([.refusedDeed(session)])
    }

    /// One change of an account's name by itself.
    package func admitRenaming(account: ID<Account>) throws(Limited) -> Permit {
        try take([.renaming(account)])
    }

    /// One end of a client's tokens that are out: each takes a place of a status list.
    package func admitRevocation(of client: ID<Client>) throws(Limited) -> Permit {
        try take([.revocation(client)])
    }

    /// One one-time token for a client.
    package func admitOneTime(client: ID<Client>) throws(Limited) -> Permit {
        try take([.oneTime(client)])
    }

    package func giveBack(_ permit: Permit) {
        let now = now()
        buckets.withLock { buckets in
            for key in permit.keys {
                guard let bucket = buckets[key] else { continue }
                let rate = rate(of: key)
                buckets[key] = TokenBucket(
                    tokens: min(rate.burst, bucket.level(rate, at: now) + 1), filledAt: now)
            }
        }
    }

    /// Buckets in memory.
    var size: Int { buckets.withLock { $0.count } }

    private func take(_ keys: [Key]) throws(Limited) -> Permit {
        let now = now()
        let wait: Duration? = buckets.withLock { buckets in
            if buckets.count >= Self.capacity { makeRoom(in: &buckets, at: now) }
            var levels: [(Key, Double)] = []
            for key in keys {
                let rate = rate(of: key)
                let level = buckets[key]?.level(rate, at: now) ?? rate.burst
                // Nothing is taken from any bucket when one of them is empty.
                if level < 1 { return rate.interval * (1 - level) }
                levels.append((key, level))
            }
            for (key, level) in levels { buckets[key] = TokenBucket(tokens: level - 1, filledAt: now) }
            return nil
        }
        if let wait { throw Limited(retryAfter: max(.seconds(1), wait)) }
        return Permit(keys: keys)
    }

    /// Full buckets say nothing and go first; if that is not enough, the fullest go.
    private func makeRoom(in buckets: inout [Key: TokenBucket], at now: Timestamp) {
        buckets = buckets.filter { $0.value.level(rate(of: $0.key), at: now) < rate(of: $0.key).burst }
        guard buckets.count >= Self.capacity else { return }
        let kept = buckets.sorted {
            $0.value.tokens / rate(of: $0.key).burst < $1.value.tokens / rate(of: $1.key).burst
        }.prefix(Self.capacity / 2)
        buckets = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    private func rate(of key: Key) -> Rate {
        switch key {
        case .account, .session, .refusedDeed, .emailChange, .renaming: policy.account
        case .revocation: policy.revocation
        case .address: policy.address
        case .signUp: policy.signUp
        case .oneTime: policy.oneTime
        }
    }

    /// Whoever has an IPv6 address has 2⁶⁴ of them: the first four groups count as one.
    static func network(of address: String) -> String {
        guard let bytes = IPAddress(address)?.bytes else { return address }
        return bytes.count == 16
            ? bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
            : bytes.map { String($0) }.joined(separator: ".")
    }
}
