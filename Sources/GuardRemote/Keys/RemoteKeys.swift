import Logging
import Synchronization
public import VidimusGuard
public import VidimusJOSE

/// The keys that an issuer publishes, fetched before they are needed.
///
/// ``run()`` fetches them: at once, before each copy is too old, when the issuer's event stream says so, and when a
/// token names a key that is not there (at most once a cooldown). While a fetch fails the last good set stays.
public final class RemoteKeys: KeySource {
    private struct State {
        var keys: JWKSet
        var rule: KeyFetchRule
        var discovery: Discovery?
        var isRunning = false
        /// The last change after which the keys were to be fetched, and the one after which they were.
        var change: Int64?
        var held: Int64?
    }

    private let state: Mutex<State>
    private let changes = Atomic<UInt64>(1)
    private let issuer: IssuerAddress
    private let http: any OutgoingHTTP
    private let pace: Pace
    private let report: FeedReport
    /// Rings when there may be something to fetch.
    private let wakes = Bell()
    /// Rings when a fetch has ended.
    private let ends = Bell()

    /// - Parameter none: what the keys are as long as there are none.
    init(
        _ issuer: IssuerAddress, _ http: any OutgoingHTTP, _ pace: Pace, _ report: FeedReport, none: JWKSet
    ) {
        self.issuer = issuer
        self.http = http
        self.pace = pace
        self.report = report
        state = Mutex(State(keys: none, rule: KeyFetchRule(pace)))
    }

    /// Rises when the set of keys changes.
    public var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The keys that verify now; none until they were first fetched.
    public func keys() -> JWKSet { state.withLock { $0.keys } }

    /// Waits for the fetch that may bring a key, two seconds at most.
    ///
    /// False at once if none may be made: the key was just looked for, the cooldown is not over, or too many wait.
    public func learn(_ keyID: String) async -> Bool {
        let (answer, ended) = state.withLock { state -> (KeyFetchRule.Answer, UInt64) in
            guard state.isRunning, ends.waiterCount < pace.mostWaiters else { return (.refuse, 0) }
            return (state.rule.ask(for: keyID, at: .now), ends.rings)
        }
        report.unknownKey()
        guard answer == .wait else { return false }
        wakes.ring()
        await ends.wait(after: ended, atMost: pace.patience)
        return true
    }

    /// How many names of keys are kept that nobody knows.
    var remembered: Int { state.withLock { $0.rule.remembered } }

    /// Fetches the set now, whatever its age.
    /// - Parameter change: the number of the change that the issuer told of, if it did.
    func want(after change: Int64? = nil) {
        state.withLock { state in
            state.rule.want()
            if let change { state.change = max(change, state.change ?? change) }
        }
        wakes.ring()
    }

    /// Whether the issuer said that its keys changed, and those here are older.
    var areBehind: Bool { state.withLock { $0.change != $0.held } }

    /// Fetches the set now and waits until that was tried.
    func refetch() async {
        let ended = ends.rings
        want()
        await ends.wait(after: ended, atMost: pace.request)
    }

    /// Where the issuer has things; waits for the first fetch.
    func discovered() async throws -> Discovery {
        let ended = ends.rings
        if let discovery = state.withLock({ $0.discovery }) { return discovery }
        await ends.wait(after: ended, atMost: pace.request)
        guard let discovery = state.withLock({ $0.discovery }) else {
            throw RemoteError(.unreachable, "nothing of \(issuer.issuer) could be fetched yet")
        }
        return discovery
    }

    /// Keeps the set true until the task is cancelled.
    public func run() async {
        var fetch = KeySetFetch(issuer, http, pace)
        state.withLock { $0.isRunning = true }
        while !Task.isCancelled {
            let heard = wakes.rings
            let wait = state.withLock { $0.rule.wait(at: .now) }
            if wait > .zero {
                await wakes.wait(after: heard, atMost: wait)
            } else {
                await attempt(&fetch)
                ends.ring()
            }
        }
        state.withLock { $0.isRunning = false }
        ends.ring()
    }

    private func attempt(_ fetch: inout KeySetFetch) async {
        let (asked, change) = state.withLock { ($0.rule.begin(), $0.change) }
        do {
            let answer = try await fetch.fetch(after: change)
            let hasChanged = state.withLock { state in
                state.held = change
                return take(answer, asked: asked, into: &state)
            }
            // After the keys: who sees the new generation also sees the new keys.
            if hasChanged { changes.wrappingAdd(1, ordering: .releasing) }
            report.fetched("keys", nil)
        } catch {
            state.withLock { $0.rule.fail(at: .now, jitter: { .random(in: $0) }) }
            if !Task.isCancelled { report.fetched("keys", error) }
        }
    }

    private func take(_ answer: KeySetFetch.Answer, asked: [String], into state: inout State) -> Bool {
        let before = state.keys
        state.discovery = answer.discovery
        if let keys = answer.keys { state.keys = keys }
        let keys = state.keys
        state.rule.succeed(
            at: .now, age: answer.age, missing: asked + before.keys.compactMap(\.id), holds: keys.holds,
            jitter: { .random(in: $0) })
        return answer.keys.map { $0.json != before.json } ?? false
    }
}

extension JWKSet {
    /// Whether a key has this name, compared by bytes.
    func holds(_ keyID: String) -> Bool {
        keys.contains { $0.id?.utf8.elementsEqual(keyID.utf8) ?? false }
    }
}
