import Synchronization
import VidimusDatabase

/// An observer that writes down what it is told, in order.
final class Watcher: Sendable {
    enum Event: Equatable, Sendable {
        /// Told that something changed; what it then read.
        case changed([Int64])
        case confirmed
        case failed
    }

    struct Unreadable: Error {}

    private let log = Mutex<[Event]>([])
    private let failures = Mutex(0)

    var events: [Event] { log.withLock { $0 } }

    var observer: ChangeObserver {
        ChangeObserver(
            changed: { transaction in
                let mustFail = self.failures.withLock { failures in
                    defer { failures = max(0, failures - 1) }
                    return failures > 0
                }
                if mustFail { throw Unreadable() }
                let ids = try transaction.ids()
                self.log.withLock { $0.append(.changed(ids)) }
            },
            confirmed: { self.log.withLock { $0.append(.confirmed) } },
            failed: { _ in self.log.withLock { $0.append(.failed) } })
    }

    /// The next times it is told of a change, it cannot read it.
    func failNext(_ count: Int) { failures.withLock { $0 = count } }

    func forget() { log.withLock { $0 = [] } }

    /// Waits until something was heard, at most a while.
    func hears(within limit: Duration = .seconds(20), _ expected: ([Event]) -> Bool) async -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if expected(events) { return true }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return expected(events)
    }
}
