import VidimusDatabase
import VidimusJOSE

/// Forgets what can no longer matter: sessions, entries, changes and one-time tokens of the past.
package struct Upkeep: Sendable {
    private let seams: Seams
    private let policy: SessionPolicy
    private let auditKept: Duration

    package init(_ seams: Seams, policy: SessionPolicy, auditKept: Duration) {
        self.auditKept = auditKept
        self.seams = seams
        self.policy = policy
    }

    /// What must be there before the first request is answered.
    package func begin() async throws {
        let now = seams.now()
        try await seams.database.write { try StatusEntries.announceFirstList(now: now, in: $0) }
    }

    package func run() async throws {
        let now = seams.now()
        try await seams.database.write { [policy, auditKept] transaction in
            try Sessions.purge(now: now, policy: policy, in: transaction)
            try StatusEntries.purge(now: now, in: transaction)
            try OneTimeTokens.purge(now: now, in: transaction)
            try Changes.purge(now: now, in: transaction)
            try Audit.purge(before: now - auditKept, in: transaction)
        }
    }
}
