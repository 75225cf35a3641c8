import Synchronization

/// How many may listen at once.
final class ListenerRoom: Sendable {
    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    var isFull: Bool { taken.withLock { $0 >= limit } }

    /// Takes a place; false if there is none.
    func enter() -> Bool {
        taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
    }

    func leave() { taken.withLock { $0 -= 1 } }
}
