import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A public key, or secret, tied to the one algorithm it verifies.
enum Verifier: Sendable {
    case hs256(KeyedHash<SHA256>)
    case hs384(KeyedHash<SHA384>)
    case hs512(KeyedHash<SHA512>)
    case rsa(_RSA.Signing.PublicKey, modulusBytes: Int, SignatureAlgorithm)
    case es256(P256.Signing.PublicKey)
    case es384(P384.Signing.PublicKey)
    case es512(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)
    case mlDSA65(MLDSA65.PublicKey)

    /// - Throws: `invalid_key` if the algorithm is of another kind of key, `weak_key` for a short secret.
    init(_ material: KeyMaterial, _ algorithm: SignatureAlgorithm) throws(JOSEError) {
        switch (material, algorithm) {
        case (.symmetric(let secret), .hs256): self = .hs256(try KeyedHash(secret: secret))
        case (.symmetric(let secret), .hs384): self = .hs384(try KeyedHash(secret: secret))
        case (.symmetric(let secret), .hs512): self = .hs512(try KeyedHash(secret: secret))
        case (.rsa(let key, let bytes, _), .rs256), (.rsa(let key, let bytes, _), .rs384),
            (.rsa(let key, let bytes, _), .rs512), (.rsa(let key, let bytes, _), .ps256),
            (.rsa(let key, let bytes, _), .ps384), (.rsa(let key, let bytes, _), .ps512):
            self = .rsa(key, modulusBytes: bytes, algorithm)
        case (.p256(let key, _), .es256): self = .es256(key)
        case (.p384(let key, _), .es384): self = .es384(key)
        case (.p521(let key, _), .es512): self = .es512(key)
        case (.ed25519(let key, _), .ed25519): self = .ed25519(key)
        case (.mlDSA65(let key, _), .mlDSA65): self = .mlDSA65(key)
        default: throw JOSEError(.invalidKey, "\(algorithm.rawValue) is not for this kind of key or curve")
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
            _RSA.Signing.RSASignature.blank.holding(signature, count: bytes)
                .map { isValid($0, input, key, algorithm) } ?? false
        // r and s, one after the other, each of the length of the curve (RFC 7518 §3.4).
        case .es256(let key):
            P256.Signing.ECDSASignature.blank?.holding(signature, count: 64)
                .map { key.isValidSignature($0, for: SHA256.digest(of: input)) } ?? false
        case .es384(let key):
            P384.Signing.ECDSASignature.blank?.holding(signature, count: 96)
                .map { key.isValidSignature($0, for: SHA384.digest(of: input)) } ?? false
        case .es512(let key):
            P521.Signing.ECDSASignature.blank?.holding(signature, count: 132)
                .map { key.isValidSignature($0, for: SHA512.digest(of: input)) } ?? false
        case .ed25519(let key):
            signature.count == 64 && key.isValidSignature(signature, for: input)
        case .mlDSA65(let key):
            signature.count == 3_309 && key.isValidSignature(signature, for: input)
        }
    }

    private func isValid(
        _ signature: _RSA.Signing.RSASignature, _ input: UnsafeRawBufferPointer,
        _ key: _RSA.Signing.PublicKey, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        let padding = algorithm.rsaPadding
        return switch algorithm.hashBytes {
        case 32: key.isValidSignature(signature, for: SHA256.digest(of: input), padding: padding)
        case 48: key.isValidSignature(signature, for: SHA384.digest(of: input), padding: padding)
        default: key.isValidSignature(signature, for: SHA512.digest(of: input), padding: padding)
        }
    }
}

/// A signature of swift-crypto's whose bytes are set in one that is there already: its initialisers take any kind of
/// sequence and find out at run time which it is, 1 µs each time.
private protocol SettableSignature {
    var rawRepresentation: Data { get set }
}

extension SettableSignature {
    /// This one with other bytes; nil unless they are `count`.
    func holding(_ bytes: UnsafeRawBufferPointer, count: Int) -> Self? {
        guard let start = bytes.baseAddress, bytes.count == count else { return nil }
        var signature = self
        signature.rawRepresentation = Data(bytes: start, count: bytes.count)
        return signature
    }
}

extension P256.Signing.ECDSASignature: SettableSignature {
    fileprivate static let blank = try? Self(rawRepresentation: [UInt8](repeating: 0, count: 64))
}

extension P384.Signing.ECDSASignature: SettableSignature {
    fileprivate static let blank = try? Self(rawRepresentation: [UInt8](repeating: 0, count: 96))
}

extension P521.Signing.ECDSASignature: SettableSignature {
    fileprivate static let blank = try? Self(rawRepresentation: [UInt8](repeating: 0, count: 132))
}

extension _RSA.Signing.RSASignature: SettableSignature {
    fileprivate static let blank = Self(rawRepresentation: [UInt8](repeating: 0, count: 256))
}

extension SignatureAlgorithm {
    /// PSS takes a salt as long as the digest, and verifies no other (RFC 7518 §3.5).
    var rsaPadding: _RSA.Signing.Padding {
        switch self {
        case .ps256, .ps384, .ps512: .PSS
        default: .insecurePKCS1v1_5
        }
    }
}
