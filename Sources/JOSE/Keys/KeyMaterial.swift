import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The numbers of a key, checked, in the form swift-crypto computes with.
enum KeyMaterial: Sendable {
    case symmetric([UInt8])
    case rsa(_RSA.Signing.PublicKey, modulusBytes: Int, _RSA.Signing.PrivateKey?)
    case p256(P256.Signing.PublicKey, P256.Signing.PrivateKey?)
    case p384(P384.Signing.PublicKey, P384.Signing.PrivateKey?)
    case p521(P521.Signing.PublicKey, P521.Signing.PrivateKey?)
    case ed25519(Curve25519.Signing.PublicKey, Curve25519.Signing.PrivateKey?)
    case mlDSA65(MLDSA65.PublicKey, MLDSA65.PrivateKey?)
    case x25519(Curve25519.KeyAgreement.PublicKey, Curve25519.KeyAgreement.PrivateKey?)

    /// - Throws: `invalid_key`, `weak_key`; `unsupported_algorithm` for a curve that we do not have.
    init(_ members: KeyMembers, type: KeyDescription.KeyType) throws(JOSEError) {
        switch type {
        case .symmetric: self = .symmetric(try members.bytes("k"))
        case .rsa: self = try Self.rsa(members)
        case .ellipticCurve: self = try Self.ellipticCurve(members)
        case .octetKeyPair: self = try Self.octetKeyPair(members)
        case .algorithmKeyPair: self = try Self.algorithmKeyPair(members)
        }
    }

    /// The one algorithm that keys of this kind are for, if there is only one.
    var onlyAlgorithm: SignatureAlgorithm? {
        switch self {
        case .symmetric, .rsa, .x25519: nil
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        case .ed25519: .ed25519
        case .mlDSA65: .mlDSA65
        }
    }

    var isPrivate: Bool {
        switch self {
        case .symmetric: true
        case .rsa(_, _, let key): key != nil
        case .p256(_, let key): key != nil
        case .p384(_, let key): key != nil
        case .p521(_, let key): key != nil
        case .ed25519(_, let key): key != nil
        case .mlDSA65(_, let key): key != nil
        case .x25519(_, let key): key != nil
        }
    }
}

// MARK: - What it is for

extension KeyMaterial {
    /// Refuses an algorithm that the key is not for.
    /// - Throws: `invalid_key` if the algorithm is of another kind of key or curve, `weak_key` for a secret shorter than its
    ///   hash (RFC 7518 §3.2).
    func check(for algorithm: SignatureAlgorithm) throws(JOSEError) {
        switch (self, algorithm) {
        case (.symmetric(let secret), .hs256), (.symmetric(let secret), .hs384),
            (.symmetric(let secret), .hs512):
            let least = algorithm.hashBytes * 8
            guard secret.count * 8 >= least else {
                throw JOSEError(
                    .weakKey,
                    "a secret of \(secret.count * 8) bits, \(algorithm.rawValue) needs at least \(least)")
            }
        case (.rsa, .rs256), (.rsa, .rs384), (.rsa, .rs512), (.rsa, .ps256), (.rsa, .ps384), (.rsa, .ps512),
            (.p256, .es256), (.p384, .es384), (.p521, .es512), (.ed25519, .ed25519), (.mlDSA65, .mlDSA65):
            break
        default: throw Self.notFor(algorithm)
        }
    }

    static func notFor(_ algorithm: SignatureAlgorithm) -> JOSEError {
        JOSEError(.invalidKey, "\(algorithm.rawValue) is not for this kind of key or curve")
    }
}

// MARK: - RSA (RFC 7518 §6.3)

