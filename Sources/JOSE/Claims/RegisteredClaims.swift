/// Where the registered claims (RFC 7519 §4.1) lie in a payload, noted while it is scanned: a walk of its own over the
/// members takes 0.04 µs a token.
struct RegisteredClaims: Sendable {
    /// The node of a claim's value; 0, which is the payload's own node, if the claim is absent.
    private struct Place: Sendable {
        private var node: UInt32 = 0

        var found: Int? {
            get { node == 0 ? nil : Int(node) }
            set { node = UInt32(clamping: newValue ?? 0) }
        }
    }

    private var places = (Place(), Place(), Place(), Place(), Place(), Place(), Place())

    var issuer: Int? { places.0.found }
    var subject: Int? { places.1.found }
    var audience: Int? { places.2.found }
    var expiresAt: Int? { places.3.found }
    var notBefore: Int? { places.4.found }
    var issuedAt: Int? { places.5.found }
    var tokenID: Int? { places.6.found }

    /// Notes a member of the payload if its name has these three bytes.
    /// - Parameter value: its node.
    /// - Returns: whether it is a registered claim.
    @inline(__always)
    mutating func note(_ first: UInt8, _ second: UInt8, _ third: UInt8, value: Int) -> Bool {
        switch Self.number(first, second, third) {
        case Self.iss: places.0.found = value
        case Self.sub: places.1.found = value
        case Self.aud: places.2.found = value
        case Self.exp: places.3.found = value
        case Self.nbf: places.4.found = value
        case Self.iat: places.5.found = value
        case Self.jti: places.6.found = value
        default: return false
        }
        return true
    }

    /// The node of the claim whose name has these three bytes, nil if it is absent; nothing if no registered claim has
    /// that name.
    @inline(__always)
    func named(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> (node: Int?, isRegistered: Bool) {
        switch Self.number(first, second, third) {
        case Self.iss: (issuer, true)
        case Self.sub: (subject, true)
        case Self.aud: (audience, true)
        case Self.exp: (expiresAt, true)
        case Self.nbf: (notBefore, true)
        case Self.iat: (issuedAt, true)
        case Self.jti: (tokenID, true)
        default: (nil, false)
        }
    }

    /// Three bytes as one number.
    @inline(__always)
    private static func number(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
        UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
    }

    private static var iss: UInt32 { 0x69_7373 }
    private static var sub: UInt32 { 0x73_7562 }
    private static var aud: UInt32 { 0x61_7564 }
    private static var exp: UInt32 { 0x65_7870 }
    private static var nbf: UInt32 { 0x6E_6266 }
    private static var iat: UInt32 { 0x69_6174 }
    private static var jti: UInt32 { 0x6A_7469 }
}
