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
}
