/// A token whose signature is good. Its claims still need a policy.
///
/// Only ``UnverifiedToken/verified(by:)-(VerificationKey)`` makes one.
public struct VerifiedToken: Sendable {
    /// The header, now believed.
    public let header: UnverifiedToken.Header
    /// The `kid` of the key that verified it; nil if the key has none.
    public let keyID: String?
    /// The payload, decoded, whatever it is.
    public let payload: [UInt8]

    fileprivate init(_ token: UnverifiedToken, verifiedBy key: VerificationKey) {
        header = token.header
        keyID = key.id
        payload = token.unverifiedPayload
    }

    /// The claims, unchecked by any policy.
    /// - Throws: `malformed` unless the payload is a JSON object.
    public func claims() throws(JOSEError) -> Claims {
        guard !payload.isEmpty else { throw JOSEError(.malformed, "the payload is empty") }
        do {
            return try Claims(try JSON.parse(payload))
        } catch {
            throw JOSEError(error.code, "the payload: \(error.reason)")
        }
    }

    /// The claims, checked by `policy` at the time `now`.
    /// - Throws: `malformed`, and what ``ClaimsPolicy/check(_:header:at:)`` throws.
    public func claims(_ policy: ClaimsPolicy, at now: Timestamp) throws(JOSEError) -> Claims {
        let claims = try claims()
        try policy.check(claims, header: header, at: now)
        return claims
    }
}

extension UnverifiedToken {
    /// The token, if `key` signed it. The key's algorithm must be the header's; a `kid` is not compared,
    /// since the caller chose the key.
    /// - Throws: `algorithm_mismatch`, `invalid_signature`.
    public func verified(by key: VerificationKey) throws(JOSEError) -> VerifiedToken {
        try header.check(key)
        guard key.isValid(signature: signature[...], for: signingInput) else {
            throw JOSEError(.invalidSignature, "the signature is not by this key over this token")
        }
        return VerifiedToken(self, verifiedBy: key)
    }

    /// The token, if the one key of `keys` that its header asks for signed it.
    /// - Throws: `unknown_key`, `algorithm_mismatch`, `invalid_signature`.
    public func verified(by keys: JWKSet) throws(JOSEError) -> VerifiedToken {
        try verified(by: try keys.key(for: header))
    }
}
