/// Makes signed tokens: compact JWS (RFC 7515 §7.1).
public enum Token {
    /// Signs claims; the header is `{"alg","typ","kid"}`.
    /// - Parameters:
    ///   - claims: a JSON object, no name in it twice.
    ///   - type: `typ`, or nil for none.
    /// - Throws: `malformed` if the claims are not an object, `invalid_key` if the key cannot sign.
    public static func sign(
        _ claims: JSON, type: String? = "JWT", with key: SigningKey
    ) throws(JOSEError) -> String {
        guard let members = claims.object, !members.repeats({ $0.name }) else {
            throw JOSEError(.malformed, "claims are not a JSON object of distinct names")
        }
        return try compact(
            claims.encoded(), header: type.map { [JSON.Member("typ", .string($0))] } ?? [], key)
    }

    /// Signs any payload; the header is `{"alg",…extra,"kid"}`.
    /// - Parameter extra: further members; not `alg` and `kid`, which are the key's, nor `crit`, `b64` and
    ///   `zip`, which no verifier of ours accepts.
    /// - Throws: `malformed` for a header member that may not be there, `invalid_key` if the key cannot sign.
    public static func sign(
        payload: [UInt8], header extra: [JSON.Member] = [], with key: SigningKey
    ) throws(JOSEError) -> String {
        for name in ["alg", "kid", "crit", "b64", "zip"]
        where extra.contains(where: { $0.name.isIdentical(to: name) }) {
            throw JOSEError(.malformed, "'\(name)' is not for the caller to put into a header")
        }
        guard !extra.repeats({ $0.name }) else {
            throw JOSEError(.malformed, "the header has a member name twice")
        }
        return try compact(payload, header: extra, key)
    }

    private static func compact(
        _ payload: [UInt8], header extra: [JSON.Member], _ key: SigningKey
    ) throws(JOSEError) -> String {
        let (algorithm, id) = (JSON.string(key.algorithmName), JSON.string(key.id))
        let header = JSON.object([JSON.Member("alg", algorithm)] + extra + [JSON.Member("kid", id)])
        var text: [UInt8] = []
        text.reserveCapacity(payload.count * 4 / 3 + 512)
        Base64URL.append(header.encoded(), to: &text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &text)
        let signature = try key.sign(text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
