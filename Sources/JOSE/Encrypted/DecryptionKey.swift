import Crypto

/// A private key, or shared secret, that decrypts tokens of exactly one `alg`, and of the `enc` it allows.
///
/// An immutable value; share it between tasks freely.
public struct DecryptionKey: Sendable {
    /// `kid` (RFC 7517 §4.5), by which tokens name it; nil if it has none.
    public let id: String?
    /// The one algorithm it is for, whatever a header says.
    public let algorithm: KeyManagementAlgorithm
    /// The content encryptions it allows.
    public let encryptions: [ContentEncryption]
    private let unwrapping: KeyWrapping
    private let maximumIterations: Int

    /// How often PBKDF2 is run for a token unless the caller says otherwise: under a second.
    public static let maximumIterations = 600_000

    /// A key from a private or symmetric JWK.
    ///
    /// A JWK whose `alg` is a content encryption is for `dir` with that one.
    /// - Parameters:
    ///   - jwk: a private key, or a secret.
    ///   - algorithm: what the key is for, where its JWK does not say it.
    ///   - encryptions: the content encryptions to allow; by default all, and for `dir` those that the secret is
    ///     long enough for.
    ///   - maximumIterations: how often PBKDF2 may be run for a token (`p2c`).
    /// - Throws: `unsupported_algorithm` for an `alg` that we do not have; `algorithm_mismatch` if the JWK says
    ///   another than `algorithm`; `invalid_key` for a public key, one that does not say its algorithm or is of
    ///   another kind or length, and one whose `use` or `key_ops` do not allow decrypting.
    public init(
        _ jwk: JWK, algorithm: KeyManagementAlgorithm? = nil, encryptions: [ContentEncryption]? = nil,
        maximumIterations: Int = Self.maximumIterations
    ) throws(JOSEError) {
        let purpose = try KeyPurpose(jwk, algorithm: algorithm)
        try purpose.check(jwk, operations: KeyPurpose.decrypting)
        guard jwk.isPrivate else { throw JOSEError(.invalidKey, "a public key cannot decrypt") }
        try self.init(
            jwk.material, id: jwk.id, purpose, encryptions: encryptions, maximumIterations: maximumIterations)
    }

    /// A key from a passphrase, for PBES2 (RFC 7518 §4.8).
    /// - Throws: `invalid_key` for an algorithm that is not PBES2, `weak_key` for an empty passphrase.
    public init(
        passphrase: String, algorithm: KeyManagementAlgorithm, id: String? = nil,
        encryptions: [ContentEncryption]? = nil, maximumIterations: Int = Self.maximumIterations
    ) throws(JOSEError) {
        guard case .passphrase = algorithm.family else {
            throw JOSEError(.invalidKey, "\(algorithm.rawValue) is not for a passphrase")
        }
        try self.init(
            .symmetric(Array(passphrase.utf8)), id: id, KeyPurpose(algorithm: algorithm, encryption: nil),
            encryptions: encryptions, maximumIterations: maximumIterations)
    }

    private init(
        _ material: KeyMaterial, id: String?, _ purpose: KeyPurpose, encryptions: [ContentEncryption]?,
        maximumIterations: Int
    ) throws(JOSEError) {
        unwrapping = try KeyWrapping(material, purpose.algorithm)
        self.encryptions = try purpose.encryptions(for: material, asked: encryptions)
        self.id = id
        algorithm = purpose.algorithm
        self.maximumIterations = maximumIterations
    }

    /// The content key of a token of our algorithm; nil if none comes out.
    /// - Throws: `malformed` for more iterations than allowed, before any is done.
    func contentKey(of token: UnopenedToken) throws(JOSEError) -> [UInt8]? {
        if case .passphrase(_, let iterations) = token.header.parameters, iterations > maximumIterations {
            throw JOSEError(.malformed, "'p2c' is \(iterations), at most \(maximumIterations) are allowed")
        }
        return unwrapping.unwrap(token.encryptedKey, token.header)
    }
}

extension DecryptionKey: CustomStringConvertible, CustomReflectable {
    /// The algorithm and the `kid`, never the numbers: a key that is logged by mistake gives nothing away.
    public var description: String {
        "DecryptionKey(\(algorithm.rawValue)\(id.map { ", kid \($0.quoted)" } ?? ""))"
    }

    /// Nothing, so that `dump` and debuggers' printing show no secret either.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}

extension UnopenedToken.Header {
    /// Refuses a key of another algorithm than the header says, or one that does not allow its encryption.
    func check(_ key: DecryptionKey) throws(JOSEError) {
        guard key.algorithm == algorithm else {
            throw JOSEError(
                .algorithmMismatch,
                "the token says \(algorithm.rawValue), its key is for \(key.algorithm.rawValue)")
        }
        guard key.encryptions.contains(encryption) else {
            throw JOSEError(
                .algorithmMismatch, "the key does not allow the encryption \(encryption.rawValue)")
        }
    }
}
