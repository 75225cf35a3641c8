import CoreMetrics
import Logging
import Synchronization
public import VidimusJOSE

/// How well a guard hears its issuer, at a moment.
public struct FeedCondition: Sendable {
    /// Whether the event stream is open and was heard of.
    public var isConnected = false
    /// When the view of statuses was last confirmed; nil as long as there never was a first list.
    public var confirmedAt: Timestamp?
    /// How often the stream was opened anew after it was open before.
    public var reconnects = 0
    /// What went wrong last; nil if nothing did since all was well again.
    public var lastError: RemoteError?
}

/// Counts, measures and logs what happens between a guard and its issuer.
final class FeedReport: Sendable {
    private struct State {
        var condition = FeedCondition()
        var wasConnected = false
        var logged: (code: RemoteError.Code, at: ContinuousClock.Instant)?
    }

    private let state = Mutex(State())
    private let logger: Logger
    private let issuer: String
    private let factory: any MetricsFactory
    private let age: Recorder
    private let connected: Recorder
    private let reconnects: Counter
    private let unknownKeys: Counter

    init(issuer: String, logger: Logger, factory: any MetricsFactory) {
        var logger = logger
        logger[metadataKey: "issuer"] = .string(issuer)
        self.logger = logger
        self.issuer = issuer
        self.factory = factory
        let name = [("issuer", issuer)]
        age = Recorder(
            label: "vidimus_guard_view_age_seconds", dimensions: name, aggregate: false, factory: factory)
        connected = Recorder(
            label: "vidimus_guard_connected", dimensions: name, aggregate: false, factory: factory)
        reconnects = Counter(label: "vidimus_guard_reconnects_total", dimensions: name, factory: factory)
        unknownKeys = Counter(label: "vidimus_guard_unknown_keys_total", dimensions: name, factory: factory)
    }

    var condition: FeedCondition { state.withLock { $0.condition } }

    /// A token named a key that was not there.
    func unknownKey() { unknownKeys.increment() }

    /// Keys or lists were fetched, or could not be.
    func fetched(_ what: String, _ error: (any Error)?) {
        Counter(
            label: "vidimus_guard_fetches_total",
            dimensions: [("issuer", issuer), ("of", what), ("result", error == nil ? "ok" : "failed")],
            factory: factory
        ).increment()
        if let error { failed(error) }
    }

    /// The stream was opened.
    func opened() {
        let isAgain = state.withLock { state in
            let isAgain = state.wasConnected
            (state.wasConnected, state.condition.isConnected) = (true, true)
            if isAgain { state.condition.reconnects += 1 }
            (state.condition.lastError, state.logged) = (nil, nil)
            return isAgain
        }
        connected.record(1)
        if isAgain { reconnects.increment() }
        logger.info("hears the issuer's event stream")
    }

    /// The stream is not open.
    func closed() {
        state.withLock { $0.condition.isConnected = false }
        connected.record(0)
    }

    /// Something went wrong. The same again within half a minute is not logged again.
    func failed(_ error: any Error) {
        let error = error as? RemoteError ?? RemoteError(.unreachable, "broke off (\(type(of: error)))")
        let isNews = state.withLock { state in
            state.condition.lastError = error
            let now = ContinuousClock.now
            if let last = state.logged, last.code == error.code, last.at.duration(to: now) < .seconds(30) {
                return false
            }
            state.logged = (error.code, now)
            return true
        }
        guard isNews else { return }
        logger.warning(
            "does not hear the issuer",
            metadata: ["code": .string(error.code.rawValue), "reason": .string(error.reason)])
    }

    /// The age of the view, now and then.
    func measure(confirmedAt: Timestamp?, now: Timestamp) {
        state.withLock { $0.condition.confirmedAt = confirmedAt }
        guard let confirmedAt else { return }
        age.record(now.duration(since: confirmedAt) / .seconds(1))
    }
}
