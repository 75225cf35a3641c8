/// The keys a token may be verified with (RFC 7517 §5), looked up by `kid`; there is no default key.
public struct JWKSet: Sendable {
    /// The keys, in the order given.
    public let keys: [VerificationKey]
    /// Whether a key has a `kid`, or a member has that was not for us.
    private var hasNames: Bool
    /// How many members were not for us.
    private var skipped = 0
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
        hasNames = keys.contains { $0.id != nil }
    }

    /// Reads a JWK Set, or a single JWK, of at most 256 KiB.
    ///
    /// Members of a set that are not for us are skipped (RFC 7517 §5): an unknown `kty`, `crv` or `alg`,
    /// another `use` than "sig", `key_ops` without "verify", RSA and symmetric keys that do not say their
    /// `alg`, keys whose `use` and `key_ops` contradict each other. Those that are for us and malformed or weak refuse
    /// the whole set, and so does a private or symmetric member beside a public one, whatever both are for. A single JWK
    /// must be usable.
    /// - Parameters:
    ///   - bytes: the JSON text.
    ///   - publicOnly: whether to refuse private and symmetric members, as in a set from the network, where they are
    ///     somebody's accident.
    ///   - unsaid: what RSA keys, or secrets, that do not say their `alg` are for; nil skips them, and so does an
    ///     algorithm of another kind of key. Keys of one algorithm only, and those that say theirs, are for that.
    /// - Throws: `malformed`, `invalid_key`, `weak_key`; for a single JWK also `unsupported_algorithm`.
    public init(
        parsing bytes: [UInt8], publicOnly: Bool = false, unsaid: SignatureAlgorithm? = nil
    ) throws(JOSEError) {
        let json = try JSON.parse(bytes, limits: JSON.Limits(bytes: Self.maximumBytes))
        guard let members = json["keys"] else {
            guard json["kty"] != nil else {
                throw JOSEError(.malformed, "neither a JWK Set (no 'keys') nor a JWK (no 'kty')")
            }
            try Self.refuseSecret(json, publicOnly)
            let jwk = try JWK(json)
            let saysNone = jwk.details.algorithmName == nil && jwk.algorithm == nil
            let key =
                if saysNone, let unsaid { try VerificationKey(jwk, algorithm: unsaid) } else {
                    try VerificationKey(jwk)
                }
            try self.init(keys: [key])
            return
        }
        guard let members = members.array else { throw JOSEError(.malformed, "'keys' is not an array") }
        var keys: [VerificationKey] = []
        for (place, member) in members.enumerated() {
            do {
                try Self.refuseSecret(member, publicOnly)
                if let key = try Self.key(member, unsaid) { keys.append(key) }
            } catch {
                throw error.ofMember(place)
            }
        }
        // Whoever wrote such a set gives a secret away, or takes what is public for one.
        if members.contains(where: Self.isPublic), let secret = members.firstIndex(where: Self.isSecret) {
            throw JOSEError(.invalidKey, "a private or symmetric key among public ones").ofMember(secret)
        }
        try self.init(keys: keys)
        hasNames = members.contains { $0["kid"] != nil }
        skipped = members.count - keys.count
    }

    /// The key of a member, or nil if it is not for us.
    private static func key(
        _ json: JSON, _ unsaid: SignatureAlgorithm?
    ) throws(JOSEError) -> VerificationKey? {
        do {
            let members = try KeyMembers(json)
            let description = try KeyDescription(members)
            let isPrivate = members.has("d") || members.has("k") || members.has("priv")
            guard description.objectionToVerifying(isPrivate: isPrivate) == nil else { return nil }
            switch description.algorithmName {
            case let name? where SignatureAlgorithm(name: name) == nil: return nil
            case nil where description.type == .rsa || description.type == .symmetric:
                guard let unsaid, unsaid.isSymmetric == (description.type == .symmetric),
                    unsaid.isSymmetric || unsaid.isRSA
                else { return nil }
                return try VerificationKey(try JWK(members, description), algorithm: unsaid)
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

    /// Whether a member is the public half of a pair.
    private static func isPublic(_ json: JSON) -> Bool {
        let type = json["kty"]?.string.flatMap(KeyDescription.KeyType.init(exactly:))
        return type != nil && type != .symmetric && !isSecret(json)
    }

    private static func isSecret(_ json: JSON) -> Bool {
        privateNames.contains { json[$0] != nil }
    }

    private static func refuseSecret(_ json: JSON, _ publicOnly: Bool) throws(JOSEError) {
        guard publicOnly, isSecret(json) else { return }
        throw JOSEError(.invalidKey, "a private or symmetric key where only public ones belong")
    }

    /// The key that a token with this header must be verified with.
    ///
    /// By `kid` and algorithm. Where the token has no `kid`, or no key of the set has one, exactly one key must have the
    /// algorithm.
    /// - Throws: `unknown_key` if none fits, or several do; `algorithm_mismatch` if the key named by `kid` is
    ///   of another algorithm than `alg`.
    public func key(for header: UnverifiedToken.Header) throws(JOSEError) -> VerificationKey {
        if let id = header.keyID {
            if let key = keys.first(where: { $0.id?.isIdentical(to: id) ?? false }) {
                try header.check(key)
                return key
            }
            // A JWK need not have a kid (RFC 7517 §4.5), and who signs by it names it as they like. Beside keys that
            // have one it would be a default key.
            guard !hasNames else {
                throw JOSEError(
                    .unknownKey, "none of \(keys.count) keys has the kid \(id.quoted)\(noteOfSkipped)")
            }
        }
        let fitting = keys.filter { $0.algorithm == header.algorithm }
        guard let key = fitting.first else {
            throw JOSEError(
                .unknownKey,
                "none of \(keys.count) keys is for \(header.algorithm.rawValue)\(noteOfSkipped)")
        }
        guard fitting.count == 1 else {
            throw JOSEError(.unknownKey, "the token has no kid of a key and \(fitting.count) keys fit")
        }
        return key
    }

    private var noteOfSkipped: String {
        guard skipped > 0 else { return "" }
        return "; \(skipped) more of the set \(skipped == 1 ? "is" : "are") not for signatures that we have,"
            + " or \(skipped == 1 ? "does" : "do") not say for which"
    }

    /// The set as it may be published: `{"keys":[…]}` with the public halves. Symmetric keys are never in it.
    public var json: JSON {
        ["keys": .array(keys.compactMap(\.publicJSON))]
    }
}

extension JWKSet {
    /// Reads a JWK Set, or a single JWK, from a text.
    /// - Throws: as ``init(parsing:publicOnly:unsaid:)-([UInt8],_,_)``.
    public init(
        parsing text: String, publicOnly: Bool = false, unsaid: SignatureAlgorithm? = nil
    ) throws(JOSEError) {
        try self.init(parsing: Array(text.utf8), publicOnly: publicOnly, unsaid: unsaid)
    }

    /// Reads a JWK Set, or a single JWK, from bytes of another kind: `Data` for instance.
    /// - Throws: as ``init(parsing:publicOnly:unsaid:)-([UInt8],_,_)``.
    public init(
        parsing bytes: some Sequence<UInt8>, publicOnly: Bool = false, unsaid: SignatureAlgorithm? = nil
    ) throws(JOSEError) {
        try self.init(parsing: Array(bytes), publicOnly: publicOnly, unsaid: unsaid)
    }
}
