/// The keys a token may be verified with (RFC 7517 §5), looked up by `kid`; there is no default key.
public struct JWKSet: Sendable {
    /// The keys, in the order given.
    public let keys: [VerificationKey]
    /// What good tokens under these keys began with; shared by copies.
    let headers = HeaderMemory()

    /// How many bytes a set may have as JSON.
    static let maximumBytes = 262_144

    /// A set of these keys.
    /// - Throws: `invalid_key` if two have the same `kid`.
    public init(keys: [VerificationKey]) throws(JOSEError) {
        var seen = Set<[UInt8]>()
        for id in keys.compactMap(\.id) where !seen.insert(Array(id.utf8)).inserted {
            throw JOSEError(.invalidKey, "two keys have the same kid \(id.quoted)")
        }
        self.keys = keys
    }

    /// Reads a JWK Set, or a single JWK, of at most 256 KiB.
    ///
    /// Members of a set that are not for us are skipped (RFC 7517 §5): an unknown `kty`, `crv` or `alg`,
    /// another `use` than "sig", `key_ops` without "verify", RSA and symmetric keys that do not say their
    /// `alg`. Those that are for us and malformed or weak refuse the whole set. A single JWK must be usable.
    /// - Parameters:
    ///   - bytes: the JSON text.
    ///   - publicOnly: whether to refuse private and symmetric members, as in a set from the network, where they are
    ///     somebody's accident.
    /// - Throws: `malformed`, `invalid_key`, `weak_key`; for a single JWK also `unsupported_algorithm`.
    public init(parsing bytes: [UInt8], publicOnly: Bool = false) throws(JOSEError) {
        let json = try JSON.parse(bytes, limits: JSON.Limits(bytes: Self.maximumBytes))
        guard let members = json["keys"] else {
            guard json["kty"] != nil else {
                throw JOSEError(.malformed, "neither a JWK Set (no 'keys') nor a JWK (no 'kty')")
            }
            try Self.refusePrivate(json, publicOnly)
            try self.init(keys: [try VerificationKey(try JWK(json))])
            return
        }
        guard let members = members.array else { throw JOSEError(.malformed, "'keys' is not an array") }
        var keys: [VerificationKey] = []
        for member in members {
            try Self.refusePrivate(member, publicOnly)
            if let key = try Self.key(member) { keys.append(key) }
        }
        try self.init(keys: keys)
    }

    /// The key of a member, or nil if it is not for us.
    private static func key(_ json: JSON) throws(JOSEError) -> VerificationKey? {
        do {
            let members = try KeyMembers(json)
            let description = try KeyDescription(members)
            let isPrivate = members.has("d") || members.has("k") || members.has("priv")
            guard description.objectionToVerifying(isPrivate: isPrivate) == nil else { return nil }
            switch description.algorithmName {
            case let name? where SignatureAlgorithm(name: name) == nil: return nil
            case nil where description.type == .rsa || description.type == .symmetric: return nil
            default:
                let jwk = try JWK(members, description)
                // A key on X25519 agrees on secrets and signs nothing.
                return jwk.algorithm == nil ? nil : try VerificationKey(jwk)
            }
        } catch {
            guard error.code == .unsupportedAlgorithm else { throw error }
            return nil
        }
    }

    /// Whatever the kind of key: one that we do not have may be somebody's secret too.
    private static let privateNames = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]

    private static func refusePrivate(_ json: JSON, _ publicOnly: Bool) throws(JOSEError) {
        guard publicOnly, privateNames.contains(where: { json[$0] != nil }) else { return }
        throw JOSEError(.invalidKey, "a private or symmetric key where only public ones belong")
    }

    /// The key that a token with this header must be verified with.
    ///
    /// By `kid` and algorithm. Where the token has no `kid`, exactly one key must have the algorithm; where no key
    /// has the token's, exactly one of those without a `kid`.
    /// - Throws: `unknown_key` if none fits, or several do; `algorithm_mismatch` if the key named by `kid` is
    ///   of another algorithm than `alg`.
    public func key(for header: UnverifiedToken.Header) throws(JOSEError) -> VerificationKey {
        var candidates = keys
        if let id = header.keyID {
            if let key = keys.first(where: { $0.id?.isIdentical(to: id) ?? false }) {
                try header.check(key)
                return key
            }
            // A JWK need not have a kid (RFC 7517 §4.5); who signs by it names it as they like.
            candidates = keys.filter { $0.id == nil }
            guard !candidates.isEmpty else {
                throw JOSEError(.unknownKey, "none of \(keys.count) keys has the kid \(id.quoted)")
            }
        }
        let fitting = candidates.filter { $0.algorithm == header.algorithm }
        guard let key = fitting.first else {
            throw JOSEError(
                .unknownKey, "none of \(candidates.count) keys is for \(header.algorithm.rawValue)")
        }
        guard fitting.count == 1 else {
            throw JOSEError(.unknownKey, "the token has no kid of a key and \(fitting.count) keys fit")
        }
        return key
    }

    /// The set as it may be published: `{"keys":[…]}` with the public halves. Symmetric keys are never in it.
    public var json: JSON {
        ["keys": .array(keys.compactMap(\.publicJSON))]
    }
}

extension JWKSet {
    /// Reads a JWK Set, or a single JWK, from a text.
    /// - Throws: as ``init(parsing:publicOnly:)-([UInt8],_)``.
    public init(parsing text: String, publicOnly: Bool = false) throws(JOSEError) {
        try self.init(parsing: Array(text.utf8), publicOnly: publicOnly)
    }

    /// Reads a JWK Set, or a single JWK, from bytes of another kind: `Data` for instance.
    /// - Throws: as ``init(parsing:publicOnly:)-([UInt8],_)``.
    public init(parsing bytes: some Sequence<UInt8>, publicOnly: Bool = false) throws(JOSEError) {
        try self.init(parsing: Array(bytes), publicOnly: publicOnly)
    }
}
