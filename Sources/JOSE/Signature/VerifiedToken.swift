/// A token whose signature is good. Its claims still need a policy.
///
/// Only ``UnverifiedToken/verified(by:)-(VerificationKey)`` makes one.
public struct VerifiedToken: Sendable {
    /// The header and the key, behind one reference.
    private let known: KnownHeader
    /// The payload, decoded, whatever it is.
    public let payload: [UInt8]

    /// Only for a payload whose signature by the key held.
    init(_ known: KnownHeader, _ payload: [UInt8]) {
        self.known = known
        self.payload = payload
    }

    /// The header, now believed.
    public var header: UnverifiedToken.Header { known.header }

    /// The `kid` of the key that verified it; nil if the key has none.
    public var keyID: String? { known.key.id }

    /// The first part as it came, with its dot.
    var headerText: [UInt8] { known.text }

    static let notByThisKey = JOSEError(
        .invalidSignature, "the signature is not by this key over this token")

    /// The claims, unchecked by any policy.
    /// - Throws: `malformed` unless the payload is a JSON object.
    public func claims() throws(JOSEError) -> Claims {
        try Self.claims(payload)
    }

    static func claims(_ payload: [UInt8]) throws(JOSEError) -> Claims {
        guard let memory = payload.withUnsafeBufferPointer({ JSONMemory.copying($0) }) else {
            throw JOSEError(.malformed, "the payload is empty")
        }
        return try claims(memory)
    }

    /// - Parameter payload: nobody else has it.
    static func claims(_ payload: consuming JSONMemory) throws(JOSEError) -> Claims {
        // Whoever parsed the token said how long it may be.
        let limits = JSON.Limits(bytes: payload.count)
        guard limits.bytes > 0 else { throw JOSEError(.malformed, "the payload is empty") }
        do {
            return try Claims(JSONDocument(scanning: consume payload, limits: limits))
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
            throw VerifiedToken.notByThisKey
        }
        return VerifiedToken(KnownHeader(text: headerText, header, key), unverifiedPayload)
    }

    /// The token, if the one key of `keys` that its header asks for signed it.
    /// - Throws: `unknown_key`, `algorithm_mismatch`, `invalid_signature`.
    public func verified(by keys: JWKSet) throws(JOSEError) -> VerifiedToken {
        try verified(by: try keys.key(for: header))
    }
}
