extension EncryptedToken {
    /// Encrypts claims of a type of the caller's, or ``JSON``; `typ` is the only member beside the key's own.
    ///
    /// Whoever has a public key can do that, so the recipient does not learn who wrote them. To say that, sign first and
    /// encrypt the token: ``encrypt(nested:with:)``.
    /// - Parameters:
    ///   - claims: a value that is written as a JSON object.
    ///   - type: `typ`, or nil for none.
    ///   - key: the recipient's, or the secret that both have.
    /// - Throws: `malformed` if the claims do not become a JSON object of distinct names, `invalid_claim` for what JSON
    ///   cannot say, `invalid_key` if the key cannot encrypt.
    public static func encrypt(
        claims: some Encodable, type: String? = "JWT", with key: EncryptionKey
    ) throws(JOSEError) -> String {
        let json = try JSON(encoding: claims)
        guard let members = json.object, members.areDistinct else {
            throw JOSEError(.malformed, "claims are not a JSON object of distinct names")
        }
        return try encrypt(
            json.encoded(), header: type.map { [JSON.Member("typ", .string($0))] } ?? [], with: key)
    }
}

extension OpenedToken {
    /// The claims, checked by `policy` at the time `now`.
    ///
    /// Nobody vouches for them unless the key is a secret that only two have, or ``isNested`` and the token inside
    /// verifies; see ``NestedToken``.
    /// - Throws: `malformed` unless the payload is a JSON object, and what ``ClaimsPolicy/check(_:header:at:)`` throws.
    public func claims(_ policy: ClaimsPolicy, at now: Timestamp) throws(JOSEError) -> Claims {
        try policy.checkType(header.type)
        let claims = try claims()
        try policy.check(claims, at: now)
        return claims
    }
}
