/// What a JWK says about itself beside its numbers (RFC 7517 §4), each member of the right type.
struct KeyDescription: Sendable {
    /// The kinds of key we have (`kty`, RFC 7518 §6.1, RFC 8037 §2, RFC 9964 §3).
    enum KeyType: String, Sendable {
        case ellipticCurve = "EC"
        case rsa = "RSA"
        case octetKeyPair = "OKP"
        case symmetric = "oct"
        /// A pair of the algorithm that it says.
        case algorithmKeyPair = "AKP"

        /// The members of the public half, or the secret: those of a thumbprint, in its order (RFC 7638
        /// §3.2).
        var thumbprintMembers: [String] {
            switch self {
            case .ellipticCurve: ["crv", "kty", "x", "y"]
            case .rsa: ["e", "kty", "n"]
            case .octetKeyPair: ["crv", "kty", "x"]
            case .symmetric: ["k", "kty"]
            case .algorithmKeyPair: ["alg", "kty", "pub"]
            }
        }

        /// The same without `alg`, which is written for itself.
        var publicMembers: [String] { thumbprintMembers.filter { $0 != "alg" } }

        /// The members that make a key of this kind private; the first alone says whether it is.
        var privateMembers: [String] {
            switch self {
            case .ellipticCurve, .octetKeyPair: ["d"]
            case .rsa: ["d", "p", "q", "dp", "dq", "qi"]
            case .symmetric: ["k"]
            case .algorithmKeyPair: ["priv"]
            }
        }
    }

    let type: KeyType
    /// `kid`.
    let id: String?
    /// `alg` as it stands.
    let algorithmName: String?
    private let use: String?
    private let operations: [String]?

    /// - Throws: `unsupported_algorithm` for a `kty` that we do not have, `invalid_key` for a malformed
    ///   member.
    init(_ members: KeyMembers) throws(JOSEError) {
        guard let kty = try members.string("kty") else { throw JOSEError(.invalidKey, "a JWK needs 'kty'") }
        id = try members.string("kid")
        algorithmName = try members.string("alg")
        use = try members.string("use")
        operations = try members.operations()
        guard let type = KeyType(exactly: kty) else {
            throw JOSEError(
                .unsupportedAlgorithm, "a key of kind \(kty.quoted), needs one of EC, RSA, OKP, oct, AKP")
        }
        self.type = type
    }

    /// What a key is for (`use`, RFC 7517 §4.2), and the operations that belong to it (§4.3).
    enum Use: String {
        case signature = "sig"
        case encryption = "enc"

        private var operations: [String] {
            switch self {
            case .signature: ["sign", "verify"]
            case .encryption:
                ["encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"]
            }
        }

        /// Whether an operation belongs to the other use.
        fileprivate func excludes(_ operation: String) -> Bool {
            let other: Use = self == .signature ? .encryption : .signature
            return other.operations.contains { $0.isIdentical(to: operation) }
        }
    }

    /// Nil if the key may be put to this use, by one of these operations, else why not.
    func objection(to wanted: Use, byAnyOf wantedOperations: [String]) -> String? {
        if let use {
            guard use.isIdentical(to: wanted.rawValue) else {
                return "the key is for use \(use.quoted), not '\(wanted.rawValue)'"
            }
            if let other = operations?.first(where: wanted.excludes) {
                return
                    "the key's use \(use.quoted) and its key_ops with \(other.quoted) contradict each other"
            }
        }
        guard let operations else { return nil }
        let fits = operations.contains { name in wantedOperations.contains { $0.isIdentical(to: name) } }
        guard !fits else { return nil }
        return wantedOperations.count == 1
            ? "the key's key_ops do not include '\(wantedOperations[0])'"
            : "the key's key_ops include none of \(wantedOperations.joined(separator: ", "))"
    }

    /// Nil if `use` and `key_ops` let the key verify, else why they do not.
    ///
    /// A private key that may `sign` may verify what it signed.
    func objectionToVerifying(isPrivate: Bool) -> String? {
        objection(to: .signature, byAnyOf: isPrivate ? ["verify", "sign"] : ["verify"])
    }

    /// Nil if `use` and `key_ops` let the key sign, else why they do not.
    func objectionToSigning() -> String? {
        objection(to: .signature, byAnyOf: ["sign"])
    }
}

/// Typed access to the members of a JWK; every failure is `invalid_key` and names the member, never its
/// value.
struct KeyMembers {
    let json: JSON

    init(_ json: JSON) throws(JOSEError) {
        guard let members = json.object else { throw JOSEError(.invalidKey, "a JWK is a JSON object") }
        guard !members.repeats({ $0.name }) else {
            throw JOSEError(.invalidKey, "the JWK has a member name twice")
        }
        self.json = json
    }

    func has(_ name: String) -> Bool {
        json[name] != nil
    }

    func string(_ name: String) throws(JOSEError) -> String? {
        guard let value = json[name] else { return nil }
        guard let string = value.string else { throw JOSEError(.invalidKey, "'\(name)' is not a string") }
        return string
    }

    /// `key_ops` (RFC 7517 §4.3).
    func operations() throws(JOSEError) -> [String]? {
        guard let value = json["key_ops"] else { return nil }
        let operations = (value.array ?? []).compactMap(\.string)
        guard let elements = value.array, operations.count == elements.count,
            !operations.repeats({ $0 })
        else { throw JOSEError(.invalidKey, "'key_ops' is not an array of distinct strings") }
        return operations
    }

    /// The bytes of a required base64url member; never empty.
    func bytes(_ name: String) throws(JOSEError) -> [UInt8] {
        guard let text = try string(name) else { throw JOSEError(.invalidKey, "the JWK needs '\(name)'") }
        guard let bytes = Base64URL.decode(text) else {
            throw JOSEError(.invalidKey, "'\(name)' is not base64url")
        }
        guard !bytes.isEmpty else { throw JOSEError(.invalidKey, "'\(name)' is empty") }
        return bytes
    }

    /// The bytes of a required member that has exactly `count` (RFC 7518 §6.2.1.2: zeros lead if needed).
    func bytes(_ name: String, count: Int) throws(JOSEError) -> [UInt8] {
        let bytes = try bytes(name)
        guard bytes.count == count else {
            throw JOSEError(.invalidKey, "'\(name)' has \(bytes.count) bytes, needs \(count)")
        }
        return bytes
    }

    /// The bytes of a required positive Base64urlUInt, which has no leading zero (RFC 7518 §2).
    func unsigned(_ name: String) throws(JOSEError) -> [UInt8] {
        let bytes = try bytes(name)
        guard bytes.first != 0 else { throw JOSEError(.invalidKey, "'\(name)' starts with a zero byte") }
        return bytes
    }
}
