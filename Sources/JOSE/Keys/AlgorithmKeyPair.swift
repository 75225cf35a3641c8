import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension KeyMaterial {
    /// A key of kind `AKP` (RFC 9964 §3): it must say its `alg`; `pub` is the public key and `priv` the seed of
    /// 32 bytes, both as FIPS 204 has them.
    static func algorithmKeyPair(_ members: KeyMembers) throws(JOSEError) -> KeyMaterial {
        guard let name = try members.string("alg") else {
            throw JOSEError(.invalidKey, "a key of kind AKP must say its 'alg'")
        }
        guard SignatureAlgorithm(name: name) == .mlDSA65 else {
            throw JOSEError(.unsupportedAlgorithm, "a key pair for \(name.quoted), needs ML-DSA-65")
        }
        let stated = try members.bytes("pub")
        guard let own = try? MLDSA65.PublicKey(rawRepresentation: stated) else {
            throw JOSEError(.invalidKey, "'pub' is not an ML-DSA-65 key of 1952 bytes")
        }
        guard members.has("priv") else { return .mlDSA65(own, nil) }
        let seed = try members.bytes("priv", count: 32)
        guard let key = try? MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil),
            stated.elementsEqual(key.publicKey.rawRepresentation)
        else { throw JOSEError(.invalidKey, "'priv' does not belong to the public half of the key") }
        return .mlDSA65(own, key)
    }
}
