public import VidimusJOSE
public import VidimusStatusList

/// Where a verifier's status lists come from: this process, or an issuer's lists and event stream.
///
/// A verifier keeps a copy of ``lists()`` and asks again when ``generation`` moved. A status raised in a list is
/// seen without that: the lists themselves are shared.
public protocol StatusSource: Sendable {
    /// Rises when the set of lists changes, not before ``lists()`` shows it, and not on each status; one atomic load.
    var generation: UInt64 { get }

    /// The lists by their full address. Addresses come from configuration, never from a token.
    func lists() -> [String: StatusList]

    /// When this view was last confirmed with the issuer; nil as long as there never was a first list.
    var confirmedAt: Timestamp? { get }
}
