import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A private key, or shared secret, that signs with exactly one algorithm.
///
/// An immutable value; share it between tasks freely.
public struct SigningKey: Sendable {
    /// `kid`, written into every header.
    public let id: String
    /// The one algorithm it signs with.
    public let algorithm: SignatureAlgorithm
    /// The name written into `alg`: the registered one, or "EdDSA" for an Ed25519 key that was asked to.
    public let algorithmName: String
    /// The half that verifies, under the same `kid` and `alg`; the secret itself for a symmetric key.
    public let verificationKey: VerificationKey
    /// The whole key as a JWK with `kid`, `alg` and `use`, private members included: for sealing at rest.
    public let privateJWK: JSON
    private let signer: Signer
    /// The first parts of tokens of the two common types, so that they are not written anew for each.
    private let commonHeaders: [(type: String, text: [UInt8])]

    /// A key from a private JWK that says its algorithm or has it by its curve.
    ///
    /// Its id is `kid` or else the RFC 7638 thumbprint.
    /// - Parameters:
    ///   - jwk: a private key, or a secret.
    ///   - algorithmName: what to write into `alg`; by default what the JWK says, else the algorithm's own name.
    ///     Ed25519 keys may choose between "Ed25519" (RFC 9864) and "EdDSA" (RFC 8037).
    /// - Throws: `invalid_key` for a public key, one whose `use` or `key_ops` do not allow signing, one that
    ///   does not say its algorithm, and a symmetric one without `kid` (the thumbprint is a hash of its
    ///   secret); `weak_key`; `unsupported_algorithm`; `algorithm_mismatch` if the name is of another
    ///   algorithm.
    public init(_ jwk: JWK, algorithmName: String? = nil) throws(JOSEError) {
        try self.init(jwk, checked: try jwk.requiredAlgorithm(), id: jwk.id, name: algorithmName)
    }

    /// A key whose algorithm the caller knows, where its JWK may not say it.
    /// - Throws: `algorithm_mismatch` if the JWK says another; otherwise as ``init(_:algorithmName:)``.
    public init(
        _ jwk: JWK, algorithm: SignatureAlgorithm, algorithmName: String? = nil
    ) throws(JOSEError) {
        try jwk.checkAlgorithm(algorithm)
        try self.init(jwk, checked: algorithm, id: jwk.id, name: algorithmName)
    }

    private init(
        _ jwk: JWK, checked algorithm: SignatureAlgorithm, id: String?, name: String?
    ) throws(JOSEError) {
        if let objection = jwk.details.objectionToSigning() { throw JOSEError(.invalidKey, objection) }
        let name = name ?? jwk.details.algorithmName ?? algorithm.rawValue
        guard SignatureAlgorithm(name: name) == algorithm else {
            throw JOSEError(.algorithmMismatch, "\(name.quoted) is not a name of \(algorithm.rawValue)")
        }
        signer = try Signer(jwk.material, algorithm)
        guard let id = id ?? (algorithm.isSymmetric ? nil : jwk.thumbprint()) else {
            throw JOSEError(.invalidKey, "a symmetric key needs 'kid' to sign")
        }
        self.id = id
        self.algorithm = algorithm
        algorithmName = name
        verificationKey = try VerificationKey(jwk, id: id, algorithm, name: name)
        commonHeaders = ["JWT", "at+jwt"].map { type in
            (type, Self.header([JSON.Member("typ", .string(type))], algorithmName: name, id: id))
        }
        let type = jwk.details.type
        let own = type == .symmetric ? type.publicMembers : type.publicMembers + type.privateMembers
        privateJWK = .object(
            jwk.members(own) + [
                JSON.Member("kid", .string(id)), JSON.Member("alg", .string(name)), JSON.Member("use", "sig"),
            ])
    }

    /// A new key: RSA of 2048 bits, a secret as long as its hash, or a key on the algorithm's curve.
    /// - Parameters:
    ///   - algorithm: what it signs with.
    ///   - id: the `kid`; by default the RFC 7638 thumbprint, or for a secret 16 random bytes in base64url, and never
    ///     one that begins with "-".
    ///   - algorithmName: what to write into `alg`; see ``init(_:algorithmName:)``.
    /// - Throws: `algorithm_mismatch` if the name is of another algorithm.
    public static func generate(
        _ algorithm: SignatureAlgorithm, id: String? = nil, algorithmName: String? = nil
    ) throws(JOSEError) -> SigningKey {
        while true {
            let jwk = try JWK(.object(try newMembers(algorithm)))
            let given = id ?? (algorithm.isSymmetric ? Base64URL.encode(randomBytes(16)) : nil)
            let key = try SigningKey(jwk, checked: algorithm, id: given, name: algorithmName)
            // One of 64, which a command that a person gives it to would take for a flag.
            if id != nil || !key.id.hasPrefix("-") { return key }
        }
    }

