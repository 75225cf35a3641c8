/// The public half of a key, or a shared secret, that verifies signatures of exactly one algorithm.
///
/// An immutable value; share it between tasks freely.
public struct VerificationKey: Sendable {
    /// `kid` (RFC 7517 §4.5), by which tokens name it; nil if it has none.
    public let id: String?
    /// The one algorithm it verifies, whatever a header says.
    public let algorithm: SignatureAlgorithm
    private let verifier: Verifier
    /// What may be published; nil for a secret.
    let publicJSON: JSON?

    /// A key whose algorithm is said by its `alg` or follows from its curve.
    ///
    /// Of a private JWK the public half is taken.
    /// - Throws: `unsupported_algorithm` for an `alg` that we do not have, `invalid_key` if the algorithm is
    ///   not said or `use` or `key_ops` do not allow verifying, `weak_key` for a short secret.
    public init(_ jwk: JWK) throws(JOSEError) {
        try self.init(checked: jwk, try jwk.requiredAlgorithm())
    }

    /// A key whose algorithm the caller knows, where its JWK may not say it.
    /// - Throws: `algorithm_mismatch` if the JWK says another; otherwise as ``init(_:)``.
    public init(_ jwk: JWK, algorithm: SignatureAlgorithm) throws(JOSEError) {
        try jwk.checkAlgorithm(algorithm)
        try self.init(checked: jwk, algorithm)
    }

    private init(checked jwk: JWK, _ algorithm: SignatureAlgorithm) throws(JOSEError) {
        if let objection = jwk.details.objectionToVerifying(isPrivate: jwk.isPrivate) {
            throw JOSEError(.invalidKey, objection)
        }
        try self.init(jwk, id: jwk.id, algorithm, name: jwk.details.algorithmName)
    }

    init(_ jwk: JWK, id: String?, _ algorithm: SignatureAlgorithm, name: String?) throws(JOSEError) {
        self.id = id
        self.algorithm = algorithm
        verifier = try Verifier(jwk.material, algorithm)
        guard jwk.details.type != .symmetric else {
            publicJSON = nil
            return
        }
        var members = jwk.members(jwk.details.type.publicMembers)
        if let id { members.append(JSON.Member("kid", .string(id))) }
        members.append(JSON.Member("alg", .string(name ?? algorithm.rawValue)))
        members.append(JSON.Member("use", "sig"))
        publicJSON = .object(members)
    }

    /// Whether `signature` is this key's over `input`: the raw signature of JWS (RFC 7518 §3) in its exact
    /// length. HMAC is compared in constant time.
    public func isValid(signature: ArraySlice<UInt8>, for input: ArraySlice<UInt8>) -> Bool {
        signature.withUnsafeBytes { signature in
            input.withUnsafeBytes { input in isValid(signature: signature, for: input) }
        }
    }

    func isValid(signature: UnsafeRawBufferPointer, for input: UnsafeRawBufferPointer) -> Bool {
        verifier.isValid(signature: signature, for: input)
    }

    /// How many bytes its signatures have.
    var signatureBytes: Int { verifier.signatureBytes }

    /// The public JWK with `kid`, `alg` and `use`; nil for a secret.
    public var jwk: JWK? {
        publicJSON.flatMap { try? JWK($0) }
    }
}

extension VerificationKey: CustomStringConvertible, CustomReflectable {
    /// The algorithm and the `kid`, never the numbers: it may be a secret.
    public var description: String {
        "VerificationKey(\(algorithm.rawValue)\(id.map { ", kid \($0.quoted)" } ?? ""))"
    }

    /// Nothing, so that `dump` and debuggers' printing show no secret either.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}

extension JWK {
    /// The algorithm that the key says or that follows from its curve.
    func requiredAlgorithm() throws(JOSEError) -> SignatureAlgorithm {
        if let algorithm { return algorithm }
        guard let name = details.algorithmName else {
            if case .x25519 = material {
                throw JOSEError(.unsupportedAlgorithm, "an X25519 key is for encryption and signs nothing")
            }
            throw JOSEError(
                .invalidKey, "a key of kind \(keyType) must say its 'alg', or its user the algorithm")
        }
        throw JOSEError(
            .unsupportedAlgorithm, "the key is for \(name.quoted), which is not a signature algorithm we have"
        )
    }

    /// Refuses an algorithm other than the one the key says.
    func checkAlgorithm(_ algorithm: SignatureAlgorithm) throws(JOSEError) {
        guard let name = details.algorithmName, SignatureAlgorithm(name: name) != algorithm else {
            return
        }
        throw JOSEError(.algorithmMismatch, "the key is for \(name.quoted), not \(algorithm.rawValue)")
    }
}
