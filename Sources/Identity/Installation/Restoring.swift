import VidimusDatabase
import VidimusJOSE

/// What happens to a database that comes back from a backup, so that nothing revoked comes back with it.
///
/// The backup does not know what was revoked after it was made. So nothing that was given out under it is good
/// any more: the epoch is in every MAC and in every list's address, and no key is left that verified anything.
package struct Restoring: Sendable {
    private let seams: Seams
    private let keys: SigningKeys

    package init(_ seams: Seams, masterKeys: MasterKeys) {
        self.seams = seams
        keys = SigningKeys(seams, masterKeys: masterKeys, schedule: KeySchedule())
    }

    package struct Outcome: Sendable, Equatable {
        package let epoch: Int64
        package let endedSessions: Int
    }

    /// An epoch that was never used, also not by a database that is lost or by an earlier restore of the same
    /// backup: at least the time in seconds.
    static func nextEpoch(after backup: Int64, replaced: Int64?, now: Timestamp) -> Int64 {
        max(backup &+ 1, (replaced ?? 0) &+ 1, now.seconds)
    }

    /// Begins the new epoch, in one transaction. The installation must be open to no other process.
    ///
    /// - Parameter replaced: the epoch of the database whose place this one takes, if it could be read.
    package func beginEpoch(replacing replaced: Int64?, origin: Origin) async throws -> Outcome {
        let entry = AuditID(random: seams.random)
        // Made outside the transaction, since making one takes a while. Nobody else writes meanwhile.
        let successors = try await keys.successors()
        return try await seams.database.write { [seams] transaction in
            let now = seams.now()
            let before = try transaction.first(
                SQL("SELECT epoch, change_head FROM installation WHERE id = 1"), [],
                { (epoch: try $0.integer(0), head: try $0.integer(1)) })
            guard let before else { throw Installation.nothingStored }
            let epoch = Self.nextEpoch(after: before.epoch, replaced: replaced, now: now)
            // Whoever followed the lost changes must never take a new one for one it has seen: fewer than one a
            // millisecond were ever made, and the gap makes every listener read everything.
            try transaction.execute(
                SQL("UPDATE installation SET epoch = $1, change_head = $2 WHERE id = 1"),
                [epoch, max(before.head &+ 1, now.milliseconds)])
            try transaction.execute(SQL("DELETE FROM changes"), [])

            let ended = try transaction.execute(
                SQL("UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL"), [now])
            try transaction.execute(SQL("DELETE FROM one_time_tokens"), [])
            // The rows of old sessions still name old lists, so these stay until no row does.
            try transaction.execute(
                SQL("UPDATE status_lists SET closed_at = $1 WHERE closed_at IS NULL"), [now])
            try transaction.execute(SQL("DELETE FROM status_entries"), [])
            try StatusEntries.announceList(now: now, in: transaction)

            try SigningKeys.removeAll(now: now, in: transaction)
            for successor in successors { try successor.carryOut(now: now, in: transaction) }
            try Changes.append(.keys, now: now, in: transaction)
            try Audit.record(
                .restored, origin: origin,
                detail: "epoch \(before.epoch) to \(epoch), \(ended) sessions ended, all keys replaced",
                id: entry, at: now, in: transaction)
            return Outcome(epoch: epoch, endedSessions: ended)
        }
    }
}
