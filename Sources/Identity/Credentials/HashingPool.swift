import NIOPosix
import Synchronization

/// A few threads that hash passwords, and a queue before them that has an end.
///
/// A hash is dear by intent; without a bound a burst of sign-ins would take all memory and every core.
package final class HashingPool: Sendable {
    private let threads: NIOThreadPool
    private let waiting = Atomic<Int>(0)
    /// How much of it is each network's.
    private let shares = Mutex<[String: Int]>([:])
    private let queueLimit: Int
    private let hashed: @Sendable (Duration) -> Void

    /// The queue is full: try again in a moment.
    package struct Overloaded: Error {}

    /// - Parameter hashed: told how long each piece of work took, without its wait.
    package init(
        threads count: Int, queueLimit: Int, hashed: @escaping @Sendable (Duration) -> Void = { _ in }
    ) {
        self.hashed = hashed
        threads = NIOThreadPool(numberOfThreads: max(1, count))
        self.queueLimit = queueLimit + max(1, count)
        threads.start()
    }

    /// Hashes that wait or run.
    package var depth: Int { waiting.load(ordering: .relaxed) }

    /// Runs work on a thread of the pool; throws ``Overloaded`` at once when too much waits already.
    ///
    /// Once the queue is half full, no network has more than a quarter of it: one that sends as much as it can, with
    /// passwords that are right, does not close the door to everybody else.
    /// - Parameter address: whose work it is; nil for our own.
    func run<T: Sendable>(
        for address: String? = nil, _ work: @escaping @Sendable () throws -> T
    ) async throws -> T {
        let ahead = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
        guard ahead < queueLimit else { throw Overloaded() }
        let network = address.map(AttemptLimits.network)
        let share = network.map(take) ?? 0
        defer { if let network { giveBack(network) } }
        guard ahead < queueLimit / 2 || share <= max(1, queueLimit / 4) else { throw Overloaded() }
        return try await threads.runIfActive { [hashed] in
            let start = ContinuousClock.now
            defer { hashed(ContinuousClock.now - start) }
            return try work()
        }
    }

    private func take(_ network: String) -> Int {
        shares.withLock { shares in
            let share = shares[network, default: 0] + 1
            shares[network] = share
            return share
        }
    }

    private func giveBack(_ network: String) {
        shares.withLock { shares in
            let share = (shares[network] ?? 1) - 1
            shares[network] = share > 0 ? share : nil
        }
    }

    package func close() async {
        try? await threads.shutdownGracefully()
    }
}
