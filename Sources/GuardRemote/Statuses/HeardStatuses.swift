import Synchronization
import VidimusJOSE
import VidimusStatusList

/// What a guard has heard of an issuer's statuses: the lists, how complete they are, and how fresh.
///
/// Everything is merged by maximum, so what comes late, twice or out of order changes nothing. A list that is known
/// stays the same object for ever, and also comes back as that object if it was gone for a while.
final class HeardStatuses: Sendable {
    private struct Held {
        let list: StatusList
        var tag: String?
        var issuedAt: Timestamp
        var timeToLive: Duration
        /// The number of the last change in the copy that was fetched last.
        var change: Int64?
        /// Until a copy is fetched that holds this change, there may be something that was not heard.
        var lacks: Int64?
    }

    private struct State {
        var held: [String: Held] = [:]
        var gone: [(address: String, list: StatusList)] = []
        var confirmedAt: Timestamp?
    }

    /// A list as it was fetched.
    enum Copy: Sendable {
        /// The one fetched before.
        case same(address: String)
        case new(StatusListToken, tag: String?)

        var address: String {
            switch self {
            case .same(let address): address
            case .new(let token, _): token.address
            }
        }
    }

    private let state = Mutex(State())
    private let changes = Atomic<UInt64>(1)

    /// How many lists that are no longer named are kept, in case that they are named again.
    static let mostGone = 8
    /// How far an issuer's clock may be ahead of ours.
    static let longestLead = Duration.seconds(60)

    /// Rises when the set of lists changes.
    var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The lists by their full address.
    func lists() -> [String: StatusList] { state.withLock { $0.held.mapValues(\.list) } }

    /// When everything here was last confirmed with the issuer's database, by the issuer's clock and never after now
    /// by ours; nil without a first list.
    var confirmedAt: Timestamp? { state.withLock { $0.confirmedAt } }

    /// The tag of the copy of a list that was fetched last.
    func tag(of address: String) -> String? { state.withLock { $0.held[address]?.tag } }

    /// After how long the lists should be fetched again; nil without one.
    var timeToLive: Duration? { state.withLock { $0.held.values.map(\.timeToLive).min() } }

    /// Whether there is no list.
    var isEmpty: Bool { state.withLock { $0.held.isEmpty } }

    /// Whether every list is known to hold everything that was not heard.
    var isComplete: Bool { state.withLock { $0.held.values.allSatisfy { $0.lacks == nil } } }

    /// The number after which the lists need to hear everything; nil if one of them does not say.
    var firstNumber: Int64? {
        state.withLock { state in
            let numbers = state.held.values.compactMap(\.change)
            return numbers.count == state.held.count ? numbers.min() : nil
        }
    }
}

extension HeardStatuses {
    /// Takes the lists that the issuer names now.
    /// - Parameters:
    ///   - number: how far the event stream was read; nil before it is.
    ///   - missed: whether something up to there may not have been heard at all.
    /// - Throws: `invalid_list` if a list has another size than before; then nothing is changed but for the better.
    func take(_ copies: [Copy], at number: Int64?, missed: Bool, now: Timestamp) throws(RemoteError) {
        let (hasChanged, refused) = state.withLock { state -> (Bool, RemoteError?) in
            var held: [String: Held] = [:]
            for copy in copies {
                let known = state.held[copy.address]
                guard var entry = Self.merged(copy, known, state.gone) else {
                    let error = RemoteError(
                        .invalidList, "the list \(copy.address) has another size than it had")
                    return (false, error)
                }
                // A list that is new here has heard nothing of the stream so far.
                if let number, missed || known == nil { entry.lacks = max(number, entry.lacks ?? number) }
                if let lacks = entry.lacks, let change = entry.change, change >= lacks { entry.lacks = nil }
                held[copy.address] = entry
            }
            let hasChanged = Set(held.keys) != Set(state.held.keys)
            for (address, entry) in state.held where held[address] == nil {
                state.gone.append((address, entry.list))
            }
            state.gone.removeAll { held[$0.address] != nil }
            state.gone.removeFirst(max(0, state.gone.count - Self.mostGone))
            state.held = held
            if let oldest = held.values.map(\.issuedAt).min() { Self.confirm(&state, oldest, now) }
            return (hasChanged, nil)
        }
        if let refused { throw refused }
        // After the lists: who sees the new generation also sees the new lists.
        if hasChanged { changes.wrappingAdd(1, ordering: .releasing) }
    }

    private static func merged(
        _ copy: Copy, _ known: Held?, _ gone: [(address: String, list: StatusList)]
    ) -> Held? {
        guard case .new(let token, let tag) = copy else { return known }
        let list = known?.list ?? gone.first { $0.address == token.address }?.list
        if let list {
            guard list.size == token.list.size else { return nil }
            list.merge(token.list)
        }
        var held = Held(
            list: list ?? token.list, tag: tag, issuedAt: token.issuedAt, timeToLive: token.timeToLive,
            change: token.change, lacks: known?.lacks)
        // An older copy than the one before makes what is held no older: it holds both.
        if let known {
            held.issuedAt = max(held.issuedAt, known.issuedAt)
            held.change = held.change.map { max($0, known.change ?? $0) } ?? known.change
        }
        return held
    }

    /// Raises entries of a list.
    /// - Returns: whether the list is known and has all of them.
    func apply(_ rises: [StatusEvent.Rise], to address: String) -> Bool {
        guard let list = state.withLock({ $0.held[address]?.list }) else { return false }
        var isKnown = true
        for rise in rises {
            list.raise(rise.index, to: rise.status)
            if list.status(at: rise.index) == nil { isKnown = false }
        }
        return isKnown
    }

    /// Everything here was confirmed at a time by the issuer's clock.
    /// - Throws: `clock_ahead`.
    func confirm(at time: Timestamp, now: Timestamp) throws(RemoteError) {
        let isCredible = state.withLock { state in
            // Without a list there is nothing to be confirmed.
            if state.held.isEmpty { return true }
            return Self.confirm(&state, time, now)
        }
        guard isCredible else {
            throw RemoteError(.clockAhead, "the issuer's clock is \(time.duration(since: now)) ahead of ours")
        }
    }

    @discardableResult
    private static func confirm(_ state: inout State, _ time: Timestamp, _ now: Timestamp) -> Bool {
        guard time <= now + longestLead else { return false }
        // Never later than now: a stalled word must not make the view younger than a clock says it can be. What was
        // confirmed in the future comes from a clock of ours that was set back.
        let before = state.confirmedAt.flatMap { $0 > now ? nil : $0 }
        let confirmed = min(time, now)
        state.confirmedAt = before.map { max($0, confirmed) } ?? confirmed
        return true
    }
}
