extension JWK {
    /// A shared secret as a key (`kty` "oct", RFC 7518 §6.4), which does not say what it is for.
    /// - Parameters:
    ///   - secret: the bytes. Let a machine draw them; for a passphrase see
    ///     ``DecryptionKey/init(passphrase:algorithm:id:encryptions:maximumIterations:)``.
    ///   - id: the `kid`, or nil for none.
    /// - Throws: `weak_key` for no bytes at all. How many are needed depends on the algorithm, and is checked by
    ///   the key that is made from it.
    public init(secret: [UInt8], id: String? = nil) throws(JOSEError) {
        guard !secret.isEmpty else { throw JOSEError(.weakKey, "the secret is empty") }
        let members = [JSON.Member("kty", "oct"), JSON.Member("k", .string(Base64URL.encode(secret)))]
        try self.init(.object(members + (id.map { [JSON.Member("kid", .string($0))] } ?? [])))
    }
}

extension SigningKey {
    /// A shared secret that signs by HMAC (RFC 7518 §3.2).
    /// - Parameters:
    ///   - secret: as many bytes as the hash has, or more: 32 for HS256, 48 for HS384, 64 for HS512.
    ///   - algorithm: one of the three.
    ///   - id: the `kid`, written into every header: any name that changes when the secret does, so that the next one
    ///     can be taken into use while the old one still verifies.
    /// - Throws: `weak_key` for a shorter secret, `invalid_key` for an algorithm that is not HMAC.
    public init(secret: [UInt8], algorithm: SignatureAlgorithm, id: String) throws(JOSEError) {
        try self.init(try JWK(secret: secret, id: id), algorithm: algorithm)
    }

    /// A shared secret from a text, whose UTF-8 is the secret: as most programs take it from their environment.
    /// - Throws: as ``init(secret:algorithm:id:)-([UInt8],_,_)``.
    public init(secret: String, algorithm: SignatureAlgorithm, id: String) throws(JOSEError) {
        try self.init(secret: Array(secret.utf8), algorithm: algorithm, id: id)
    }
}

extension VerificationKey {
    /// A shared secret that verifies by HMAC (RFC 7518 §3.2).
    /// - Parameters:
    ///   - secret: as many bytes as the hash has, or more: 32 for HS256, 48 for HS384, 64 for HS512.
    ///   - algorithm: one of the three.
    ///   - id: the `kid`; nil for none, so that in a set it verifies tokens whatever they name.
    /// - Throws: `weak_key` for a shorter secret, `invalid_key` for an algorithm that is not HMAC.
    public init(secret: [UInt8], algorithm: SignatureAlgorithm, id: String? = nil) throws(JOSEError) {
        try self.init(try JWK(secret: secret, id: id), algorithm: algorithm)
    }

    /// A shared secret from a text, whose UTF-8 is the secret.
    /// - Throws: as ``init(secret:algorithm:id:)-([UInt8],_,_)``.
    public init(secret: String, algorithm: SignatureAlgorithm, id: String? = nil) throws(JOSEError) {
        try self.init(secret: Array(secret.utf8), algorithm: algorithm, id: id)
    }
}
