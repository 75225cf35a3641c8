import HTTPTypes
import VidimusIdentity
import VidimusJOSE
import VidimusStatusList

/// The signed lists as they are given out, each made once for everybody who asks.
///
/// A list of a million entries takes some milliseconds to pack and sign, and anybody may ask for it. So it is made
/// again only when something changed or it has aged, by one at a time, and not more than a tenth of the time.
actor PublishedLists {
    struct Published: Sendable {
        let token: Representation
        let change: Int64
        let issuedAt: Timestamp
        /// Before this it is not made again.
        let rest: ContinuousClock.Instant
    }

    private let register: StatusRegister
    private let feed: ChangeFeed
    private let keys: KeyRing
    private let timeToLive: Duration
    private let now: @Sendable () -> Timestamp
    private var published: [String: Published] = [:]

    init(
        _ register: StatusRegister, _ feed: ChangeFeed, _ keys: KeyRing, timeToLive: Duration,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.register = register
        self.feed = feed
        self.keys = keys
        self.timeToLive = timeToLive
        self.now = now
    }

    /// How long a cache may keep one: so that a copy is younger than its `ttl` when it is used.
    nonisolated var maximumAge: Duration { timeToLive / 3 }

    /// The list at an address, with everything that was committed when this was called; nil if there is none.
    /// - Throws: a ``Problem`` while the database cannot be asked.
    func list(at address: String) async throws -> Published? {
        let wanted = feed.head
        while true {
            guard let list = register.lists()[address] else {
                published[address] = nil
                return nil
            }
            let confirmedAt = try confirmation()
            if let last = published[address] {
                let isFresh = confirmedAt.duration(since: last.issuedAt) < maximumAge
                if last.change >= wanted, isFresh { return last }
                if ContinuousClock.now < last.rest {
                    try await Task.sleep(until: last.rest)
                    continue
                }
            }
            published[address] = try make(list, at: address, confirmedAt: confirmedAt)
        }
    }

    private func make(_ list: StatusList, at address: String, confirmedAt: Timestamp) throws -> Published {
        let began = ContinuousClock.now
        // Before the bits are copied: the list may hold more than it says, never less.
        let change = feed.head
        let said = StatusListToken(
            address: address, issuedAt: confirmedAt, expiresAt: confirmedAt + timeToLive * 10,
            timeToLive: timeToLive, change: change, list: list)
        let token = try Token.sign(said.claims(), type: StatusListToken.type, with: keys.listSigningKey())
        let end = ContinuousClock.now
        return Published(
            token: Representation(Array(token.utf8)), change: change, issuedAt: confirmedAt,
            rest: end + (end - began) * 9)
    }

    /// When the lists were last known to be complete; a node that cannot reach its database gives none out.
    private func confirmation() throws -> Timestamp {
        guard let confirmedAt = register.confirmedAt, now().duration(since: confirmedAt) < .seconds(5) else {
            throw Problem(
                .serviceUnavailable, "status_unavailable",
                "The database cannot be reached, so the statuses may be out of date; try again.",
                retryAfter: .seconds(1))
        }
        return confirmedAt
    }
}