extension KeyMaterial {
    private static func rsa(_ members: KeyMembers) throws(JOSEError) -> KeyMaterial {
        let (n, e) = (try members.unsigned("n"), try members.unsigned("e"))
        let bits = n.count * 8 - (n.first?.leadingZeroBitCount ?? 0)
        guard bits >= 2_048 else {
            throw JOSEError(.weakKey, "an RSA key of \(bits) bits, needs at least 2048")
        }
        // Verifying costs the square of the length: an attacker who may offer keys must not choose it.
        guard bits <= 8_192 else {
            throw JOSEError(.invalidKey, "an RSA key of \(bits) bits, at most 8192 are allowed")
        }
        guard n.isOdd else { throw JOSEError(.invalidKey, "the RSA modulus 'n' is even") }
        guard e.isOdd, e != [1] else {
            throw JOSEError(.weakKey, "the RSA exponent 'e' is \(e == [1] ? "1" : "even")")
        }
        if let weakness = FactorableModulus.weakness(of: n) { throw JOSEError(.weakKey, weakness) }
        guard e.count <= 4 else { throw JOSEError(.invalidKey, "the RSA exponent 'e' is beyond 32 bits") }
        guard let key = try? _RSA.Signing.PublicKey(n: n, e: e) else {
            throw JOSEError(.invalidKey, "'n' and 'e' are not an RSA key")
        }
        return .rsa(key, modulusBytes: n.count, try rsaPrivate(members, n: n, e: e))
    }

    /// All of `d`, `p`, `q`, `dp`, `dq`, `qi`, or none: a key that must be factored first is not taken.
    private static func rsaPrivate(
        _ members: KeyMembers, n: [UInt8], e: [UInt8]
    ) throws(JOSEError) -> _RSA.Signing.PrivateKey? {
        guard !members.has("oth") else { throw JOSEError(.invalidKey, "an RSA key of more than two primes") }
        let given = KeyDescription.KeyType.rsa.privateMembers.filter(members.has)
        guard !given.isEmpty else { return nil }
        // Allowed by RFC 7518 §6.3.2.
        guard given != ["d"] else {
            throw JOSEError(
                .invalidKey,
                "an RSA key with 'd' alone must be factored first; it needs p, q, dp, dq and qi, too")
        }
        let d = try members.unsigned("d")
        let (p, q) = (try members.unsigned("p"), try members.unsigned("q"))
        let (dp, dq, qi) = (
            try members.unsigned("dp"), try members.unsigned("dq"), try members.unsigned("qi")
        )
        guard arePlausible(n: n, d: d, p: p, q: q),
            let key = try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q),
            // swift-crypto derives dp, dq and qi by itself: those given must be the same, since they are
            // kept.
            RSAPrivateNumbers(pkcs1: key.derRepresentation)?.values == [n, e, d, p, q, dp, dq, qi]
        else { throw JOSEError(.invalidKey, "the private members of the RSA key do not belong together") }
        return key
    }

    /// Numbers of plausible size only, before any arithmetic on them: odd primes of about half the modulus.
    static func arePlausible(n: [UInt8], d: [UInt8], p: [UInt8], q: [UInt8]) -> Bool {
        d.count <= n.count && p.isOdd && q.isOdd && p.count > n.count / 4 && q.count > n.count / 4
            && p.count < n.count && q.count < n.count
    }
}

// MARK: - Elliptic curves (RFC 7518 §6.2)

extension KeyMaterial {
    private static func ellipticCurve(_ members: KeyMembers) throws(JOSEError) -> KeyMaterial {
        let curve = try members.string("crv") ?? ""
        // The initialisers of swift-crypto refuse points off the curve and scalars out of range.
        switch curve {
        case _ where curve.isIdentical(to: "P-256"):
            let (point, scalar) = try point(members, curve, bytes: 32)
            let key = scalar.flatMap { try? P256.Signing.PrivateKey(rawRepresentation: $0) }
            try checkPair(members, scalar != nil, point, key?.publicKey.x963Representation)
            if let own = try? P256.Signing.PublicKey(x963Representation: point) { return .p256(own, key) }
        case _ where curve.isIdentical(to: "P-384"):
            let (point, scalar) = try point(members, curve, bytes: 48)
            let key = scalar.flatMap { try? P384.Signing.PrivateKey(rawRepresentation: $0) }
            try checkPair(members, scalar != nil, point, key?.publicKey.x963Representation)
            if let own = try? P384.Signing.PublicKey(x963Representation: point) { return .p384(own, key) }
        case _ where curve.isIdentical(to: "P-521"):
            let (point, scalar) = try point(members, curve, bytes: 66)
            let key = scalar.flatMap { try? P521.Signing.PrivateKey(rawRepresentation: $0) }
            try checkPair(members, scalar != nil, point, key?.publicKey.x963Representation)
            if let own = try? P521.Signing.PublicKey(x963Representation: point) { return .p521(own, key) }
        default: throw unsupportedCurve(members, curve, "P-256, P-384, P-521")
        }
        throw JOSEError(.invalidKey, "'x' and 'y' are not a point on \(curve)")
    }

