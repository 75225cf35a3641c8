/// Makes signed tokens: compact JWS (RFC 7515 §7.1). ``Verifier`` takes them.
public enum Token {
    /// Signs claims; the header is `{"alg","typ","kid"}`.
    /// - Parameters:
    ///   - claims: a JSON object, no name in it twice.
    ///   - type: `typ`, or nil for none.
    ///   - key: whose signature it is.
    /// - Throws: `malformed` if the claims are not an object, `invalid_key` if the key cannot sign.
    public static func sign(
        _ claims: JSON, type: String? = "JWT", with key: SigningKey
    ) throws(JOSEError) -> String {
        var payload = TextBuffer(capacity: 512)
        guard let members = claims.object, JSON.write(members, to: &payload) else {
            throw JOSEError(.malformed, "claims are not a JSON object of distinct names")
        }
        let header = header(type, key)
        return try payload.withBytes { payload throws(JOSEError) in
            try compact(payload, header: header, key)
        }
    }

    /// Signs claims of a type of the caller's; the header is `{"alg","typ","kid"}`.
    ///
    /// `Timestamp` and `Date` are written as NumericDates (RFC 7519 §2), `Data` as base64url; an optional that is nil
    /// is left out.
    /// - Parameters:
    ///   - claims: a value that is written as a JSON object.
    ///   - type: `typ`, or nil for none.
    ///   - key: whose signature it is.
    /// - Throws: `malformed` if the claims do not become an object, `invalid_claim` for what JSON cannot say,
    ///   `invalid_key` if the key cannot sign.
    @_disfavoredOverload
    public static func sign(
        _ claims: some Encodable, type: String? = "JWT", with key: SigningKey
    ) throws(JOSEError) -> String {
        try sign(JSON(encoding: claims), type: type, with: key)
    }

    /// Signs any payload; the header is `{"alg",…extra,"kid"}`.
    /// - Parameters:
    ///   - payload: any bytes.
    ///   - extra: further members; not `alg` and `kid`, which are the key's, nor `crit`, `b64` and `zip`, which no
    ///     verifier of ours accepts.
    ///   - key: whose signature it is.
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
        return try payload.withUnsafeBufferPointer { payload throws(JOSEError) in
            try compact(payload, header: key.header(extra), key)
        }
    }

    /// The first part of a token, with its dot.
    private static func header(_ type: String?, _ key: SigningKey) -> [UInt8] {
        guard let type else { return key.header([]) }
        return key.commonHeader(type) ?? key.header([JSON.Member("typ", .string(type))])
    }

    /// Writes the three parts into the memory of the answer.
    private static func compact(
        _ payload: UnsafeBufferPointer<UInt8>, header: [UInt8], _ key: SigningKey
    ) throws(JOSEError) -> String {
        let dot = header.count + Base64URL.encodedCount(payload.count)
        let count = dot + 1 + Base64URL.encodedCount(key.verificationKey.signatureBytes)
        var failure: JOSEError?
        let text = String(unsafeUninitializedCapacity: count) { text in
            // All parts lie within the capacity asked for, as computed above; the slices are checked.
            _ = text.update(fromContentsOf: header)
            _ = Base64URL.encode(payload, to: UnsafeMutableBufferPointer(rebasing: text[header.count..<dot]))
            do throws(JOSEError) {
                let target = UnsafeMutableBufferPointer(rebasing: text[(dot + 1)..<count])
                let input = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<dot])
                let written = try key.withSignature(over: input) { signature in
                    signature.withMemoryRebound(to: UInt8.self) { Base64URL.encode($0, to: target) }
                }
                text[dot] = UInt8(ascii: ".")
                return dot + 1 + written
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return text
    }
}
