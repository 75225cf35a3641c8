/// Where a token stands between its issue and its expiry, in the two bits that
/// draft-ietf-oauth-status-list §7 gives each entry of a list.
///
/// The raw value is what stands in the list. The order is another one, by severity:
/// `valid < stale < suspended < revoked`. A status only ever rises in that order.
public enum Status: UInt8, Sendable, Hashable, CaseIterable {
    /// Nothing was said against the token.
    case valid = 0
    /// The token is dead for good; the draft's `INVALID`.
    case revoked = 1
    /// The account is switched off for now. This token stays dead; its successor may live.
    case suspended = 2
    /// The account's rights changed, so refresh; the draft's `APPLICATION_SPECIFIC`.
    case stale = 3
}

extension Status: Comparable {
    /// How grave the status is: 0 valid, 1 stale, 2 suspended, 3 revoked.
    ///
    /// The three statuses that refuse stand in the list in the opposite order of their severity, so
    /// a negation modulo four turns one order into the other.
    var severity: UInt8 { (4 - rawValue) & 3 }

    /// Whether the left status is less severe than the right one.
    public static func < (left: Status, right: Status) -> Bool { left.severity < right.severity }
}
