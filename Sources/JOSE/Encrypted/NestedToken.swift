/// A signed token that came in one or more encrypted ones (RFC 7519 §5.2), all opened, the signature good.
public struct NestedToken: Sendable {
    /// The headers of the encrypted tokens, the outermost first.
    public let layers: [UnopenedToken.Header]
    /// The token inside.
    public let token: VerifiedToken

    /// Opens `compact` until there is a signed token, and verifies that.
    ///
    /// Every encrypted token must say that it holds a token (`cty` "JWT"), and nothing but a good signature ends
    /// the way in.
    /// - Parameters:
    ///   - compact: the outermost token.
    ///   - decryptionKeys: the keys that open encrypted tokens.
    ///   - verificationKeys: the keys that may have signed the one inside.
    ///   - maximumDepth: how many tokens may lie within each other, the signed one counted; never more than 8.
    /// - Throws: `malformed` for what is nested deeper, holds no token or is not one; what
    ///   ``UnopenedToken/opened(by:inflatingTo:)-(DecryptionKeySet,_)`` and
    ///   ``UnverifiedToken/verified(by:)-(JWKSet)`` throw.
    public init(
        _ compact: String, decryptedBy decryptionKeys: DecryptionKeySet, verifiedBy verificationKeys: JWKSet,
        maximumDepth: Int = 2
    ) throws(JOSEError) {
        var bytes = Array(compact.utf8)
        var layers: [UnopenedToken.Header] = []
        // A token that is not encrypted has not three but other numbers of dots, and is refused below.
        while bytes.count(where: { $0 == UInt8(ascii: ".") }) == 4 {
            guard layers.count + 1 < min(maximumDepth, 8) else {
                throw JOSEError(.malformed, "tokens nested deeper than \(min(maximumDepth, 8))")
            }
            let opened = try UnopenedToken(bytes).opened(by: decryptionKeys)
            guard opened.isNested else {
                throw JOSEError(
                    .malformed, "the encrypted token does not say that it holds a token (cty 'JWT')")
            }
            layers.append(opened.header)
            bytes = opened.payload
        }
        token = try UnverifiedToken(bytes).verified(by: verificationKeys)
        self.layers = layers
    }
}
