/// How the content key of an encrypted token is agreed on or carried: `alg` of JWE (RFC 7518 §4.1, RFC 8037).
///
/// `RSA1_5` is not among them: its padding answers whoever asks often enough. A key carries exactly one; a
/// header never chooses.
public enum KeyManagementAlgorithm: String, Sendable, CaseIterable, Hashable {
    /// The shared secret is the content key.
    case direct = "dir"
    /// AES key wrap with 128 bits (RFC 3394).
    case a128KW = "A128KW"
    /// AES key wrap with 192 bits.
    case a192KW = "A192KW"
    /// AES key wrap with 256 bits.
    case a256KW = "A256KW"
    /// The content key sealed by AES-GCM with 128 bits.
    case a128GCMKW = "A128GCMKW"
    /// The content key sealed by AES-GCM with 192 bits.
    case a192GCMKW = "A192GCMKW"
    /// The content key sealed by AES-GCM with 256 bits.
    case a256GCMKW = "A256GCMKW"
    /// Ephemeral Diffie-Hellman on P-256, P-384, P-521 or X25519; the result is the content key.
    case ecdhES = "ECDH-ES"
    /// Ephemeral Diffie-Hellman, then AES key wrap with 128 bits.
    case ecdhESA128KW = "ECDH-ES+A128KW"
    /// Ephemeral Diffie-Hellman, then AES key wrap with 192 bits.
    case ecdhESA192KW = "ECDH-ES+A192KW"
    /// Ephemeral Diffie-Hellman, then AES key wrap with 256 bits.
    case ecdhESA256KW = "ECDH-ES+A256KW"
    /// RSAES-OAEP with SHA-256.
    case rsaOAEP256 = "RSA-OAEP-256"
    /// RSAES-OAEP with SHA-1, for peers that have nothing else. What is broken in SHA-1 (collisions) is not
    /// what OAEP leans on; still, no key has it unless it or the caller says so.
    case rsaOAEP = "RSA-OAEP"
    /// PBKDF2 with HMAC-SHA-256 over a passphrase, then AES key wrap with 128 bits.
    case pbes2HS256A128KW = "PBES2-HS256+A128KW"
    /// PBKDF2 with HMAC-SHA-384 over a passphrase, then AES key wrap with 192 bits.
    case pbes2HS384A192KW = "PBES2-HS384+A192KW"
    /// PBKDF2 with HMAC-SHA-512 over a passphrase, then AES key wrap with 256 bits.
    case pbes2HS512A256KW = "PBES2-HS512+A256KW"

    /// The algorithm of a name in a header or JWK, exactly as registered.
    public init?(name: String) {
        self.init(exactly: name)
    }

    /// What the algorithms have in common, and the bytes of the AES key that wraps.
    enum Family: Equatable {
        case direct
        case keyWrap(Int)
        case gcmKeyWrap(Int)
        /// Nil where what is agreed on is the content key itself.
        case agreement(Int?)
        case rsa
        case passphrase(Int)
    }

    var family: Family {
        switch self {
        case .direct: .direct
        case .a128KW: .keyWrap(16)
        case .a192KW: .keyWrap(24)
        case .a256KW: .keyWrap(32)
        case .a128GCMKW: .gcmKeyWrap(16)
        case .a192GCMKW: .gcmKeyWrap(24)
        case .a256GCMKW: .gcmKeyWrap(32)
        case .ecdhES: .agreement(nil)
        case .ecdhESA128KW: .agreement(16)
        case .ecdhESA192KW: .agreement(24)
        case .ecdhESA256KW: .agreement(32)
        case .rsaOAEP256, .rsaOAEP: .rsa
        case .pbes2HS256A128KW: .passphrase(16)
        case .pbes2HS384A192KW: .passphrase(24)
        case .pbes2HS512A256KW: .passphrase(32)
        }
    }

    /// Whether the token carries no encrypted key, because there is nothing to carry (RFC 7516 §5.1).
    var carriesNoKey: Bool {
        family == .direct || family == .agreement(nil)
    }

    /// Why a name is not one of ours.
    static func refusal(ofName name: String) -> JOSEError {
        guard SignatureAlgorithm(name: name) == nil else {
            return JOSEError(
                .unsupportedAlgorithm, "alg \(name.quoted) is for signatures, not for encryption")
        }
        guard name.isIdentical(to: "RSA1_5") else {
            return JOSEError(
                .unsupportedAlgorithm, "alg \(name.quoted) is not a key management algorithm we have")
        }
        return JOSEError(
            .unsupportedAlgorithm, "alg 'RSA1_5' is never accepted: its padding leaks; use RSA-OAEP-256")
    }
}
