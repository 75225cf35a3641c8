import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A private key, or secret, tied to the one algorithm it signs with.
enum Signer: Sendable {
    case hs256(KeyedHash<SHA256State>)
    case hs384(KeyedHash<SHA384State>)
    case hs512(KeyedHash<SHA512State>)
    case rsa(_RSA.Signing.PrivateKey, SignatureAlgorithm)
    case es256(P256.Signing.PrivateKey)
    case es384(P384.Signing.PrivateKey)
    case es512(P521.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
    case mlDSA65(MLDSA65.PrivateKey)

    /// - Throws: `invalid_key` if the key is public or the algorithm is of another kind of key, `weak_key`
    ///   for a short secret.
    init(_ material: KeyMaterial, _ algorithm: SignatureAlgorithm) throws(JOSEError) {
        guard material.isPrivate else { throw JOSEError(.invalidKey, "a public key cannot sign") }
        try material.check(for: algorithm)
        switch material {
        case .symmetric(let secret):
            switch algorithm.hashBytes {
            case 32: self = .hs256(KeyedHash(secret: secret))
            case 48: self = .hs384(KeyedHash(secret: secret))
            default: self = .hs512(KeyedHash(secret: secret))
            }
        case .rsa(_, _, let key?): self = .rsa(key, algorithm)
        case .p256(_, let key?): self = .es256(key)
        case .p384(_, let key?): self = .es384(key)
        case .p521(_, let key?): self = .es512(key)
        case .ed25519(_, let key?): self = .ed25519(key)
        case .mlDSA65(_, let key?): self = .mlDSA65(key)
        default: throw JOSEError(.invalidKey, "a public key cannot sign")
        }
    }

    /// Calls with the signature over `input` in the form of JWS (RFC 7518 §3), where it lies: no array is made of it.
    func withSignature<Result>(
        over input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws -> Result {
        switch self {
        case .hs256(let key): key.withCode(of: input, body)
        case .hs384(let key): key.withCode(of: input, body)
        case .hs512(let key): key.withCode(of: input, body)
        case .rsa(let key, let algorithm): try signature(input, key, algorithm).withUnsafeBytes(body)
        case .es256(let key):
            try key.signature(for: SHA256.digest(of: input)).rawRepresentation.withUnsafeBytes(body)
        case .es384(let key):
            try key.signature(for: SHA384.digest(of: input)).rawRepresentation.withUnsafeBytes(body)
        case .es512(let key):
            try key.signature(for: SHA512.digest(of: input)).rawRepresentation.withUnsafeBytes(body)
        case .ed25519(let key): try key.signature(for: input).withUnsafeBytes(body)
        case .mlDSA65(let key): try key.signature(for: input).withUnsafeBytes(body)
        }
    }

    private func signature(
        _ input: UnsafeRawBufferPointer, _ key: _RSA.Signing.PrivateKey, _ algorithm: SignatureAlgorithm
    ) throws -> Data {
        // PSS takes a salt as long as the digest (RFC 7518 §3.5).
        let padding: _RSA.Signing.Padding = algorithm.isPSS ? .PSS : .insecurePKCS1v1_5
        let signature =
            switch algorithm.hashBytes {
            case 32: try key.signature(for: SHA256.digest(of: input), padding: padding)
            case 48: try key.signature(for: SHA384.digest(of: input), padding: padding)
            default: try key.signature(for: SHA512.digest(of: input), padding: padding)
            }
        return signature.rawRepresentation
    }
}

extension HashFunction {
    /// The digest of `input`, in the type that swift-crypto signs.
    fileprivate static func digest(of input: UnsafeRawBufferPointer) -> Digest {
        var hash = Self()
        hash.update(bufferPointer: input)
        return hash.finalize()
    }
}
