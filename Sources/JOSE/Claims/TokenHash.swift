/// `at_hash` and `c_hash` of an ID token: what ties it to the access token or code that came with it (OpenID
/// Connect Core 3.1.3.6, 3.3.2.11).
public enum TokenHash {
    /// The left half of the hash of `token`, in base64url, by the hash of the algorithm that signs the ID token;
    /// for Ed25519 that is SHA-512, and so for ML-DSA-65, for which nobody has said.
    public static func value(of token: String, signedBy algorithm: SignatureAlgorithm) -> String {
        let bytes = Array(token.utf8)
        let digest: [UInt8] =
            switch algorithm.hashBytes {
            case 32: SHA256State.digest(of: bytes)
            case 48: SHA384State.digest(of: bytes)
            default: SHA512State.digest(of: bytes)
            }
        return Base64URL.encode(digest.prefix(digest.count / 2))
    }

    /// Whether `claim` is the one for `token`, compared in constant time.
    public static func isValid(
        _ claim: String, for token: String, signedBy algorithm: SignatureAlgorithm
    ) -> Bool {
        constantTimeEqual(claim.utf8, value(of: token, signedBy: algorithm).utf8)
    }
}
