import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A public key, or secret, tied to the one algorithm it verifies.
enum Verifier: Sendable {
    case hs256(KeyedHash<SHA256State>)
    case hs384(KeyedHash<SHA384State>)
    case hs512(KeyedHash<SHA512State>)
    case rsa(RSAVerificationKey, modulusBytes: Int, SignatureAlgorithm)
    case es256(CurveVerificationKey)
    case es384(CurveVerificationKey)
    case es512(CurveVerificationKey)
    case ed25519(Curve25519.Signing.PublicKey)
    case mlDSA65(MLDSA65.PublicKey)

    /// - Throws: `invalid_key` if the algorithm is of another kind of key, `weak_key` for a short secret.
    init(_ material: KeyMaterial, _ algorithm: SignatureAlgorithm) throws(JOSEError) {
        try material.check(for: algorithm)
        switch material {
        case .symmetric(let secret):
            switch algorithm.hashBytes {
            case 32: self = .hs256(KeyedHash(secret: secret))
            case 48: self = .hs384(KeyedHash(secret: secret))
            default: self = .hs512(KeyedHash(secret: secret))
            }
        case .rsa(let key, let bytes, _):
            self = .rsa(try RSAVerificationKey(key), modulusBytes: bytes, algorithm)
        case .p256(let key, _): self = .es256(try CurveVerificationKey(key.x963Representation, on: .p256))
        case .p384(let key, _): self = .es384(try CurveVerificationKey(key.x963Representation, on: .p384))
        case .p521(let key, _): self = .es512(try CurveVerificationKey(key.x963Representation, on: .p521))
        case .ed25519(let key, _): self = .ed25519(key)
        case .mlDSA65(let key, _): self = .mlDSA65(key)
        case .x25519: throw KeyMaterial.notFor(algorithm)
        }
    }

    /// How many bytes a signature has.
    var signatureBytes: Int {
        switch self {
        case .hs256: 32
        case .hs384: 48
        case .hs512, .es256, .ed25519: 64
        case .es384: 96
        case .es512: 132
        case .rsa(_, let modulusBytes, _): modulusBytes
        case .mlDSA65: 3_309
        }
    }

    /// Whether `signature` is this key's over `input`: exact lengths only, HMAC compared in constant time.
    func isValid(signature: UnsafeRawBufferPointer, for input: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .hs256(let key): key.isValid(signature, of: input)
        case .hs384(let key): key.isValid(signature, of: input)
        case .hs512(let key): key.isValid(signature, of: input)
        case .rsa(let key, let bytes, let algorithm):
            signature.count == bytes && isValid(signature, input, key, algorithm)
        // r and s, one after the other, each of the length of the curve (RFC 7518 §3.4).
        case .es256(let key):
            signature.count == 64 && key.isValid(signature, for: input, SHA256State.self)
        case .es384(let key):
            signature.count == 96 && key.isValid(signature, for: input, SHA384State.self)
        case .es512(let key):
            signature.count == 132 && key.isValid(signature, for: input, SHA512State.self)
        case .ed25519(let key):
            signature.count == 64 && key.isValidSignature(signature, for: input)
        case .mlDSA65(let key):
            signature.count == 3_309 && key.isValidSignature(signature, for: input)
        }
    }

    private func isValid(
        _ signature: UnsafeRawBufferPointer, _ input: UnsafeRawBufferPointer, _ key: RSAVerificationKey,
        _ algorithm: SignatureAlgorithm
    ) -> Bool {
        let isPSS = algorithm.isPSS
        return switch algorithm.hashBytes {
        case 32: key.isValid(signature, for: input, SHA256State.self, isPSS: isPSS)
        case 48: key.isValid(signature, for: input, SHA384State.self, isPSS: isPSS)
        default: key.isValid(signature, for: input, SHA512State.self, isPSS: isPSS)
        }
    }
}

extension SignatureAlgorithm {
    /// Whether it is RSASSA-PSS (RFC 7518 §3.5).
    var isPSS: Bool {
        switch self {
        case .ps256, .ps384, .ps512: true
        default: false
        }
    }
}
