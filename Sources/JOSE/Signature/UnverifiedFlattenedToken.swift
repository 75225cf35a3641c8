/// A token in the flattened JSON serialization (RFC 7515 §7.2.2) whose signature nobody checked.
///
/// A type of its own: what takes compact tokens takes no such text, and the reverse.
public struct UnverifiedFlattenedToken: Sendable {
    /// The payload, decoded; may be empty.
    public let unverifiedPayload: [UInt8]
    /// The protected header, unbelieved; `{}` if there is none.
    public var protectedHeader: JSON { signature.protected }
    /// The unprotected header; `{}` if there is none.
    public var unprotectedHeader: JSON { signature.unprotected }
    private let signature: UnverifiedSignature

    /// Parses a token.
    /// - Throws: `malformed`, also for members of the general serialization; `unsupported_critical`.
    public init(
        parsing bytes: [UInt8], options: SignatureOptions = SignatureOptions(),
        maximumBytes: Int = UnverifiedToken.maximumBytes
    ) throws(JOSEError) {
        let text = try SerializedToken(bytes, maximumBytes: maximumBytes)
        guard text.json["signatures"] == nil else {
            throw JOSEError(.malformed, "a token with 'signatures' is in the general serialization")
        }
        signature = try SerializedToken.signature(text.json, options)
        unverifiedPayload = try text.payload(options, isEncoded: signature.isEncoded)
    }

    /// The content, if `key` signed it. The key's algorithm must be the header's.
    /// - Throws: `unsupported_algorithm`, `algorithm_mismatch`, `invalid_signature`.
    public func verified(by key: VerificationKey) throws(JOSEError) -> VerifiedContent {
        try VerifiedContent(payload: unverifiedPayload, [signature], by: .one(key), .all)
    }

    /// The content, if the one key of `keys` that its header asks for signed it.
    /// - Throws: `unknown_key`, `unsupported_algorithm`, `algorithm_mismatch`, `invalid_signature`.
    public func verified(by keys: JWKSet) throws(JOSEError) -> VerifiedContent {
        try VerifiedContent(payload: unverifiedPayload, [signature], by: .set(keys), .all)
    }
}

/// A token in the general JSON serialization (RFC 7515 §7.2.1), with signatures that nobody checked.
///
/// A type of its own: what takes compact or flattened tokens takes no such text, and the reverse.
public struct UnverifiedGeneralToken: Sendable {
    /// The payload, decoded; may be empty.
    public let unverifiedPayload: [UInt8]
    private let signatures: [UnverifiedSignature]

    /// How many signatures a token may have.
    public static let maximumSignatures = 16

    /// Parses a token. All its signatures must agree whether the payload is base64url (RFC 7797 §3).
    /// - Throws: `malformed`, also for members of the flattened serialization; `unsupported_critical`.
    public init(
        parsing bytes: [UInt8], options: SignatureOptions = SignatureOptions(),
        maximumBytes: Int = UnverifiedToken.maximumBytes
    ) throws(JOSEError) {
        let text = try SerializedToken(bytes, maximumBytes: maximumBytes)
        for name in ["signature", "protected", "header"] where text.json[name] != nil {
            throw JOSEError(.malformed, "a token with '\(name)' at the top is in the flattened serialization")
        }
        guard let elements = text.json["signatures"]?.array, !elements.isEmpty,
            elements.count <= Self.maximumSignatures
        else {
            throw JOSEError(
                .malformed, "'signatures' is not an array of 1 to \(Self.maximumSignatures) objects")
        }
        var signatures: [UnverifiedSignature] = []
        for element in elements { signatures.append(try SerializedToken.signature(element, options)) }
        let isEncoded = signatures.first?.isEncoded ?? true
        guard signatures.allSatisfy({ $0.isEncoded == isEncoded }) else {
            throw JOSEError(.malformed, "the signatures do not agree on 'b64'")
        }
        self.signatures = signatures
        unverifiedPayload = try text.payload(options, isEncoded: isEncoded)
    }

    /// The content, if `policy` is met by those signatures that keys of `keys` made.
    ///
    /// What became of each signature is in the result.
    /// - Throws: `invalid_signature`; for a token with one signature, what refused that.
    public func verified(by keys: JWKSet, policy: SignaturePolicy) throws(JOSEError) -> VerifiedContent {
        try VerifiedContent(payload: unverifiedPayload, signatures, by: .set(keys), policy)
    }
}

