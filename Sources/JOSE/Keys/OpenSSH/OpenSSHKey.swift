import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// OpenSSH's forms of keys: Ed25519, ECDSA and RSA, read into the members of a JWK.
///
/// The private form is `PROTOCOL.key` of OpenSSH, the public one RFC 4253 §6.6, RFC 5656 §3.1 and RFC 8709 §4.
enum OpenSSHKey {
    /// The kinds we have, by the name that begins a key.
    private enum Kind: Equatable {
        case ed25519
        case rsa
        case ellipticCurve(NamedCurve)

        init(_ name: String) throws(JOSEError) {
            switch name {
            case "ssh-ed25519": self = .ed25519
            case "ssh-rsa": self = .rsa
            case "ssh-dss": throw KeyRefusal.dsa
            case _ where name.hasPrefix("sk-"):
                throw JOSEError(
                    .unsupportedAlgorithm,
                    "a key that lives on a security key (\(name.quoted)) signs no tokens")
            case _ where name.contains("-cert-"):
                throw JOSEError(
                    .unsupportedKeyForm,
                    "an OpenSSH certificate (\(name.quoted)) is not read; take the public key it was made from"
                )
            default:
                guard
                    let curve = NamedCurve.allCases.first(where: { name == "ecdsa-sha2-\($0.openSSHName)" })
                else {
                    throw JOSEError(
                        .unsupportedAlgorithm,
                        "an OpenSSH key of kind \(name.quoted), needs Ed25519, ECDSA or RSA")
                }
                self = .ellipticCurve(curve)
            }
        }
    }

    private static let magic = Array("openssh-key-v1\0".utf8)

    /// One line as in `id_ed25519.pub`: kind, base64, and a comment that means nothing.
    static func publicLine(_ line: String) throws(JOSEError) -> [JSON.Member] {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count >= 2, let blob = PEMBlock.decode(Array(parts[1].utf8)) else {
            throw JOSEError(.malformed, "the OpenSSH public key is not a kind and base64 on one line")
        }
        _ = try Kind(String(parts[0]))
        var reader = OpenSSHReader(blob[...])
        guard try reader.text() == parts[0] else {
            throw JOSEError(.malformed, "the OpenSSH public key is of another kind than it says")
        }
        return try publicKey(blob[...])
    }

    private static func publicKey(_ blob: ArraySlice<UInt8>) throws(JOSEError) -> [JSON.Member] {
        var reader = OpenSSHReader(blob)
        let members: [JSON.Member]
        switch try Kind(try reader.text()) {
        case .ed25519: members = DERKey.octetKeyPair("Ed25519", publicHalf: try reader.bytes())
        case .rsa:
            let (e, n) = (try reader.unsigned(), try reader.unsigned())
            members = DERKey.rsa([n, e])
        case .ellipticCurve(let curve):
            try check(try reader.text(), curve)
            members = try curve.members(point: try reader.bytes())
        }
        try reader.end()
        return members
    }

    /// The bytes of a block `OPENSSH PRIVATE KEY`.
    /// - Throws: `unsupported_key_form` for a key with a passphrase; `malformed`, `invalid_key`.
    static func privateKey(_ bytes: [UInt8]) throws(JOSEError) -> [JSON.Member] {
        guard bytes.starts(with: magic) else {
            throw JOSEError(.malformed, "the OpenSSH private key does not begin as one")
        }
        var reader = OpenSSHReader(bytes.dropFirst(magic.count))
        let (cipher, derivation) = (try reader.text(), try reader.text())
        guard cipher == "none", derivation == "none" else { throw KeyRefusal.openSSHPassphrase }
        guard try reader.bytes().isEmpty, try reader.count() == 1 else {
            throw JOSEError(.malformed, "the OpenSSH file does not hold exactly one key")
        }
        let stated = try publicKey(try reader.bytes())
        var inner = OpenSSHReader(try reader.bytes())
        try reader.end()

        guard try inner.count() == (try inner.count()) else {
            throw JOSEError(.malformed, "the OpenSSH private key fails its own check")
        }
        let members = try privateNumbers(&inner)
        _ = try inner.text()
        // 1, 2, 3… up to the block of the cipher, which for "none" is 8. Some writers add a whole block to what needs none.
        guard inner.rest.count <= 8, inner.rest.elementsEqual((1...8).prefix(inner.rest.count)) else {
            throw JOSEError(.malformed, "the OpenSSH private key has bytes too many")
        }
        guard Array(members.prefix(stated.count)) == stated else {
            throw JOSEError(.invalidKey, "the private half does not belong to the public half of the key")
        }
        return members
    }

    private static func privateNumbers(_ reader: inout OpenSSHReader) throws(JOSEError) -> [JSON.Member] {
        switch try Kind(try reader.text()) {
        case .ed25519:
            let (x, pair) = (try reader.bytes(), try reader.bytes())
            guard pair.count == 64, pair.suffix(32).elementsEqual(x) else {
                throw JOSEError(.invalidKey, "the halves of the Ed25519 key do not belong together")
            }
            return DERKey.octetKeyPair("Ed25519", publicHalf: x) + [.bytes("d", Array(pair.prefix(32)))]
        case .ellipticCurve(let curve):
            try check(try reader.text(), curve)
            let point = try reader.bytes()
            return try curve.members(scalar: try reader.unsigned()[...], point: point)
        case .rsa:
            let (n, e, d) = (try reader.unsigned(), try reader.unsigned(), try reader.unsigned())
            let (qi, p, q) = (try reader.unsigned(), try reader.unsigned(), try reader.unsigned())
            return try rsa(n: n, e: e, d: d, p: p, q: q, qi: qi)
        }
    }

    /// OpenSSH leaves out dp and dq; swift-crypto computes them. The public half is judged before that.
    private static func rsa(
        n: [UInt8], e: [UInt8], d: [UInt8], p: [UInt8], q: [UInt8], qi: [UInt8]
    ) throws(JOSEError) -> [JSON.Member] {
        _ = try JWK(.object(DERKey.rsa([n, e])))
        guard KeyMaterial.arePlausible(n: n, d: d, p: p, q: q),
            let key = try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q),
            let numbers = RSAPrivateNumbers(pkcs1: key.derRepresentation), numbers.values.last == qi
        else { throw JOSEError(.invalidKey, "the private members of the RSA key do not belong together") }
        return DERKey.rsa(numbers.values)
    }

    private static func check(_ name: String, _ curve: NamedCurve) throws(JOSEError) {
        guard name == curve.openSSHName else {
            throw JOSEError(.invalidKey, "the OpenSSH key names two curves")
        }
    }
}