    /// The first part of a token with this `typ`, with its dot, if it is a common one.
    func commonHeader(_ type: String) -> [UInt8]? {
        commonHeaders.first { $0.type.isIdentical(to: type) }?.text
    }

    /// The first part of a token, with its dot: `{"alg",…extra,"kid"}`.
    func header(_ extra: [JSON.Member]) -> [UInt8] {
        Self.header(extra, algorithmName: algorithmName, id: id)
    }

    private static func header(_ extra: [JSON.Member], algorithmName: String, id: String) -> [UInt8] {
        let header = JSON.object(
            [JSON.Member("alg", .string(algorithmName))] + extra + [JSON.Member("kid", .string(id))])
        return Array(Base64URL.encode(header.encoded()).utf8) + [UInt8(ascii: ".")]
    }

    /// The signature over `input` in the form of JWS (RFC 7518 §3).
    /// - Throws: `invalid_key` if the key cannot sign after all.
    public func sign(_ input: [UInt8]) throws(JOSEError) -> [UInt8] {
        try input.withUnsafeBufferPointer { input throws(JOSEError) in
            try withSignature(over: UnsafeRawBufferPointer(input)) { Array($0) }
        }
    }

    func withSignature<Result>(
        over input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(JOSEError) -> Result {
        do {
            return try signer.withSignature(over: input, body)
        } catch {
            throw JOSEError(.invalidKey, "the key could not sign: \(type(of: error))")
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// The algorithm and the `kid`, never the numbers: a key that is logged by mistake gives nothing away.
    public var description: String {
        "SigningKey(\(algorithm.rawValue), kid \(id.quoted))"
    }

    /// Nothing, so that `dump` and debuggers' printing show no secret either.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}

// MARK: - Making keys

extension SigningKey {
    private static func newMembers(_ algorithm: SignatureAlgorithm) throws(JOSEError) -> [JSON.Member] {
        switch algorithm {
        case .hs256, .hs384, .hs512:
            return [JSON.Member("kty", "oct"), member("k", randomBytes(algorithm.hashBytes))]
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048),
                let numbers = RSAPrivateNumbers(pkcs1: key.derRepresentation)
            else { throw JOSEError(.invalidKey, "no RSA key could be made") }
            return [JSON.Member("kty", "RSA")] + zip(RSAPrivateNumbers.names, numbers.values).map(member)
        case .es256:
            let key = P256.Signing.PrivateKey(compactRepresentable: false)
            return point("P-256", key.publicKey.rawRepresentation, key.rawRepresentation)
        case .es384:
            let key = P384.Signing.PrivateKey(compactRepresentable: false)
            return point("P-384", key.publicKey.rawRepresentation, key.rawRepresentation)
        case .es512:
            let key = P521.Signing.PrivateKey(compactRepresentable: false)
            return point("P-521", key.publicKey.rawRepresentation, key.rawRepresentation)
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            return [
                JSON.Member("kty", "OKP"), JSON.Member("crv", "Ed25519"),
                member("x", Array(key.publicKey.rawRepresentation)),
                member("d", Array(key.rawRepresentation)),
            ]
        case .mlDSA65:
            guard let key = try? MLDSA65.PrivateKey() else {
                throw JOSEError(.invalidKey, "no ML-DSA-65 key could be made")
            }
            return [
                JSON.Member("kty", "AKP"), JSON.Member("alg", .string(algorithm.rawValue)),
                member("pub", Array(key.publicKey.rawRepresentation)),
                member("priv", Array(key.seedRepresentation)),
            ]
        }
    }

    /// `raw` is x and y, one after the other.
    private static func point(_ curve: String, _ raw: Data, _ scalar: Data) -> [JSON.Member] {
        [
            JSON.Member("kty", "EC"), JSON.Member("crv", .string(curve)),
            member("x", Array(raw.prefix(raw.count / 2))), member("y", Array(raw.suffix(raw.count / 2))),
            member("d", Array(scalar)),
        ]
    }

    private static func member(_ name: String, _ bytes: [UInt8]) -> JSON.Member {
        JSON.Member(name, .string(Base64URL.encode(bytes)))
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}
