import Synchronization
public import VidimusJOSE
public import VidimusStatusList

/// Status lists held in this process: an issuer guarding its own routes.
public final class LocalStatus: StatusSource {
    private let announced = Mutex<[String: StatusList]>([:])
    private let changes = Atomic<UInt64>(1)
    private let confirmed = Atomic<Int64>(neverConfirmed)
    private static let neverConfirmed = Int64.min

    /// A source without lists, never confirmed: every token with a status is refused.
    public init() {}

    /// Rises when a list is announced or dropped.
    public var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The lists by their full address.
    public func lists() -> [String: StatusList] { announced.withLock { $0 } }

    /// When ``confirm(at:)`` was last called.
    public var confirmedAt: Timestamp? {
        let milliseconds = confirmed.load(ordering: .acquiring)
        return milliseconds == Self.neverConfirmed ? nil : Timestamp(milliseconds: milliseconds)
    }

    /// Makes a list known at its full address, in the place of one that was there.
    public func announce(_ list: StatusList, at uri: String) {
        announced.withLock { $0[uri] = list }
        changes.wrappingAdd(1, ordering: .releasing)
    }

    /// Forgets a list. When this returns, every token that refers to it is refused.
    public func drop(_ uri: String) {
        announced.withLock { _ = $0.removeValue(forKey: uri) }
        changes.wrappingAdd(1, ordering: .releasing)
    }

    /// Raises one entry. When this returns, every verification that begins later sees it.
    /// - Returns: whether the entry rose; false if it stood there already, or there is no such list or entry.
    @discardableResult
    public func raise(_ entry: StatusReference, to status: Status) -> Bool {
        guard let list = announced.withLock({ $0[entry.list] }) else { return false }
        return list.raise(entry.index, to: status)
    }

    /// Says that at `time` the lists held everything the database knew.
    public func confirm(at time: Timestamp) {
        confirmed.store(max(time.milliseconds, Self.neverConfirmed + 1), ordering: .releasing)
    }
}
