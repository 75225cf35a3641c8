/// The one algorithm a key encrypts or decrypts with, and the one encryption if its JWK names that.
struct KeyPurpose {
    let algorithm: KeyManagementAlgorithm
    let encryption: ContentEncryption?

    static let encrypting = ["encrypt", "wrapKey", "deriveKey", "deriveBits"]
    static let decrypting = ["decrypt", "unwrapKey", "deriveKey", "deriveBits"]

    init(algorithm: KeyManagementAlgorithm, encryption: ContentEncryption?) {
        self.algorithm = algorithm
        self.encryption = encryption
    }

    /// What the JWK says, or the caller where it says nothing.
    /// - Throws: `unsupported_algorithm`, `algorithm_mismatch` if both say something else, `invalid_key` if
    ///   neither says anything.
    init(_ jwk: JWK, algorithm asked: KeyManagementAlgorithm?) throws(JOSEError) {
        guard let name = jwk.details.algorithmName else {
            guard let asked else {
                throw JOSEError(
                    .invalidKey,
                    "a key to encrypt or decrypt with must say its 'alg', or its user the algorithm")
            }
            self.init(algorithm: asked, encryption: nil)
            return
        }
        let encryption = ContentEncryption(name: name)
        guard let algorithm = encryption == nil ? KeyManagementAlgorithm(name: name) : .direct else {
            throw KeyManagementAlgorithm.refusal(ofName: name)
        }
        guard asked ?? algorithm == algorithm else {
            throw JOSEError(
                .algorithmMismatch, "the key is for \(name.quoted), not \(asked?.rawValue ?? "")")
        }
        self.init(algorithm: algorithm, encryption: encryption)
    }

    /// Refuses a key whose `use` or `key_ops` do not allow what is to be done.
    func check(_ jwk: JWK, operations: [String]) throws(JOSEError) {
        if let objection = jwk.details.objection(to: .encryption, byAnyOf: operations) {
            throw JOSEError(.invalidKey, objection)
        }
    }

    /// The encryptions to allow: those asked for, or all that the key can do.
    /// - Throws: `invalid_key` if one asked for cannot be done, or none can.
    func encryptions(
        for material: KeyMaterial, asked: [ContentEncryption]?
    ) throws(JOSEError) -> [ContentEncryption] {
        var possible = ContentEncryption.allCases
        if algorithm == .direct, case .symmetric(let secret) = material {
            possible = possible.filter { $0.keyBytes == secret.count }
        }
        if let encryption { possible = possible.filter { $0 == encryption } }
        guard !possible.isEmpty else {
            throw JOSEError(.invalidKey, "the secret is not as long as any content encryption needs")
        }
        guard let asked else { return possible }
        guard !asked.isEmpty, asked.allSatisfy(possible.contains) else {
            throw JOSEError(.invalidKey, "the key cannot be used with the content encryption asked for")
        }
        return asked
    }
}
