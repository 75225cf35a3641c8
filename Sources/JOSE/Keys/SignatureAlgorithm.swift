/// The signature algorithms of JWS that we have (RFC 7518 §3.1, RFC 8037, RFC 9864, RFC 9964).
///
/// `none` is not among them. A key carries exactly one; a header never chooses.
public enum SignatureAlgorithm: String, Sendable, CaseIterable, Hashable {
    /// HMAC with SHA-256.
    case hs256 = "HS256"
    /// HMAC with SHA-384.
    case hs384 = "HS384"
    /// HMAC with SHA-512.
    case hs512 = "HS512"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rs384 = "RS384"
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rs512 = "RS512"
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    case ps256 = "PS256"
    /// RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    case ps384 = "PS384"
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    case ps512 = "PS512"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// ECDSA on P-521 with SHA-512.
    case es512 = "ES512"
    /// EdDSA on edwards25519; `EdDSA` (RFC 8037) is its older name.
    case ed25519 = "Ed25519"
    /// ML-DSA-65 of FIPS 204, which holds against quantum computers; its signatures have 3309 bytes.
    case mlDSA65 = "ML-DSA-65"

    /// The algorithm of a name in a header or JWK, exactly as registered; `EdDSA` is ``ed25519``.
    public init?(name: String) {
        if name.isIdentical(to: Self.olderEd25519Name) {
            self = .ed25519
        } else {
            self.init(exactly: name)
        }
    }

    /// Whether an RSA key is what it takes.
    var isRSA: Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: true
        default: false
        }
    }

    /// Whether one secret both signs and verifies.
    public var isSymmetric: Bool {
        switch self {
        case .hs256, .hs384, .hs512: true
        default: false
        }
    }

    /// Bytes in the digest: also the least length of an HMAC secret (RFC 7518 §3.2), and the salt of PSS.
    public var hashBytes: Int {
        switch self {
        case .hs256, .rs256, .ps256, .es256: 32
        case .hs384, .rs384, .ps384, .es384: 48
        case .hs512, .rs512, .ps512, .es512, .ed25519, .mlDSA65: 64
        }
    }

    static let olderEd25519Name = "EdDSA"
}

extension RawRepresentable<String> {
    /// The case of a name, compared by code points: a `String` equals any canonically equivalent one, and
    /// "O\u{212A}P", with a Kelvin sign, would pass for "OKP".
    init?(exactly name: String) {
        self.init(rawValue: name)
        guard rawValue.isIdentical(to: name) else { return nil }
    }
}
