import Crypto
import CryptoExtras
import SwiftASN1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The DER structures that keys come in, each read into the members of a JWK.
///
/// Only structure is looked at here. Whether the numbers are a sound key is decided by ``JWK``, once for all.
enum DERKey {
    /// RFC 5208 and RFC 5958 (versions 1 and 2), without encryption.
    static func pkcs8(_ der: ArraySlice<UInt8>) throws(JOSEError) -> [JSON.Member] {
        var reader = try DERReader(der, "PKCS#8 key")
        let version = try reader.small()
        guard version <= 1 else { throw JOSEError(.malformed, "the PKCS#8 key is of version \(version)") }
        let algorithm = try KeyAlgorithm(try reader.sequence())
        let key = try reader.octets()
        // Attributes are about the key, not of it.
        _ = reader.tagged(0)
        let publicHalf = version == 1 ? reader.tagged(1) : nil
        try reader.end()
        var stated: ArraySlice<UInt8>?
        if let publicHalf {
            guard case .primitive(let bits) = publicHalf.content, bits.first == 0 else {
                throw JOSEError(.malformed, "the PKCS#8 key has a malformed public half")
            }
            stated = bits.dropFirst()
        }
        switch algorithm {
        case .rsa:
            let members = try pkcs1Private(key)
            if let stated {
                // kty, n and e.
                guard try pkcs1Public(stated) == Array(members.prefix(3)) else { throw strangers }
            }
            return members
        case .ellipticCurve(let curve): return try sec1(key, curve, publicHalf: stated)
        case .ed25519, .x25519:
            guard let node = try? DER.parse(key), let seed = try? ASN1OctetString(derEncoded: node) else {
                throw JOSEError(.malformed, "the PKCS#8 key lacks an OCTET STRING inside of its own")
            }
            return try octetKeyPair(algorithm, seed: seed.bytes, publicHalf: stated)
        }
    }

    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1).
    static func subjectPublicKeyInfo(_ der: ArraySlice<UInt8>) throws(JOSEError) -> [JSON.Member] {
        var reader = try DERReader(der, "public key")
        let algorithm = try KeyAlgorithm(try reader.sequence())
        let key = try reader.bits()
        try reader.end()
        switch algorithm {
        case .rsa: return try pkcs1Public(key)
        case .ellipticCurve(let curve): return try curve.members(point: key)
        case .ed25519: return octetKeyPair("Ed25519", publicHalf: key)
        case .x25519: return octetKeyPair("X25519", publicHalf: key)
        }
    }

    /// `RSAPublicKey` (RFC 8017 A.1.1).
    static func pkcs1Public(_ der: ArraySlice<UInt8>) throws(JOSEError) -> [JSON.Member] {
        var reader = try DERReader(der, "RSA public key")
        let (n, e) = (try reader.unsigned(), try reader.unsigned())
        try reader.end()
        return rsa([n, e])
    }

    /// `RSAPrivateKey` (RFC 8017 A.1.2) of two primes.
    static func pkcs1Private(_ der: ArraySlice<UInt8>) throws(JOSEError) -> [JSON.Member] {
        var reader = try DERReader(der, "RSA private key")
        guard try reader.small() == 0 else {
            throw JOSEError(.invalidKey, "an RSA key of more than two primes")
        }
        var values: [[UInt8]] = []
        for _ in RSAPrivateNumbers.names { values.append(try reader.unsigned()) }
        try reader.end()
        return rsa(values)
    }

    private static let strangers = JOSEError(
        .invalidKey, "the private half does not belong to the public half of the key")

    /// `ECPrivateKey` (RFC 5915), by itself, where it must name its curve, or in PKCS#8, which names it and may state the
    /// public half.
    static func sec1(
        _ der: ArraySlice<UInt8>, _ outer: NamedCurve? = nil, publicHalf stated: ArraySlice<UInt8>? = nil
    ) throws(JOSEError) -> [JSON.Member] {
        var reader = try DERReader(der, "EC private key")
        guard try reader.small() == 1 else {
            throw JOSEError(.malformed, "the EC private key is not version 1")
        }
        let scalar = try reader.octets()
        var curve = outer
        if var parameters = try reader.explicit(0) {
            guard parameters.identifiers.first != .sequence else { throw KeyRefusal.explicitCurve }
            let inner = try NamedCurve(try parameters.objectIdentifier())
            try parameters.end()
            guard outer == nil || outer == inner else {
                throw JOSEError(.invalidKey, "the EC private key names two curves")
            }
            curve = inner
        }
        var point: ArraySlice<UInt8>?
        if var publicHalf = try reader.explicit(1) {
            point = try publicHalf.bits()
            try publicHalf.end()
        }
        try reader.end()
        if let stated {
            guard point == nil || point == stated else { throw strangers }
            point = stated
        }
        guard let curve else { throw JOSEError(.malformed, "the EC private key does not say its curve") }
        return try curve.members(scalar: scalar, point: point)
    }

    /// The members of n and e, or of all eight numbers.
    static func rsa(_ values: [[UInt8]]) -> [JSON.Member] {
        [JSON.Member("kty", "RSA")] + zip(RSAPrivateNumbers.names, values).map(JSON.Member.bytes)
    }

    static func octetKeyPair(_ curve: String, publicHalf: ArraySlice<UInt8>) -> [JSON.Member] {
        [
            JSON.Member("kty", "OKP"), JSON.Member("crv", .string(curve)),
            .bytes("x", Array(publicHalf)),
        ]
    }

    /// RFC 8410 §7; the public half is computed where it is not stated.
    private static func octetKeyPair(
        _ algorithm: KeyAlgorithm, seed: ArraySlice<UInt8>, publicHalf: ArraySlice<UInt8>?
    ) throws(JOSEError) -> [JSON.Member] {
        let computed =
            algorithm == .ed25519
            ? (try? Curve25519.Signing.PrivateKey(rawRepresentation: seed))?.publicKey.rawRepresentation
            : (try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: seed))?.publicKey.rawRepresentation
        guard let computed else {
            throw JOSEError(.invalidKey, "the private half has \(seed.count) bytes, needs 32")
        }
        let x = publicHalf ?? Array(computed)[...]
        return octetKeyPair(algorithm == .ed25519 ? "Ed25519" : "X25519", publicHalf: x)
            + [.bytes("d", Array(seed))]
    }
}
