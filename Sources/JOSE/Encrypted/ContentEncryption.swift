/// How the content of an encrypted token is encrypted: `enc` of JWE (RFC 7518 §5.1). All of them authenticate
/// the content and the header.
public enum ContentEncryption: String, Sendable, CaseIterable, Hashable {
    /// AES-GCM with 128 bits.
    case a128GCM = "A128GCM"
    /// AES-GCM with 192 bits.
    case a192GCM = "A192GCM"
    /// AES-GCM with 256 bits.
    case a256GCM = "A256GCM"
    /// AES-CBC with 128 bits, then HMAC-SHA-256 cut to 128 bits.
    case a128CBCHS256 = "A128CBC-HS256"
    /// AES-CBC with 192 bits, then HMAC-SHA-384 cut to 192 bits.
    case a192CBCHS384 = "A192CBC-HS384"
    /// AES-CBC with 256 bits, then HMAC-SHA-512 cut to 256 bits.
    case a256CBCHS512 = "A256CBC-HS512"

    /// The encryption of a name in a header or JWK, exactly as registered.
    public init?(name: String) {
        self.init(exactly: name)
    }

    /// Bytes in the content key; for CBC, that of the HMAC and that of AES together.
    public var keyBytes: Int {
        switch self {
        case .a128GCM: 16
        case .a192GCM: 24
        case .a256GCM, .a128CBCHS256: 32
        case .a192CBCHS384: 48
        case .a256CBCHS512: 64
        }
    }

    /// Bytes in the initialization vector.
    var ivBytes: Int {
        isGCM ? 12 : 16
    }

    /// Bytes in the authentication tag.
    var tagBytes: Int {
        isGCM ? 16 : keyBytes / 2
    }

    var isGCM: Bool {
        switch self {
        case .a128GCM, .a192GCM, .a256GCM: true
        case .a128CBCHS256, .a192CBCHS384, .a256CBCHS512: false
        }
    }
}
