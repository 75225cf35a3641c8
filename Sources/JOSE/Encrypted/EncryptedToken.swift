/// Makes encrypted tokens: compact JWE (RFC 7516 §7.1).
public enum EncryptedToken {
    /// Encrypts any payload; the header is `{"alg","kid",…what the algorithm needs…,…extra,"enc","zip"}`.
    /// - Parameters:
    ///   - payload: any bytes.
    ///   - extra: further members, such as `typ`, `cty`, `apu` and `apv`; not those that the key and the
    ///     algorithm write, nor `crit`.
    ///   - compressed: whether to compress first. Do not where an attacker chooses a part of the payload: the
    ///     length then tells about the rest (RFC 8725 §3.6).
    ///   - key: the recipient's, or the secret that both have.
    /// - Throws: `malformed` for a header member that may not be there, `invalid_key` if the key cannot encrypt.
    public static func encrypt(
        _ payload: [UInt8], header extra: [JSON.Member] = [], compressed: Bool = false,
        with key: EncryptionKey
    ) throws(JOSEError) -> String {
        try encrypt(payload, header: extra, compressed: compressed, with: key, seed: EncryptionSeed())
    }

    /// Encrypts a signed or encrypted token into another (RFC 7519 §5.2, "nested"): `cty` is "JWT".
    /// - Throws: as ``encrypt(_:header:compressed:with:)``.
    public static func encrypt(nested token: String, with key: EncryptionKey) throws(JOSEError) -> String {
        try encrypt(Array(token.utf8), header: [JSON.Member("cty", "JWT")], with: key)
    }

    /// The same with numbers that are random elsewhere: for examples that print theirs.
    package static func encrypt(
        _ payload: [UInt8], header extra: [JSON.Member], compressed: Bool, with key: EncryptionKey,
        seed: EncryptionSeed
    ) throws(JOSEError) -> String {
        for name in reserved where extra.contains(where: { $0.name.isIdentical(to: name) }) {
            throw JOSEError(.malformed, "'\(name)' is not for the caller to put into a header")
        }
        guard !extra.repeats({ $0.name }) else {
            throw JOSEError(.malformed, "the header has a member name twice")
        }
        let parties = try UnopenedToken.Header.PartyInfo(HeaderMembers(.object(extra)))
        var content = payload
        if compressed {
            content = if let given = seed.compressed { given } else { try Deflate.compressed(payload) }
        }
        do {
            guard
                let wrapped = try key.wrapping.wrap(
                    key.encryption, parties, iterations: key.iterations, seed),
                let cipher = ContentCipher(key.encryption, key: wrapped.contentKey)
            else { throw JOSEError(.invalidKey, "the key could not encrypt") }
            let header = Base64URL.encode(header(key, wrapped.members, extra, compressed).encoded())
            let iv = seed.iv ?? Randomness.bytes(key.encryption.ivBytes)
            let sealed = try cipher.seal(content, iv: iv, authenticating: Array(header.utf8))
            let parts = [wrapped.encryptedKey, iv, sealed.ciphertext, sealed.tag]
            return ([header] + parts.map { Base64URL.encode($0) }).joined(separator: ".")
        } catch {
            throw error as? JOSEError
                ?? JOSEError(.invalidKey, "the key could not encrypt: \(type(of: error))")
        }
    }

    private static let reserved = [
        "alg", "enc", "kid", "epk", "iv", "tag", "p2s", "p2c", "crit", "b64", "zip",
    ]

    private static func header(
        _ key: EncryptionKey, _ wrapping: [JSON.Member], _ extra: [JSON.Member], _ compressed: Bool
    ) -> JSON {
        var members = [JSON.Member("alg", .string(key.algorithm.rawValue))]
        if let id = key.id { members.append(JSON.Member("kid", .string(id))) }
        members += wrapping + extra
        members.append(JSON.Member("enc", .string(key.encryption.rawValue)))
        if compressed { members.append(JSON.Member("zip", "DEF")) }
        return .object(members)
    }
}

/// Numbers to use where random ones would be; nil is random.
package struct EncryptionSeed: Sendable {
    package var contentKey: [UInt8]?
    package var iv: [UInt8]?
    package var keyIV: [UInt8]?
    package var salt: [UInt8]?
    package var ephemeralKey: JWK?
    package var compressed: [UInt8]?

    package init() {}
}
