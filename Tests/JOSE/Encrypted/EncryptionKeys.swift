import Crypto
import Foundation
import Testing
import VidimusJOSE

/// A private JWK for each algorithm, on each curve.
enum EncryptionKeys {
    /// Names the key and says what it is for.
    struct Kind: Sendable, CustomTestStringConvertible {
        let algorithm: KeyManagementAlgorithm
        let curve: String?

        var testDescription: String { algorithm.rawValue + (curve.map { " on \($0)" } ?? "") }
    }

    static let kinds: [Kind] = KeyManagementAlgorithm.allCases.flatMap { algorithm in
        algorithm.rawValue.hasPrefix("ECDH")
            ? ["P-256", "P-384", "P-521", "X25519"].map { Kind(algorithm: algorithm, curve: $0) }
            : [Kind(algorithm: algorithm, curve: nil)]
    }

    /// A JWK that says its algorithm; for `dir` as long as the encryption needs.
    static func jwk(_ kind: Kind, _ encryption: ContentEncryption = .a256GCM) throws -> JWK {
        try JWK(json(kind, encryption).with(("alg", .string(kind.algorithm.rawValue)), ("kid", "k")))
    }

    private static func json(_ kind: Kind, _ encryption: ContentEncryption) throws -> JSON {
        let name = kind.algorithm.rawValue
        if let curve = kind.curve { return try self.curve(curve) }
        if name.hasPrefix("RSA") { return rsa }
        if name.hasPrefix("PBES2") { return oct("a passphrase of some length".bytes) }
        let bits = ["128": 16, "192": 24, "256": 32].first { name.contains($0.key) }?.value
        return oct((0..<(bits ?? encryption.keyBytes)).map { UInt8($0) })
    }

    static func oct(_ bytes: [UInt8]) -> JSON {
        ["kty": "oct", "k": .string(Base64URL.encode(bytes))]
    }

    static let rsa: JSON = (try? Keys.key(.rs256).privateJWK.with(("use", nil))) ?? .null

    static func curve(_ name: String) throws -> JSON {
        switch name {
        case "P-256": return try Keys.key(.es256).privateJWK.with(("use", nil))
        case "P-384": return try Keys.key(.es384).privateJWK.with(("use", nil))
        case "P-521": return try Keys.key(.es512).privateJWK.with(("use", nil))
        default:
            let key = try Curve25519.KeyAgreement.PrivateKey(
                rawRepresentation: [UInt8](repeating: 7, count: 32))
            return [
                "kty": "OKP", "crv": "X25519",
                "x": .string(Base64URL.encode(Array(key.publicKey.rawRepresentation))),
                "d": .string(Base64URL.encode(Array(key.rawRepresentation))),
            ]
        }
    }
}
