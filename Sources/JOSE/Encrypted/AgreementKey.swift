import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The public half of a key for Diffie-Hellman: a point that was checked to be on its curve.
enum AgreementPublicKey: Sendable {
    case p256(P256.KeyAgreement.PublicKey)
    case p384(P384.KeyAgreement.PublicKey)
    case p521(P521.KeyAgreement.PublicKey)
    case x25519(Curve25519.KeyAgreement.PublicKey)

    /// Nil for a key of another kind.
    init?(_ material: KeyMaterial) {
        switch material {
        case .p256(let key, _):
            guard let key = try? P256.KeyAgreement.PublicKey(x963Representation: key.x963Representation)
            else { return nil }
            self = .p256(key)
        case .p384(let key, _):
            guard let key = try? P384.KeyAgreement.PublicKey(x963Representation: key.x963Representation)
            else { return nil }
            self = .p384(key)
        case .p521(let key, _):
            guard let key = try? P521.KeyAgreement.PublicKey(x963Representation: key.x963Representation)
            else { return nil }
            self = .p521(key)
        case .x25519(let key, _): self = .x25519(key)
        default: return nil
        }
    }

    /// The key of an `epk` (RFC 7518 §4.6.1.1): a public JWK, of which only the point counts.
    /// - Throws: `malformed` for a key that is malformed, private, of another kind, or off its curve.
    init(ephemeral json: JSON) throws(JOSEError) {
        let members = ["kty", "crv", "x", "y"].compactMap { name in
            json[name].map { JSON.Member(name, $0) }
        }
        guard json["d"] == nil else { throw JOSEError(.malformed, "'epk' is a private key") }
        let jwk: JWK
        do {
            jwk = try JWK(.object(members))
        } catch {
            throw JOSEError(.malformed, "'epk': \(error.reason)")
        }
        guard let key = Self(jwk.material) else {
            throw JOSEError(.malformed, "'epk' is not a key for ECDH")
        }
        self = key
    }
}

/// The private half of a key for Diffie-Hellman.
enum AgreementPrivateKey: Sendable {
    case p256(P256.KeyAgreement.PrivateKey)
    case p384(P384.KeyAgreement.PrivateKey)
    case p521(P521.KeyAgreement.PrivateKey)
    case x25519(Curve25519.KeyAgreement.PrivateKey)

    /// Nil for a public key or one of another kind.
    init?(_ material: KeyMaterial) {
        switch material {
        case .p256(_, let key?):
            guard let key = try? P256.KeyAgreement.PrivateKey(rawRepresentation: key.rawRepresentation)
            else { return nil }
            self = .p256(key)
        case .p384(_, let key?):
            guard let key = try? P384.KeyAgreement.PrivateKey(rawRepresentation: key.rawRepresentation)
            else { return nil }
            self = .p384(key)
        case .p521(_, let key?):
            guard let key = try? P521.KeyAgreement.PrivateKey(rawRepresentation: key.rawRepresentation)
            else { return nil }
            self = .p521(key)
        case .x25519(_, let key?): self = .x25519(key)
        default: return nil
        }
    }

    /// A new key on the curve of another.
    init(onCurveOf key: AgreementPublicKey) {
        self =
            switch key {
            case .p256: .p256(P256.KeyAgreement.PrivateKey(compactRepresentable: false))
            case .p384: .p384(P384.KeyAgreement.PrivateKey(compactRepresentable: false))
            case .p521: .p521(P521.KeyAgreement.PrivateKey(compactRepresentable: false))
            case .x25519: .x25519(Curve25519.KeyAgreement.PrivateKey())
            }
    }

    /// The public half as `epk`.
    var publicJSON: JSON {
        switch self {
        case .p256(let key): Self.point("P-256", key.publicKey.rawRepresentation)
        case .p384(let key): Self.point("P-384", key.publicKey.rawRepresentation)
        case .p521(let key): Self.point("P-521", key.publicKey.rawRepresentation)
        case .x25519(let key):
            [
                "kty": "OKP", "crv": "X25519",
                "x": .string(Base64URL.encode(Array(key.publicKey.rawRepresentation))),
            ]
        }
    }

    /// `raw` is x and y, one after the other.
    private static func point(_ curve: String, _ raw: Data) -> JSON {
        let half = raw.count / 2
        return [
            "kty": "EC", "crv": .string(curve),
            "x": .string(Base64URL.encode(Array(raw.prefix(half)))),
            "y": .string(Base64URL.encode(Array(raw.suffix(half)))),
        ]
    }

    /// The shared secret Z, or nil if the curves differ or Z is all zero.
    ///
    /// On X25519 a point of small order makes every Z zero, and swift-crypto lets that pass (RFC 7748 §6.1).
    func secret(with other: AgreementPublicKey) -> [UInt8]? {
        let secret: SharedSecret? =
            switch (self, other) {
            case (.p256(let own), .p256(let other)): try? own.sharedSecretFromKeyAgreement(with: other)
            case (.p384(let own), .p384(let other)): try? own.sharedSecretFromKeyAgreement(with: other)
            case (.p521(let own), .p521(let other)): try? own.sharedSecretFromKeyAgreement(with: other)
            case (.x25519(let own), .x25519(let other)):
                try? own.sharedSecretFromKeyAgreement(with: other)
            default: nil
            }
        guard let bytes = secret?.withUnsafeBytes({ Array($0) }) else { return nil }
        return bytes.reduce(0, |) == 0 ? nil : bytes
    }
}

/// The key derivation of ECDH-ES: the Concat KDF of NIST SP 800-56A with SHA-256 (RFC 7518 §4.6.2).
struct ConcatKDF {
    /// What the key is for: `alg`, or `enc` where the key is the content key.
    let algorithm: String
    let partyU: [UInt8]
    let partyV: [UInt8]

    /// A key of `count` bytes, at most 64 here.
    func key(from secret: [UInt8], count: Int) -> [UInt8] {
        let info =
            Self.counted(Array(algorithm.utf8)) + Self.counted(partyU) + Self.counted(partyV)
            + UInt32(truncatingIfNeeded: count * 8).bigEndianBytes
        var key: [UInt8] = []
        var round: UInt32 = 1
        while key.count < count {
            key += SHA256State.digest(of: round.bigEndianBytes + secret + info)
            round += 1
        }
        return Array(key.prefix(count))
    }

    /// Headers are bounded, so that 32 bits hold every length.
    private static func counted(_ bytes: [UInt8]) -> [UInt8] {
        UInt32(truncatingIfNeeded: bytes.count).bigEndianBytes + bytes
    }
}
