import Synchronization
import VidimusDatabase

/// Follows the `changes` of the database and keeps this process's keys and statuses true to them.
///
/// The one way in which this process's own writes, the command line's and another node's are heard:
/// after each commit that announced something, before its caller is answered, and by polling.
package final class CommittedView: Sendable {
    private let statuses: StatusRegister
    private let keys: KeyRing
    private let seams: Seams
    private let head = Mutex<Int64?>(nil)
    /// Tells other processes what this one has applied.
    package let feed: ChangeFeed

    package init(statuses: StatusRegister, keys: KeyRing, seams: Seams) {
        self.statuses = statuses
        self.keys = keys
        self.seams = seams
        feed = ChangeFeed(statuses)
    }

    /// Reads everything once and listens from then on.
    package func start(
        pollEvery interval: Duration, failed: @escaping @Sendable (any Error) -> Void
    ) async throws {
        try await seams.database.observeChanges(
            ChangeObserver(
                changed: { try self.read($0) },
                confirmed: { [statuses, seams, feed] in
                    let now = seams.now()
                    statuses.confirm(at: now)
                    feed.confirm(at: now)
                },
                failed: { [feed] error in
                    feed.close()
                    failed(error)
                }),
            pollEvery: interval)
    }

    private func read(_ transaction: any Transaction) throws {
        try head.withLock { head in
            if let known = head, let changes = try Changes.after(known, in: transaction) {
                // Every change is applied before a reload is considered, so none can be skipped, and the
                // statuses before the keys, so that a key that cannot be opened keeps no revocation back.
                let applied = changes.map { statuses.apply($0) }
                if applied.contains(false) { try statuses.load(from: transaction) }
                if changes.contains(.keys) { try keys.load(from: transaction) }
                head = known + Int64(changes.count)
                // Last: what a listener hears of, this process has applied.
                feed.append(changes)
            } else {
                // The number comes first: what commits meanwhile is then read twice, not missed.
                let number = try Changes.head(in: transaction)
                try statuses.load(from: transaction)
                try keys.load(from: transaction)
                head = number
                feed.begin(
                    at: number, with: try Changes.latest(ChangeFeed.backlog, upTo: number, in: transaction))
            }
        }
    }
}
