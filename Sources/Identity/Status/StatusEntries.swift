import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

/// The rows behind the status lists: which index is next, and which entries are no longer valid.
enum StatusEntries {
    /// Where an index stands: the list's row and the place in it.
    struct Place: Sendable, Equatable {
        let list: Int64
        let index: Int
    }

    /// An access token lives at most a day (``SessionPolicy``), so after this its entry can go.
    static let keptFor = Duration.seconds(86_400 + 600)

    /// Hands out an index that was never handed out before.
    ///
    /// The next list is announced while an eighth of the current one is left, so that every verifier
    /// knows it before its first index is used.
    static func allocate(now: Timestamp, in transaction: any Transaction) throws -> Place {
        if let place = try allocateFromOpenList(now: now, in: transaction) { return place }
        try announceList(now: now, in: transaction)
        guard let place = try allocateFromOpenList(now: now, in: transaction) else {
            throw DatabaseError(.failed, "no status list has room")
        }
        return place
    }

    private static func allocateFromOpenList(now: Timestamp, in transaction: any Transaction) throws -> Place?
    {
        let taken = try transaction.first(
            SQL(
                """
                UPDATE status_lists SET next = next + 1,
                    closed_at = CASE WHEN next + 1 >= size THEN $1 ELSE closed_at END
                WHERE id = (SELECT min(id) FROM status_lists WHERE closed_at IS NULL)
                RETURNING id, next - 1, size
                """), [now],
            { (list: try $0.integer(0), index: Int(try $0.integer(1)), size: Int(try $0.integer(2))) })
        guard let taken else { return nil }
        if taken.index == taken.size - taken.size / 8 - 1 { try announceList(now: now, in: transaction) }
        return Place(list: taken.list, index: taken.index)
    }

    /// Announces the first list of an installation, long before a verifier meets its first index.
    static func announceFirstList(now: Timestamp, in transaction: any Transaction) throws {
        let open = try transaction.first(
            SQL("SELECT count(*) FROM status_lists WHERE closed_at IS NULL"), [], { try $0.integer(0) })
        if open == 0 { try announceList(now: now, in: transaction) }
    }

    static func announceList(
        size: Int = StatusList.standardSize, now: Timestamp, in transaction: any Transaction
    ) throws {
        let id = try transaction.first(
            SQL(
                """
                INSERT INTO status_lists (id, size, next, announced_at)
                SELECT coalesce(max(id), 0) + 1, $1, 0, $2 FROM status_lists
                RETURNING id
                """), [size, now], { try $0.integer(0) })
        try Changes.append(.list(id ?? 0), now: now, in: transaction)
    }

    /// Raises an entry, never lowers it, and tells the verifiers if it rose.
    static func raise(_ place: Place, to status: Status, now: Timestamp, in transaction: any Transaction)
        throws
    {
        // The severity of a status is not its number: valid 0 < stale 3 < suspended 2 < revoked 1.
        let risen = try transaction.execute(
            SQL(
                """
                INSERT INTO status_entries (list, idx, status, keep_until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (list, idx) DO UPDATE
                SET status = excluded.status, keep_until = excluded.keep_until
                WHERE CASE status_entries.status WHEN 1 THEN 3 WHEN 2 THEN 2 WHEN 3 THEN 1 ELSE 0 END
                    < CASE excluded.status WHEN 1 THEN 3 WHEN 2 THEN 2 WHEN 3 THEN 1 ELSE 0 END
                """), [place.list, place.index, Int(status.rawValue), now + keptFor])
        if risen > 0 { try Changes.append(.status(place, status), now: now, in: transaction) }
    }

    /// Forgets entries no living token can carry, and whole lists nothing refers to any more.
    static func purge(now: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(SQL("DELETE FROM status_entries WHERE keep_until < $1"), [now])
        let dropped = try transaction.rows(
            SQL(
                """
                DELETE FROM status_lists
                WHERE closed_at < $1
                    AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.list = status_lists.id)
                    AND NOT EXISTS (SELECT 1 FROM clients WHERE clients.list = status_lists.id)
                    AND NOT EXISTS (SELECT 1 FROM status_entries WHERE status_entries.list = status_lists.id)
                RETURNING id
                """), [now - keptFor], { try $0.integer(0) })
        for list in dropped { try Changes.append(.dropped(list), now: now, in: transaction) }
    }
}
