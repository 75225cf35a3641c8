/// The keys a token may be decrypted with, looked up by `kid`; there is no default key.
public struct DecryptionKeySet: Sendable {
    /// The keys, in the order given. A JWK that does not say its algorithm may be here once for each it got.
    public let keys: [DecryptionKey]
    /// Whether a key has a `kid`, or a private member has that was not for us.
    private var hasNames: Bool

    /// A set of these keys.
    /// - Throws: `invalid_key` if two have the same `kid` and algorithm.
    public init(keys: [DecryptionKey]) throws(JOSEError) {
        var seen = Set<[UInt8]>()
        for key in keys {
            guard let id = key.id else { continue }
            let name = Array(id.utf8) + [0] + Array(key.algorithm.rawValue.utf8)
            guard seen.insert(name).inserted else {
                throw JOSEError(.invalidKey, "two keys have the same kid \(id.quoted)")
            }
        }
        self.keys = keys
        hasNames = keys.contains { $0.id != nil }
    }

    /// What a JWK that does not say its algorithm may be used for.
    public enum Unsaid: Sendable {
        /// Nothing: such a key is skipped.
        case nothing
        /// What its kind is safely used for: ECDH-ES in all its forms for EC and X25519, RSA-OAEP and
        /// RSA-OAEP-256 for RSA, and for a secret `dir`, AES key wrap and AES-GCM key wrap as its length allows.
        /// Never PBES2: a token could make anybody work who has a secret.
        case fitting
        /// As ``fitting``, and PBES2 for secrets.
        case fittingOrPassphrase
    }

    /// Reads a JWK Set, or a single JWK, of at most 256 KiB.
    ///
    /// Members of a set that are not for us are skipped: public keys, an unknown `kty`, `crv` or `alg`, another
    /// `use` than "enc", `key_ops` without a way to decrypt. Those that are malformed or weak refuse the whole
    /// set. A single JWK must be usable.
    /// - Parameters:
    ///   - bytes: the JSON text.
    ///   - unsaid: what a key that does not say its algorithm may be used for.
    ///   - encryptions: the content encryptions to allow; nil allows all.
    /// - Throws: `malformed`, `invalid_key`, `weak_key`; for a single JWK also `unsupported_algorithm`.
    public init(
        parsing bytes: [UInt8], unsaid: Unsaid = .nothing, encryptions: [ContentEncryption]? = nil
    ) throws(JOSEError) {
        let json = try JSON.parse(bytes, limits: JSON.Limits(bytes: JWKSet.maximumBytes))
        guard let members = json["keys"] else {
            guard json["kty"] != nil else {
                throw JOSEError(.malformed, "neither a JWK Set (no 'keys') nor a JWK (no 'kty')")
            }
            let jwk = try JWK(json)
            guard jwk.details.algorithmName == nil, unsaid != .nothing else {
                try self.init(keys: [try DecryptionKey(jwk, encryptions: encryptions)])
                return
            }
            guard jwk.isPrivate else { throw JOSEError(.invalidKey, "a public key cannot decrypt") }
            let keys = try Self.keys(jwk, unsaid, encryptions)
            guard !keys.isEmpty else { throw JOSEError(.invalidKey, "the key is not one to decrypt with") }
            try self.init(keys: keys)
            return
        }
        guard let members = members.array else { throw JOSEError(.malformed, "'keys' is not an array") }
        var keys: [DecryptionKey] = []
        var hasNames = false
        for (place, member) in members.enumerated() {
            do {
                guard let jwk = try Self.jwk(member), jwk.isPrivate else { continue }
                hasNames = hasNames || jwk.id != nil
                keys += try Self.keys(jwk, unsaid, encryptions)
            } catch {
                throw error.ofMember(place)
            }
        }
        try self.init(keys: keys)
        self.hasNames = hasNames
    }

    private static func jwk(_ json: JSON) throws(JOSEError) -> JWK? {
        do {
            return try JWK(json)
        } catch {
            guard error.code == .unsupportedAlgorithm else { throw error }
            return nil
        }
    }

    /// The keys of a JWK; none if it is not for us.
    private static func keys(
        _ jwk: JWK, _ unsaid: Unsaid, _ encryptions: [ContentEncryption]?
    ) throws(JOSEError) -> [DecryptionKey] {
        if let name = jwk.details.algorithmName {
            guard KeyManagementAlgorithm(name: name) != nil || ContentEncryption(name: name) != nil else {
                return []
            }
        }
        let purpose = KeyPurpose(algorithm: .direct, encryption: nil)
        guard (try? purpose.check(jwk, operations: KeyPurpose.decrypting)) != nil else { return [] }
        guard jwk.details.algorithmName == nil else {
            do {
                return [try DecryptionKey(jwk, encryptions: encryptions)]
            } catch {
                // A sound key, but none for the encryptions that the caller asks for.
                guard encryptions != nil, (try? DecryptionKey(jwk)) != nil else { throw error }
                return []
            }
        }
        // Those of another kind or length of key do not come into being.
        return unsaid.algorithms.compactMap { algorithm in
            try? DecryptionKey(jwk, algorithm: algorithm, encryptions: encryptions)
        }
    }

    /// The key that a token with this header must be decrypted with.
    ///
    /// By `kid` and algorithm. Where the token has no `kid`, or no key of the set has one, exactly one key must be for
    /// the algorithm.
    /// - Throws: `unknown_key` if none fits, or several do; `algorithm_mismatch` if the key named by `kid` is for
    ///   another algorithm than `alg`.
    public func key(for header: UnopenedToken.Header) throws(JOSEError) -> DecryptionKey {
        var candidates = keys
        if let id = header.keyID {
            candidates = keys.filter { $0.id?.isIdentical(to: id) ?? false }
            if candidates.isEmpty, !hasNames { candidates = keys }
            guard !candidates.isEmpty else {
                throw JOSEError(.unknownKey, "none of \(keys.count) keys has the kid \(id.quoted)")
            }
        }
        // The encryption counts too: two secrets for `dir` may differ in their length alone.
        let fitting = candidates.filter {
            $0.algorithm == header.algorithm && $0.encryptions.contains(header.encryption)
        }
        if let key = fitting.first, fitting.count == 1 { return key }
        if fitting.isEmpty, header.keyID != nil, let key = candidates.first { try header.check(key) }
        throw JOSEError(
            .unknownKey,
            fitting.isEmpty
                ? "none of \(keys.count) keys is for \(header.algorithm.rawValue) with \(header.encryption.rawValue)"
                : "the token has no kid of a key and \(fitting.count) keys fit")
    }
}

extension DecryptionKeySet.Unsaid {
    fileprivate var algorithms: [KeyManagementAlgorithm] {
        switch self {
        case .nothing: []
        case .fitting: KeyManagementAlgorithm.allCases.filter { !$0.isForPassphrase }
        case .fittingOrPassphrase: KeyManagementAlgorithm.allCases
        }
    }
}

extension KeyManagementAlgorithm {
    fileprivate var isForPassphrase: Bool {
        if case .passphrase = family { true } else { false }
    }
}

extension DecryptionKeySet {
    /// Reads a JWK Set, or a single JWK, from a text.
    /// - Throws: as ``init(parsing:unsaid:encryptions:)-([UInt8],_,_)``.
    public init(
        parsing text: String, unsaid: Unsaid = .nothing, encryptions: [ContentEncryption]? = nil
    ) throws(JOSEError) {
        try self.init(parsing: Array(text.utf8), unsaid: unsaid, encryptions: encryptions)
    }
}
