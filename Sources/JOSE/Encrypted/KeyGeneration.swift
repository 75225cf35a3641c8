import Crypto

extension JWK {
    /// A curve on which two parties agree on a key (`crv`, RFC 7518 §6.2.1.1, RFC 8037 §2).
    public enum Curve: String, Sendable, CaseIterable {
        /// NIST's curve of 256 bits, the one that most have.
        case p256 = "P-256"
        /// NIST's curve of 384 bits.
        case p384 = "P-384"
        /// NIST's curve of 521 bits.
        case p521 = "P-521"
        /// Curve25519 for Diffie-Hellman (RFC 7748).
        case x25519 = "X25519"
    }

    /// A new key to decrypt with: a key pair for ECDH-ES and RSA (2048 bits), else a secret of the length needed.
    ///
    /// Give it to ``DecryptionKey``, and its ``publicJSON`` to whoever encrypts to you. A secret has no public half:
    /// both sides have the whole ``json``. It says its `alg`, `use` and `kid`.
    /// - Parameters:
    ///   - algorithm: what it is for.
    ///   - encryption: for `dir` the content encryption that the secret is for, which its `alg` then says; otherwise
    ///     not looked at.
    ///   - curve: for ECDH-ES the curve; otherwise not looked at.
    ///   - id: the `kid`; by default the RFC 7638 thumbprint, or for a secret 16 random bytes in base64url, and never
    ///     one that begins with "-".
    /// - Throws: `invalid_key` for PBES2, whose passphrase a person chooses.
    public static func generate(
        _ algorithm: KeyManagementAlgorithm, encryption: ContentEncryption = .a256GCM, curve: Curve = .p256,
        id: String? = nil
    ) throws(JOSEError) -> JWK {
        let key: JWK
        var name = algorithm.rawValue
        switch algorithm.family {
        case .agreement: key = try pair(on: curve)
        case .rsa: key = try JWK(SigningKey.generate(.rs256).privateJWK)
        case .keyWrap(let count), .gcmKeyWrap(let count): key = try JWK(secret: Randomness.bytes(count))
        case .direct:
            key = try JWK(secret: Randomness.bytes(encryption.keyBytes))
            name = encryption.rawValue
        case .passphrase:
            throw JOSEError(.invalidKey, "\(name) is for a passphrase, which a person chooses")
        }
        let isSecret = key.publicJSON == nil
        let known = id ?? (isSecret ? Base64URL.encode(Randomness.bytes(16)) : key.thumbprint())
        // As with ``SigningKey/generate(_:id:algorithmName:)``.
        guard id != nil || !known.hasPrefix("-") else {
            return try generate(algorithm, encryption: encryption, curve: curve)
        }
        return try key.with([
            JSON.Member("kid", .string(known)), JSON.Member("alg", .string(name)), JSON.Member("use", "enc"),
        ])
    }

    private static func pair(on curve: Curve) throws(JOSEError) -> JWK {
        switch curve {
        case .p256: return try JWK(SigningKey.generate(.es256).privateJWK)
        case .p384: return try JWK(SigningKey.generate(.es384).privateJWK)
        case .p521: return try JWK(SigningKey.generate(.es512).privateJWK)
        case .x25519:
            let key = Curve25519.KeyAgreement.PrivateKey()
            return try JWK(
                .object([
                    JSON.Member("kty", "OKP"), JSON.Member("crv", .string(curve.rawValue)),
                    .bytes("x", Array(key.publicKey.rawRepresentation)),
                    .bytes("d", Array(key.rawRepresentation)),
                ]))
        }
    }
}
