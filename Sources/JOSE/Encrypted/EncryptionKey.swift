import Crypto

/// The public half of a key, or a shared secret, that encrypts with exactly one `alg` and one `enc`.
///
/// An immutable value; share it between tasks freely. With a shared secret for AES-GCM (`dir`, the `GCMKW`
/// ones) encrypt no more than 2³² tokens: the vectors are random.
public struct EncryptionKey: Sendable {
    /// `kid`, written into every header; nil writes none.
    public let id: String?
    /// The one algorithm it is for.
    public let algorithm: KeyManagementAlgorithm
    /// The content encryption it uses.
    public let encryption: ContentEncryption
    let wrapping: KeyWrapping
    let iterations: Int

    /// How often PBKDF2 is run for a new token unless the caller says otherwise.
    public static let iterations = 600_000

    /// A key from a JWK; of a private one the public half is taken.
    ///
    /// A JWK whose `alg` is a content encryption is for `dir` with that one.
    /// - Parameters:
    ///   - jwk: the recipient's key, or a secret.
    ///   - algorithm: what the key is for, where its JWK does not say it.
    ///   - encryption: the content encryption; by default A256GCM, and for `dir` the first that the secret is
    ///     long enough for.
    ///   - iterations: how often PBKDF2 is run (`p2c`), from 1000 to what a ``DecryptionKey`` takes unless told.
    /// - Throws: `unsupported_algorithm`, `algorithm_mismatch`, `invalid_key`, `weak_key`, as
    ///   ``DecryptionKey/init(_:algorithm:encryptions:maximumIterations:)``.
    public init(
        _ jwk: JWK, algorithm: KeyManagementAlgorithm? = nil, encryption: ContentEncryption? = nil,
        iterations: Int = Self.iterations
    ) throws(JOSEError) {
        let purpose = try KeyPurpose(jwk, algorithm: algorithm)
        try purpose.check(
            jwk, operations: KeyPurpose.encrypting + (jwk.isPrivate ? KeyPurpose.decrypting : []))
        try self.init(jwk.material, id: jwk.id, purpose, encryption: encryption, iterations: iterations)
    }

    /// A key from a passphrase, for PBES2 (RFC 7518 §4.8).
    /// - Throws: `invalid_key` for an algorithm that is not PBES2 or too few iterations, `weak_key` for an empty
    ///   passphrase.
    public init(
        passphrase: String, algorithm: KeyManagementAlgorithm, id: String? = nil,
        encryption: ContentEncryption? = nil, iterations: Int = Self.iterations
    ) throws(JOSEError) {
        guard case .passphrase = algorithm.family else {
            throw JOSEError(.invalidKey, "\(algorithm.rawValue) is not for a passphrase")
        }
        try self.init(
            .symmetric(Array(passphrase.utf8)), id: id, KeyPurpose(algorithm: algorithm, encryption: nil),
            encryption: encryption, iterations: iterations)
    }

    private init(
        _ material: KeyMaterial, id: String?, _ purpose: KeyPurpose, encryption: ContentEncryption?,
        iterations: Int
    ) throws(JOSEError) {
        guard (PassphraseWrapping.leastIterations...DecryptionKey.maximumIterations).contains(iterations)
        else {
            throw JOSEError(
                .invalidKey,
                "PBKDF2 takes \(PassphraseWrapping.leastIterations) to \(DecryptionKey.maximumIterations) iterations"
            )
        }
        wrapping = try KeyWrapping(material, purpose.algorithm)
        let allowed = try purpose.encryptions(for: material, asked: encryption.map { [$0] })
        self.encryption = allowed.contains(.a256GCM) ? .a256GCM : allowed.first ?? .a256GCM
        self.id = id
        algorithm = purpose.algorithm
        self.iterations = iterations
    }
}

extension EncryptionKey: CustomStringConvertible, CustomReflectable {
    /// The algorithms and the `kid`, never the numbers: it may be a secret.
    public var description: String {
        "EncryptionKey(\(algorithm.rawValue), \(encryption.rawValue)\(id.map { ", kid \($0.quoted)" } ?? ""))"
    }

    /// Nothing, so that `dump` and debuggers' printing show no secret either.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}
