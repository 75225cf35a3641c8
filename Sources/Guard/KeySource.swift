public import VidimusJOSE

/// Where a verifier's keys come from: this process, or an issuer's JWKS.
///
/// A verifier keeps a copy of ``keys()`` and asks again when ``generation`` moved, so both must answer without
/// waiting for anything that takes long.
public protocol KeySource: Sendable {
    /// Rises whenever ``keys()`` would answer differently, not before it does; one atomic load.
    var generation: UInt64 { get }

    /// The keys that verify now.
    func keys() -> JWKSet

    /// Waits until the keys were fetched again, because a token names one that is not among them; a bounded time.
    ///
    /// The name is anybody's invention: a source must bound what it does for one, and for many.
    /// - Returns: whether the key may be there now; false at once if it cannot be fetched, or was just looked for.
    func learn(_ keyID: String) async -> Bool
}

extension KeySource {
    /// Keys that nobody has to fetch: false.
    public func learn(_ keyID: String) async -> Bool { false }
}
