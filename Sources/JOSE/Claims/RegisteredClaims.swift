/// Where the registered claims (RFC 7519 §4.1) lie in a payload, noted while it is scanned: a walk of its own over the
/// members takes 0.04 µs a token.
struct RegisteredClaims: Sendable {
    enum Name: Int {
        case issuer, subject, audience, expiresAt, notBefore, issuedAt, tokenID

        /// The claim whose name has these three bytes.
        @inline(__always)
        init?(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
            // As one number: iss, sub, aud, exp, nbf, iat, jti.
            switch UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third) {
            case 0x69_7373: self = .issuer
            case 0x73_7562: self = .subject
            case 0x61_7564: self = .audience
            case 0x65_7870: self = .expiresAt
            case 0x6E_6266: self = .notBefore
            case 0x69_6174: self = .issuedAt
            case 0x6A_7469: self = .tokenID
            default: return nil
            }
        }
    }

    /// The node of each claim's value; 0, which is the payload's own node, if the claim is absent.
    private var nodes = InlineArray<7, UInt32>(repeating: 0)

    /// The node of a claim's value; nil if the claim is absent.
    @inline(__always)
    subscript(name: Name) -> Int? {
        get { nodes[name.rawValue] == 0 ? nil : Int(nodes[name.rawValue]) }
        set { nodes[name.rawValue] = UInt32(clamping: newValue ?? 0) }
    }
}
