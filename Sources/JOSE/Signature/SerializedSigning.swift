extension Token {
    /// How a payload is signed that is not a compact token's.
    public struct Form: Sendable {
        /// Whether the token leaves the payload out, for the recipient to have it by another way.
        public var isDetached: Bool
        /// Whether the payload is signed as it is (`b64` false, named by `crit`; RFC 7797). In JSON it must then
        /// be UTF-8.
        public var isUnencoded: Bool

        /// A form; by default the payload is in the token, as base64url.
        public init(isDetached: Bool = false, isUnencoded: Bool = false) {
            self.isDetached = isDetached
            self.isUnencoded = isUnencoded
        }
    }

    /// Signs a payload that is sent beside the token: `header..signature` (RFC 7515 appendix F).
    /// - Throws: `malformed` for a header member that may not be there, `invalid_key` if the key cannot sign.
    public static func signDetached(
        payload: [UInt8], header extra: [JSON.Member] = [], isUnencoded: Bool = false, with key: SigningKey
    ) throws(JOSEError) -> String {
        let (protected, signature) = try parts(payload, extra, isUnencoded: isUnencoded, key)
        return "\(protected)..\(signature)"
    }

    /// Signs a payload in the flattened JSON serialization (RFC 7515 §7.2.2).
    /// - Throws: `malformed` for a header member that may not be there or an unencoded payload that is not UTF-8,
    ///   `invalid_key` if the key cannot sign.
    public static func signFlattened(
        payload: [UInt8], header extra: [JSON.Member] = [], form: Form = Form(), with key: SigningKey
    ) throws(JOSEError) -> JSON {
        let (protected, signature) = try parts(payload, extra, isUnencoded: form.isUnencoded, key)
        return .object(
            try member(payload, form) + [
                JSON.Member("protected", .string(protected)), JSON.Member("signature", .string(signature)),
            ])
    }

    /// Signs a payload by several keys in the general JSON serialization (RFC 7515 §7.2.1).
    /// - Throws: as ``signFlattened(payload:header:form:with:)``; `malformed` without a key.
    public static func signGeneral(
        payload: [UInt8], header extra: [JSON.Member] = [], form: Form = Form(), with keys: [SigningKey]
    ) throws(JOSEError) -> JSON {
        guard !keys.isEmpty else { throw JOSEError(.malformed, "a token needs a key to be signed with") }
        var signatures: [JSON] = []
        for key in keys {
            let (protected, signature) = try parts(payload, extra, isUnencoded: form.isUnencoded, key)
            signatures.append(["protected": .string(protected), "signature": .string(signature)])
        }
        return .object(try member(payload, form) + [JSON.Member("signatures", .array(signatures))])
    }

    private static func member(_ payload: [UInt8], _ form: Form) throws(JOSEError) -> [JSON.Member] {
        guard !form.isDetached else { return [] }
        guard form.isUnencoded else { return [JSON.Member("payload", .string(Base64URL.encode(payload)))] }
        guard let text = String(validating: payload, as: UTF8.self) else {
            throw JOSEError(.malformed, "an unencoded payload in JSON must be UTF-8")
        }
        return [JSON.Member("payload", .string(text))]
    }

    private static func parts(
        _ payload: [UInt8], _ extra: [JSON.Member], isUnencoded: Bool, _ key: SigningKey
    ) throws(JOSEError) -> (protected: String, signature: String) {
        for name in ["alg", "kid", "crit", "b64", "zip"]
        where extra.contains(where: { $0.name.isIdentical(to: name) }) {
            throw JOSEError(.malformed, "'\(name)' is not for the caller to put into a header")
        }
        guard !extra.repeats({ $0.name }) else {
            throw JOSEError(.malformed, "the header has a member name twice")
        }
        var header = [JSON.Member("alg", .string(key.algorithmName))] + extra
        header.append(JSON.Member("kid", .string(key.id)))
        if isUnencoded { header += [JSON.Member("b64", false), JSON.Member("crit", ["b64"])] }
        let protected = Base64URL.encode(JSON.object(header).encoded())
        let input = UnverifiedSignature.input(
            protected: Array(protected.utf8), payload: payload, isEncoded: !isUnencoded)
        return (protected, Base64URL.encode(try key.sign(input)))
    }
}
