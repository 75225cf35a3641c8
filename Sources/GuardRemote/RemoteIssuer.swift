public import CoreMetrics
public import Logging
public import ServiceLifecycle
public import VidimusGuard
public import VidimusJOSE

/// Keys and statuses of an issuer in another process, kept true in the background.
///
/// ```swift
/// let remote = try RemoteIssuer("https://id.example", clientID: id, clientSecret: secret)
/// let verifier = TokenVerifier(
///     .init(issuer: "https://id.example", audience: "https://api.example"),
///     keys: remote.keys, statuses: remote.statuses)
/// ```
/// It is a service: nothing is fetched before ``run()`` runs. Until the first lists are there a guard answers 503.
///
/// Metrics, each with the dimension `issuer`: `vidimus_guard_view_age_seconds`, `vidimus_guard_connected` (0 or 1),
/// `vidimus_guard_reconnects_total`, `vidimus_guard_unknown_keys_total`, and `vidimus_guard_fetches_total` with `of`
/// (`keys`, `lists`) and `result` (`ok`, `failed`).
public final class RemoteIssuer: Service {
    /// The keys that the issuer publishes.
    public let keys: RemoteKeys
    /// The statuses that the issuer publishes.
    public let statuses: StatusFeed
    private let report: FeedReport
    private let now: @Sendable () -> Timestamp

    /// An issuer, by its name.
    /// - Parameters:
    ///   - issuer: the `iss` of its tokens, which is where it can be reached: https, or http on this machine.
    ///   - clientID: a client of the issuer's with the scope `status:read`. Without one there is no event stream.
    ///   - clientSecret: its secret.
    ///   - pollEvery: how often the lists are fetched while there is no stream; their own `ttl` if nothing is said.
    ///     A verifier without a stream needs a `maxStaleness` above it.
    ///   - http: the way out.
    ///   - logger: told when the issuer is heard and when not.
    ///   - metrics: where metrics go; the process's own if nothing is said.
    ///   - now: the clock; the machine's if nothing is said.
    /// - Throws: `invalid_address`.
    public convenience init(
        _ issuer: String, clientID: String? = nil, clientSecret: String? = nil, pollEvery: Duration? = nil,
        http: any OutgoingHTTP = HTTPConnections.shared, logger: Logger = Logger(label: "vidimus.guard"),
        metrics: any MetricsFactory = MetricsSystem.factory,
        now: @escaping @Sendable () -> Timestamp = Timestamp.systemClock
    ) throws(RemoteError) {
        try self.init(
            issuer, clientID: clientID, clientSecret: clientSecret, pollEvery: pollEvery, http: http,
            logger: logger, metrics: metrics, now: now, pace: Pace())
    }

    init(
        _ issuer: String, clientID: String?, clientSecret: String?, pollEvery: Duration?,
        http: any OutgoingHTTP, logger: Logger, metrics: any MetricsFactory,
        now: @escaping @Sendable () -> Timestamp, pace: Pace
    ) throws(RemoteError) {
        let address = try IssuerAddress(issuer)
        guard let none = try? JWKSet(keys: []) else { throw RemoteError(.invalidKeys, "no keys at all") }
        self.now = now
        report = FeedReport(issuer: issuer, logger: logger, factory: metrics)
        keys = RemoteKeys(address, http, pace, report, none: none)
        let lists = ListFetch(issuer: address, http: http, pace: pace, keys: keys, now: now)
        let credential = clientID.map { ServiceCredential(id: $0, secret: clientSecret ?? "", http, pace) }
        statuses = StatusFeed(lists, credential, pollEvery: pollEvery, report)
    }

    /// Keeps keys and statuses true until the service is shut down or the task cancelled.
    /// - Throws: never by itself; a `Service` may.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.keys.run() }
                group.addTask { await self.statuses.run() }
                group.addTask { await self.measure() }
                await group.waitForAll()
            }
        }
    }

    /// Waits for the first keys and lists, so that the first request is not refused for want of them.
    /// - Returns: whether they came in time.
    public func ready(within time: Duration = .seconds(10)) async -> Bool {
        let deadline = ContinuousClock.now + time
        while true {
            let rings = statuses.changed.rings
            if statuses.confirmedAt != nil { return true }
            guard .now < deadline, !Task.isCancelled else { return false }
            await statuses.changed.wait(after: rings, atMost: ContinuousClock.now.duration(to: deadline))
        }
    }

    private func measure() async {
        while !Task.isCancelled {
            report.measure(confirmedAt: statuses.confirmedAt, now: now())
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
