/// What a verifier lets a token do that compact tokens may not.
public struct SignatureOptions: Sendable {
    /// The payload, where the token carries none because it travels by another way (RFC 7515 appendix F); nil
    /// where the token carries it.
    public var detachedPayload: [UInt8]?
    /// Whether `b64` may be there, and false: the payload is signed as it is, not as base64url (RFC 7797).
    public var allowsUnencoded: Bool

    /// Options; by default neither is allowed.
    public init(detachedPayload: [UInt8]? = nil, allowsUnencoded: Bool = false) {
        self.detachedPayload = detachedPayload
        self.allowsUnencoded = allowsUnencoded
    }
}

/// One signature of a token in JSON, or of a detached one, that nobody checked.
struct UnverifiedSignature: Sendable {
    /// The protected header as it came, in base64url; empty if there is none.
    let protectedText: [UInt8]
    let protected: JSON
    let unprotected: JSON
    let bytes: [UInt8]
    /// Whether the payload is signed as base64url (`b64`, RFC 7797 §3).
    let isEncoded: Bool
    /// Both headers together, or why this signature cannot be checked; the others of a token may.
    let header: Result<UnverifiedToken.Header, JOSEError>

    /// - Throws: `malformed`, and `unsupported_critical` for a `b64` that is not allowed.
    init(
        protected text: String, unprotected: JSON = .object([]), signature: String, allowsUnencoded: Bool
    ) throws(JOSEError) {
        protectedText = Array(text.utf8)
        guard let header = Base64URL.decode(text), let bytes = Base64URL.decode(signature), !bytes.isEmpty
        else {
            throw JOSEError(.malformed, "the protected header or the signature is not canonical base64url")
        }
        let members = text.isEmpty ? HeaderMembers(.object([])) : try HeaderMembers(parsing: header)
        guard let open = unprotected.object else {
            throw JOSEError(.malformed, "'header' is not a JSON object")
        }
        let all = (members.json.object ?? []) + open
        guard !all.repeats({ $0.name }) else {
            throw JOSEError(.malformed, "a member is in the protected and in the unprotected header")
        }
        guard unprotected["crit"] == nil, unprotected["b64"] == nil else {
            throw JOSEError(.malformed, "'crit' and 'b64' belong into the protected header")
        }
        protected = members.json
        self.unprotected = unprotected
        self.bytes = bytes
        isEncoded = try Self.isEncoded(members, allowsUnencoded)
        // What is left of it is read as the header of a compact token is. `crit` was obeyed already.
        let rest = JSON.object(all.filter { !["crit", "b64"].contains($0.name) })
        do throws(JOSEError) {
            self.header = .success(try UnverifiedToken.Header(parsing: rest.encoded()))
        } catch {
            self.header = .failure(error)
        }
    }

    /// `b64`, which counts only where `crit` names it (RFC 7797 §6).
    private static func isEncoded(_ members: HeaderMembers, _ isAllowed: Bool) throws(JOSEError) -> Bool {
        let critical = try members.critical()
        guard critical.allSatisfy({ $0.isIdentical(to: "b64") }) else {
            throw JOSEError(.unsupportedCritical, "the header uses 'crit' for what we do not have")
        }
        guard let value = members.json["b64"] else { return true }
        guard let isEncoded = value.bool, !critical.isEmpty else {
            throw JOSEError(.malformed, "'b64' is not a truth value that 'crit' names")
        }
        guard isAllowed else {
            throw JOSEError(.unsupportedCritical, "the header uses 'b64', which was not asked for")
        }
        return isEncoded
    }

    /// What is signed (RFC 7515 §5.1, RFC 7797 §3).
    static func input(protected: [UInt8], payload: [UInt8], isEncoded: Bool) -> [UInt8] {
        var input = protected
        input.append(UInt8(ascii: "."))
        if isEncoded { input += Array(Base64URL.encode(payload).utf8) } else { input += payload }
        return input
    }

    func check(_ payload: [UInt8], by keys: SignatureKeys) throws(JOSEError) -> VerifiedSignature {
        let header = try self.header.get()
        let key = try keys.key(for: header)
        try header.check(key)
        let input = Self.input(protected: protectedText, payload: payload, isEncoded: isEncoded)
        guard key.isValid(signature: bytes[...], for: input[...]) else {
            throw JOSEError(.invalidSignature, "the signature is not by this key over this payload")
        }
        return VerifiedSignature(
            algorithm: key.algorithm, keyID: key.id, protectedHeader: protected,
            unprotectedHeader: unprotected)
    }
}

/// One key that the caller chose, or a set in which the header finds one.
enum SignatureKeys {
    case one(VerificationKey)
    case set(JWKSet)

    func key(for header: UnverifiedToken.Header) throws(JOSEError) -> VerificationKey {
        switch self {
        case .one(let key): key
        case .set(let keys): try keys.key(for: header)
        }
    }
}
