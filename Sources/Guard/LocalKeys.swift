import Synchronization
public import VidimusJOSE

/// Keys held in this process: an issuer guarding its own routes, or a service with a fixed set.
public final class LocalKeys: KeySource {
    private let current: Mutex<JWKSet>
    private let changes = Atomic<UInt64>(1)

    /// A source that gives out `keys` until they are replaced.
    public init(_ keys: JWKSet) {
        current = Mutex(keys)
    }

    /// Rises with every ``replace(with:)``.
    public var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The keys that verify now.
    public func keys() -> JWKSet { current.withLock { $0 } }

    /// Puts `keys` in the place of those before. When this returns, no verification that begins later accepts a
    /// token by a key that is gone, remembered or not.
    public func replace(with keys: JWKSet) {
        current.withLock { $0 = keys }
        // After the keys: who sees the new generation also sees the new keys.
        changes.wrappingAdd(1, ordering: .releasing)
    }
}
