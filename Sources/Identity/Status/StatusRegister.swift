import Synchronization
import VidimusDatabase
package import VidimusJOSE
package import VidimusStatusList

/// What this process knows of the statuses that are committed: the lists in memory, and how fresh.
///
/// Rebuilt from the rows at start and fed by ``Changes`` from then on, whoever wrote them. Statuses are
/// merged by maximum, so a change that arrives twice or late does no harm.
package final class StatusRegister: Sendable {
    private struct View {
        var lists: [Int64: StatusList] = [:]
    }

    private let view = Mutex(View())
    private let confirmed = Atomic<Int64>(.min)
    private let version = Atomic<UInt64>(0)
    private let prefix: String
    private let base: String

    /// Lists are known to verifiers as `base` + `EPOCH.LIST`, for example
    /// `https://id.example/status/1.1`.
    package init(base: String, epoch: Int64) {
        prefix = base
        self.base = "\(base)\(epoch)."
    }

    /// Rises when a list is announced or dropped.
    package var generation: UInt64 { version.load(ordering: .acquiring) }

    /// When the database last confirmed that nothing is left unread; nil before the first time.
    package var confirmedAt: Timestamp? {
        let milliseconds = confirmed.load(ordering: .relaxed)
        return milliseconds == .min ? nil : Timestamp(milliseconds: milliseconds)
    }

    /// The lists by the address that tokens carry.
    package func lists() -> [String: StatusList] {
        view.withLock { view in
            Dictionary(uniqueKeysWithValues: view.lists.map { (address(of: $0.key), $0.value) })
        }
    }

    func address(of list: Int64) -> String { base + String(list) }

    /// The address of the list with a name such as `1.1`, whether it exists or not.
    package func address(named name: String) -> String { prefix + name }

    func confirm(at now: Timestamp) {
        confirmed.store(now.milliseconds, ordering: .relaxed)
    }

    /// Reads every list and entry anew.
    func load(from transaction: any Transaction) throws {
        let sizes = try transaction.rows(SQL("SELECT id, size FROM status_lists"), []) {
            (id: try $0.integer(0), size: Int(try $0.integer(1)))
        }
        let known = view.withLock { $0.lists }
        // A list that is known stays the same object: what it learnt is never unlearnt.
        let lists = Dictionary(
            uniqueKeysWithValues: sizes.map { ($0.id, known[$0.id] ?? StatusList(size: $0.size)) })
        _ = try transaction.rows(SQL("SELECT list, idx, status FROM status_entries"), []) { row in
            let list = lists[try row.integer(0)]
            list?.raise(Int(try row.integer(1)), to: Status(stored: try row.integer(2)))
        }
        // Shown only now: nobody sees a new list before it holds what is known of it.
        view.withLock { $0.lists = lists }
        version.wrappingAdd(1, ordering: .releasing)
    }

    /// Applies one change; false when it needs ``load(from:)``.
    func apply(_ change: Change) -> Bool {
        switch change {
        case .status(let place, let status):
            guard let list = view.withLock({ $0.lists[place.list] }) else { return false }
            list.raise(place.index, to: status)
            return true
        case .list, .dropped:
            return false
        case .keys:
            return true
        }
    }
}
