import Synchronization

/// Ends a stream that has fallen silent, or whose token is to be renewed.
struct StreamWatch: Sendable {
    private let pace: Pace
    private let renewAt: ContinuousClock.Instant
    private let renew: @Sendable () async throws -> Void
    /// When something was heard; nil while nobody listens.
    private let last = Shared<ContinuousClock.Instant?>(.now)

    init(
        _ pace: Pace, renewAt: ContinuousClock.Instant, renew: @escaping @Sendable () async throws -> Void
    ) {
        self.pace = pace
        self.renewAt = renewAt
        self.renew = renew
    }

    func heard() { last.value = .now }

    /// Until something is heard again, a silence is not the issuer's.
    func pause() { last.value = nil }

    /// Returns when a newer token is there.
    /// - Throws: `unreachable` after a silence.
    func run(_ address: String) async throws {
        var renewAt = renewAt
        while true {
            let silentAt = (last.value ?? .now) + pace.silence
            if .now >= silentAt {
                throw RemoteError(.unreachable, "\(address) said nothing for \(pace.silence)")
            }
            if .now >= renewAt {
                do {
                    return try await renew()
                } catch {
                    try Task.checkCancellation()
                    // The stream goes on by the old token as long as it lasts.
                    renewAt = .now + .seconds(5)
                }
            }
            try await Task.sleep(until: min(silentAt, renewAt))
        }
    }
}

/// A value that two tasks use.
final class Shared<Value: Sendable>: Sendable {
    private let held: Mutex<Value>

    init(_ value: Value) { held = Mutex(value) }

    var value: Value {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
