import SwiftASN1

/// The `AlgorithmIdentifier` of a key: what kind of numbers follow (RFC 3279, RFC 5480, RFC 8410).
enum KeyAlgorithm: Equatable {
    case rsa
    case ellipticCurve(NamedCurve)
    case ed25519
    case x25519

    static let rsaIdentifier: ASN1ObjectIdentifier = .AlgorithmIdentifier.rsaEncryption
    static let curveIdentifier: ASN1ObjectIdentifier = .AlgorithmIdentifier.idEcPublicKey
    static let ed25519Identifier: ASN1ObjectIdentifier = [1, 3, 101, 112]
    static let x25519Identifier: ASN1ObjectIdentifier = [1, 3, 101, 110]

    /// - Throws: `unsupported_algorithm` for kinds and curves that we do not have, `unsupported_key_form` for
    ///   a curve that is spelled out, `malformed` for parameters that may not be.
    init(_ reader: DERReader) throws(JOSEError) {
        var reader = reader
        let identifier = try reader.objectIdentifier()
        switch identifier {
        case Self.rsaIdentifier:
            try reader.null()
            self = .rsa
        case Self.curveIdentifier:
            guard reader.identifiers.first != .sequence else { throw KeyRefusal.explicitCurve }
            self = .ellipticCurve(try NamedCurve(try reader.objectIdentifier()))
        case Self.ed25519Identifier: self = .ed25519
        case Self.x25519Identifier: self = .x25519
        case [1, 2, 840, 10040, 4, 1]: throw KeyRefusal.dsa
        default:
            let name = Self.names[identifier] ?? "\(identifier)"
            throw JOSEError(
                .unsupportedAlgorithm, "a key for \(name.quoted), needs one of RSA, EC, Ed25519, X25519")
        }
        try reader.end()
    }

    /// What people come with and we do not have.
    private static let names: [ASN1ObjectIdentifier: String] = [
        [1, 2, 840, 113549, 1, 1, 10]: "RSASSA-PSS only", [1, 2, 840, 113549, 1, 1, 7]: "RSA-OAEP only",
        [1, 2, 840, 113549, 1, 3, 1]: "DH", [1, 2, 840, 10046, 2, 1]: "DH", [1, 3, 101, 111]: "X448",
        [1, 3, 101, 113]: "Ed448", [2, 16, 840, 1, 101, 3, 4, 3, 17]: "ML-DSA-44",
        [2, 16, 840, 1, 101, 3, 4, 3, 18]: "ML-DSA-65", [2, 16, 840, 1, 101, 3, 4, 3, 19]: "ML-DSA-87",
    ]
}