/// A compact token without its payload (RFC 7515 appendix F), whose signature nobody checked.
public struct UnverifiedDetachedToken: Sendable {
    /// The payload that the caller gave.
    public let unverifiedPayload: [UInt8]
    /// The header, unbelieved.
    public var protectedHeader: JSON { signature.protected }
    private let signature: UnverifiedSignature

    /// Parses `header..signature` for a payload that came by another way.
    /// - Parameters:
    ///   - compact: the token, its middle part empty.
    ///   - payload: what the signature is over.
    ///   - allowsUnencoded: whether `b64` may be there, and false (RFC 7797).
    ///   - maximumBytes: how many bytes token and payload may have together.
    /// - Throws: `malformed`, also for a token that carries a payload; `unsupported_critical`.
    public init(
        _ compact: String, payload: [UInt8], allowsUnencoded: Bool = false,
        maximumBytes: Int = UnverifiedToken.maximumBytes
    ) throws(JOSEError) {
        guard compact.utf8.count <= maximumBytes else {
            throw JOSEError(
                .malformed, "a token of \(compact.utf8.count) bytes, at most \(maximumBytes) are allowed")
        }
        let parts = compact.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, !parts[0].isEmpty else {
            throw JOSEError(.malformed, "a detached token is a header, two dots and a signature")
        }
        signature = try UnverifiedSignature(
            protected: String(parts[0]), signature: String(parts[2]), allowsUnencoded: allowsUnencoded)
        unverifiedPayload = payload
    }

    /// The content, if `key` signed it. The key's algorithm must be the header's.
    /// - Throws: `unsupported_algorithm`, `algorithm_mismatch`, `invalid_signature`.
    public func verified(by key: VerificationKey) throws(JOSEError) -> VerifiedContent {
        try VerifiedContent(payload: unverifiedPayload, [signature], by: .one(key), .all)
    }

    /// The content, if the one key of `keys` that its header asks for signed it.
    /// - Throws: `unknown_key`, `unsupported_algorithm`, `algorithm_mismatch`, `invalid_signature`.
    public func verified(by keys: JWKSet) throws(JOSEError) -> VerifiedContent {
        try VerifiedContent(payload: unverifiedPayload, [signature], by: .set(keys), .all)
    }
}

/// The members that both JSON serializations have.
struct SerializedToken {
    let json: JSON

    init(_ bytes: [UInt8], maximumBytes: Int) throws(JOSEError) {
        json = try JSON.parse(bytes, limits: JSON.Limits(bytes: maximumBytes))
        guard json.object != nil else { throw JOSEError(.malformed, "the token is not a JSON object") }
    }

    static func signature(
        _ json: JSON, _ options: SignatureOptions
    ) throws(JOSEError) -> UnverifiedSignature {
        guard json.object != nil, let signature = json["signature"]?.string else {
            throw JOSEError(.malformed, "'signature' is missing or not a string")
        }
        let protected = json["protected"] ?? ""
        // Neither may be there and empty (RFC 7515 §7.2.1).
        guard let protected = protected.string, json["protected"] == nil || !protected.isEmpty else {
            throw JOSEError(.malformed, "'protected' is not a string, or empty")
        }
        return try UnverifiedSignature(
            protected: protected, unprotected: json["header"] ?? .object([]), signature: signature,
            allowsUnencoded: options.allowsUnencoded)
    }

    func payload(_ options: SignatureOptions, isEncoded: Bool) throws(JOSEError) -> [UInt8] {
        if let detached = options.detachedPayload {
            guard json["payload"] == nil else {
                throw JOSEError(.malformed, "the token carries a payload where a detached one was given")
            }
            return detached
        }
        guard let text = json["payload"]?.string else {
            throw JOSEError(.malformed, "'payload' is missing or not a string")
        }
        guard isEncoded else { return Array(text.utf8) }
        guard let payload = Base64URL.decode(text) else {
            throw JOSEError(.malformed, "'payload' is not canonical base64url")
        }
        return payload
    }
}
