/// A token that was decrypted, header and content as they were encrypted.
///
/// Only ``UnopenedToken/opened(by:inflatingTo:)-(DecryptionKey,_)`` makes one. It says nothing of who encrypted
/// it: with a public key, anybody can. Whether to believe the payload is for a signature inside; see
/// ``NestedToken``.
public struct OpenedToken: Sendable {
    /// The header, as whoever encrypted wrote it.
    public let header: UnopenedToken.Header
    /// The `kid` of the key that opened it; nil if the key has none.
    public let keyID: String?
    /// The payload, decrypted and inflated, whatever it is.
    public let payload: [UInt8]

    init(_ header: UnopenedToken.Header, keyID: String?, payload: [UInt8]) {
        self.header = header
        self.keyID = keyID
        self.payload = payload
    }

    /// Whether the payload calls itself a token (`cty` "JWT", RFC 7519 §5.2).
    public var isNested: Bool {
        header.contentType.map { $0.utf8.elementsEqual("JWT".utf8, by: { $0 & 0xDF == $1 }) } ?? false
    }

    /// The payload as claims, which nobody vouches for unless the key is one that only two have.
    /// - Throws: `malformed` unless the payload is a JSON object.
    public func claims() throws(JOSEError) -> Claims {
        do {
            // Whoever opened the token said how long it may be.
            return try Claims(scanning: payload, limits: JSON.Limits(bytes: payload.count))
        } catch {
            throw JOSEError(error.code, "the payload: \(error.reason)")
        }
    }
}

extension UnopenedToken {
    /// The token, decrypted by `key`.
    ///
    /// Header and key must agree on `alg`, and `enc` must be one the key allows. From there on every failure is
    /// the same `decryption_failed`, and comes after the same work: where no content key comes out of the
    /// encrypted one, a random one is tried.
    /// - Parameters:
    ///   - key: a key of the token's `alg`; a `kid` is not compared, since the caller chose the key.
    ///   - maximum: how many bytes a compressed content may become; nil refuses `zip`.
    /// - Throws: `algorithm_mismatch`; `unsupported_critical` for a compressed token where none is allowed;
    ///   `malformed` for more `p2c` than the key allows, and for what inflates to too much; `decryption_failed`.
    public func opened(
        by key: DecryptionKey, inflatingTo maximum: Int? = nil
    ) throws(JOSEError) -> OpenedToken {
        try header.check(key)
        guard !header.isCompressed || maximum != nil else {
            throw JOSEError(.unsupportedCritical, "the header uses 'zip', which was not asked for")
        }
        let encryption = header.encryption
        let found = try key.contentKey(of: self)
        let other = Randomness.bytes(encryption.keyBytes)
        let cipher =
            found.flatMap { ContentCipher(encryption, key: $0) } ?? ContentCipher(encryption, key: other)
        guard
            let content = cipher?.open(ciphertext, tag: tag, iv: iv, authenticating: authenticatedData)
        else { throw JOSEError(.decryptionFailed, "the token was not encrypted to this key, or was changed") }
        guard header.isCompressed, let maximum else {
            return OpenedToken(header, keyID: key.id, payload: content)
        }
        return OpenedToken(header, keyID: key.id, payload: try Deflate.inflated(content, limit: maximum))
    }

    /// The token, decrypted by the one key of `keys` that its header asks for.
    /// - Throws: `unknown_key`, and what ``opened(by:inflatingTo:)-(DecryptionKey,_)`` throws.
    public func opened(
        by keys: DecryptionKeySet, inflatingTo maximum: Int? = nil
    ) throws(JOSEError) -> OpenedToken {
        try opened(by: try keys.key(for: header), inflatingTo: maximum)
    }
}
