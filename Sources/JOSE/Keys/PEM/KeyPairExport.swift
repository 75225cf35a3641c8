extension SigningKey {
    /// The private key as PEM: `PRIVATE KEY`, a PKCS#8 key without encryption (RFC 5958). Keep it where nobody else reads.
    ///
    /// PEM has no `kid` and no `alg`: of the key read again, the `kid` is the RFC 7638 thumbprint.
    /// - Throws: `invalid_key` for a secret and for ML-DSA, which are written as a JWK only (``privateJWK``).
    public func privatePEM() throws(JOSEError) -> String {
        try JWK(privateJWK).privatePEM()
    }
}

extension VerificationKey {
    /// The public key as PEM: `PUBLIC KEY`, a SubjectPublicKeyInfo (RFC 5280 §4.1).
    /// - Throws: `invalid_key` for a secret, which is never public, and for ML-DSA, which is written as a JWK only
    ///   (``jwk``).
    public func publicPEM() throws(JOSEError) -> String {
        guard let jwk else { throw JOSEError(.invalidKey, "a secret has no public half") }
        return try jwk.publicPEM()
    }
}
