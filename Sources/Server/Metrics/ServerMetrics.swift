import CoreMetrics
import VidimusGuard
import VidimusIdentity
import VidimusJOSE

/// What the server counts and measures, by its name in Prometheus.
///
/// Refusals are counted by their code, never written down one by one.
package struct ServerMetrics: Sendable {
    private let registry: PrometheusRegistry
    private let signIns: Counter
    /// Of nearly every refresh; the others are looked up.
    private let rotations: Counter
    private let hashSeconds: Timer
    private let commitGroup: Recorder

    package init() {
        registry = PrometheusRegistry()
        signIns = Counter(label: "vidimus_sign_ins_total", dimensions: [], factory: registry)
        rotations = Self.refreshes("rotated", registry)
        hashSeconds = Timer(label: "vidimus_hash_seconds", dimensions: [], factory: registry)
        commitGroup = Recorder(
            label: "vidimus_commit_group_writes", dimensions: [], aggregate: true, factory: registry)
    }

    func signedIn() { signIns.increment() }

    func refused(_ code: String) {
        Counter(label: "vidimus_refusals_total", dimensions: [("code", code)], factory: registry).increment()
    }

    func refreshed(_ outcome: String) {
        let counter = outcome == "rotated" ? rotations : Self.refreshes(outcome, registry)
        counter.increment()
    }

    private static func refreshes(_ outcome: String, _ registry: PrometheusRegistry) -> Counter {
        Counter(label: "vidimus_refreshes_total", dimensions: [("outcome", outcome)], factory: registry)
    }

    func hashed(in duration: Duration) {
        hashSeconds.recordNanoseconds(Int64(clamping: Int(duration / .nanoseconds(1))))
    }

    func committed(_ writes: Int) { commitGroup.record(Int64(writes)) }

    /// The text, with what is read off at this moment.
    func text(_ services: Services) -> String {
        let now = services.now()
        gauge("vidimus_hash_queue_depth", Double(services.pool.depth))
        if let confirmed = services.statuses.confirmedAt {
            gauge("vidimus_change_lag_seconds", now.duration(since: confirmed) / .seconds(1))
        }
        if let active = services.keyRing.records().first(where: { $0.state == .active }) {
            let since = active.activatedAt ?? active.announcedAt
            gauge("vidimus_key_age_seconds", now.duration(since: since) / .seconds(1))
        }
        gauge("vidimus_remembered_tokens", Double(services.verifier.memoryUse.entries))
        return registry.text()
    }

    private func gauge(_ label: String, _ value: Double) {
        Gauge(label: label, dimensions: [], factory: registry).record(value)
    }
}
