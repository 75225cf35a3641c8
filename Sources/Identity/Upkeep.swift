import Synchronization
import VidimusDatabase
import VidimusJOSE

/// Forgets what can no longer matter: sessions, entries, changes and one-time tokens of the past.
package final class Upkeep: Sendable {
    private let seams: Seams
    private let policy: SessionPolicy
    private let auditKept: Duration
    private let slice: Int
    /// Where among the sessions the next run goes on.
    private let place = Mutex<[UInt8]>([])

    /// - Parameter slice: how many sessions a run looks through, so that no refresh waits long behind it.
    package init(_ seams: Seams, policy: SessionPolicy, auditKept: Duration, slice: Int = 5000) {
        self.auditKept = auditKept
        self.slice = slice
        self.seams = seams
        self.policy = policy
    }

    /// What must be there before the first request is answered.
    package func begin() async throws {
        let now = seams.now()
        try await seams.database.write { try StatusEntries.announceFirstList(now: now, in: $0) }
    }

    /// Forgets a part; called again and again it comes to everything.
    package func run() async throws {
        let now = seams.now()
        let place = place.withLock { $0 }
        let next = try await seams.database.write { [policy, auditKept, slice] transaction in
            let next = try Sessions.purge(
                now: now, policy: policy, after: place, slice: slice, in: transaction)
            try StatusEntries.purge(now: now, in: transaction)
            try OneTimeTokens.purge(now: now, in: transaction)
            try Changes.purge(now: now, in: transaction)
            try Audit.purge(before: now - auditKept, in: transaction)
            return next
        }
        self.place.withLock { $0 = next }
    }
}