    /// The point, uncompressed (SEC 1 §2.3.3), and the scalar of a private key.
    private static func point(
        _ members: KeyMembers, _ curve: String, bytes: Int
    ) throws(JOSEError) -> (point: [UInt8], scalar: [UInt8]?) {
        let point = [0x04] + (try members.bytes("x", count: bytes)) + (try members.bytes("y", count: bytes))
        return (point, members.has("d") ? try members.bytes("d", count: bytes) : nil)
    }

    private static func checkPair(
        _ members: KeyMembers, _ isPrivate: Bool, _ stated: [UInt8], _ derived: Data?
    ) throws(JOSEError) {
        guard isPrivate else { return }
        guard let derived, stated.elementsEqual(derived) else {
            throw JOSEError(.invalidKey, "'d' does not belong to the public half of the key")
        }
    }

    private static func unsupportedCurve(_ members: KeyMembers, _ curve: String, _ ours: String) -> JOSEError
    {
        guard members.has("crv") else { return JOSEError(.invalidKey, "the JWK needs 'crv'") }
        return JOSEError(.unsupportedAlgorithm, "a key on the curve \(curve.quoted), needs one of \(ours)")
    }
}

// MARK: - Ed25519 and X25519 (RFC 8037 §2)

extension KeyMaterial {
    private static func octetKeyPair(_ members: KeyMembers) throws(JOSEError) -> KeyMaterial {
        let curve = try members.string("crv") ?? ""
        if curve.isIdentical(to: "X25519") { return try x25519(members) }
        guard curve.isIdentical(to: "Ed25519") else {
            throw unsupportedCurve(members, curve, "Ed25519, X25519")
        }
        let x = try members.bytes("x", count: 32)
        guard !Edwards25519.isOfSmallOrder(x) else {
            throw JOSEError(.weakKey, "'x' is a point of small order: signatures by it prove nothing")
        }
        // swift-crypto takes any 32 bytes.
        guard Edwards25519.isPoint(x) else {
            throw JOSEError(.invalidKey, "'x' is not a point on Ed25519")
        }
        guard let own = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
            throw JOSEError(.invalidKey, "'x' is not an Ed25519 key")
        }
        guard members.has("d") else { return .ed25519(own, nil) }
        let seed = try members.bytes("d", count: 32)
        let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        try checkPair(members, true, x, key?.publicKey.rawRepresentation)
        return .ed25519(own, key)
    }

    private static func x25519(_ members: KeyMembers) throws(JOSEError) -> KeyMaterial {
        let x = try members.bytes("x", count: 32)
        // Any scalar takes a point of small order to zero (RFC 7748 §6.1), which swift-crypto does not refuse.
        guard let own = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: x),
            let any = try? Curve25519.KeyAgreement.PrivateKey(
                rawRepresentation: [UInt8](repeating: 0x40, count: 32)),
            let agreed = try? any.sharedSecretFromKeyAgreement(with: own),
            agreed.withUnsafeBytes({ $0.contains { $0 != 0 } })
        else { throw JOSEError(.weakKey, "'x' is a point of small order: what is agreed with it is known") }
        guard members.has("d") else { return .x25519(own, nil) }
        let scalar = try members.bytes("d", count: 32)
        let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: scalar)
        try checkPair(members, true, x, key?.publicKey.rawRepresentation)
        return .x25519(own, key)
    }
}

extension [UInt8] {
    fileprivate var isOdd: Bool {
        (last ?? 0) & 1 == 1
    }
}
