import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

/// Something every verifier must hear of.
enum Change: Sendable, Equatable {
    case status(StatusEntries.Place, Status)
    /// A list that will be used soon.
    case list(Int64)
    /// A list no living token refers to.
    case dropped(Int64)
    case keys
}

/// The numbered log of changes. A change is written in the transaction that makes it true, under one
/// locked counter, so that the numbers are in commit order and have no gaps.
enum Changes {
    static func append(_ change: Change, now: Timestamp, in transaction: any Transaction) throws {
        let number = try transaction.first(
            SQL("UPDATE installation SET change_head = change_head + 1 WHERE id = 1 RETURNING change_head"),
            [], { try $0.integer(0) })
        guard let number else { throw DatabaseError(.failed, "the installation has no row") }
        let columns: (kind: String, list: Int64?, index: Int?, status: Int?) =
            switch change {
            case .status(let place, let status): ("status", place.list, place.index, Int(status.rawValue))
            case .list(let list): ("list", list, nil, nil)
            case .dropped(let list): ("dropped", list, nil, nil)
            case .keys: ("keys", nil, nil, nil)
            }
        try transaction.execute(
            SQL("INSERT INTO changes (number, kind, list, idx, status, at) VALUES ($1, $2, $3, $4, $5, $6)"),
            [number, columns.kind, columns.list, columns.index, columns.status, now])
        transaction.announceChange()
    }

    static func head(in transaction: any Transaction) throws -> Int64 {
        try transaction.first(
            SQL("SELECT change_head FROM installation WHERE id = 1"), [], { try $0.integer(0) }) ?? 0
    }

    /// The changes after a number, or nil when some of them were purged already.
    static func after(_ number: Int64, in transaction: any Transaction) throws -> [Change]? {
        let changes = try transaction.rows(
            SQL("SELECT number, kind, list, idx, status FROM changes WHERE number > $1 ORDER BY number"),
            [number], { (number: try $0.integer(0), change: try Change(row: $0)) })
        let head = try head(in: transaction)
        guard Int64(changes.count) == head - number else { return nil }
        return changes.map(\.change)
    }

    /// The changes that led to a number, the last at most `limit` of them, without gaps.
    static func latest(_ limit: Int, upTo head: Int64, in transaction: any Transaction) throws -> [Change] {
        let changes = try transaction.rows(
            SQL(
                """
                SELECT number, kind, list, idx, status FROM changes WHERE number > $1 AND number <= $2
                ORDER BY number
                """), [head - Int64(limit), head],
            { (number: try $0.integer(0), change: try Change(row: $0)) })
        // A restore leaves a gap; what lies before it is of another time.
        return changes.enumerated().filter { position, change in
            change.number == head - Int64(changes.count - 1 - position)
        }.map(\.element.change)
    }

    /// Kept long enough for a listener that was away a while; one that was away longer reads everything.
    static func purge(now: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(SQL("DELETE FROM changes WHERE at < $1"), [now - .seconds(86_400)])
    }
}

extension Change {
    fileprivate init(row: any Row) throws {
        switch try row.text(1) {
        case "keys": self = .keys
        case "list": self = .list(try row.integer(2))
        case "dropped": self = .dropped(try row.integer(2))
        default:
            let place = StatusEntries.Place(list: try row.integer(2), index: Int(try row.integer(3)))
            self = .status(place, Status(stored: try row.integer(4)))
        }
    }
}

extension Status {
    /// What cannot be read is refused, never taken for valid.
    init(stored number: Int64) {
        self = UInt8(exactly: number).flatMap(Status.init(rawValue:)) ?? .revoked
    }
}
