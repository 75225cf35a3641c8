import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// RSA keys that encrypt (RFC 7518 §4.3).
///
/// Unchecked, since swift-crypto does not say it of these two: they are wrappers of the same immutable
/// BoringSSL keys as those for signatures, of which it does.
struct RSAEncryption: @unchecked Sendable {
    private let publicKey: _RSA.Encryption.PublicKey
    private let privateKey: _RSA.Encryption.PrivateKey?
    private let padding: _RSA.Encryption.Padding
    private let modulusBytes: Int

    /// Nil for a key of another kind.
    init?(_ material: KeyMaterial, _ algorithm: KeyManagementAlgorithm) {
        guard case .rsa(let own, let modulusBytes, let secret) = material,
            let publicKey = try? _RSA.Encryption.PublicKey(derRepresentation: own.derRepresentation)
        else { return nil }
        self.publicKey = publicKey
        self.modulusBytes = modulusBytes
        privateKey = secret.flatMap {
            try? _RSA.Encryption.PrivateKey(derRepresentation: $0.derRepresentation)
        }
        padding = algorithm == .rsaOAEP ? .PKCS1_OAEP : .PKCS1_OAEP_SHA256
    }

    var isPrivate: Bool { privateKey != nil }

    func encrypt(_ key: [UInt8]) -> [UInt8]? {
        (try? publicKey.encrypt(key, padding: padding)).map(Array.init)
    }

    func decrypt(_ encrypted: [UInt8]) -> [UInt8]? {
        guard encrypted.count == modulusBytes else { return nil }
        return (try? privateKey?.decrypt(encrypted, padding: padding)).map(Array.init)
    }
}
