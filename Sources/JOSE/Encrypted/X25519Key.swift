import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension KeyMaterial {
    /// A key on X25519 (RFC 8037 §3.2), which agrees and does not sign.
    static func x25519(_ members: KeyMembers) throws(JOSEError) -> KeyMaterial {
        let x = try members.bytes("x", count: 32)
        guard let own = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: x) else {
            throw JOSEError(.invalidKey, "'x' is not an X25519 key")
        }
        guard members.has("d") else { return .x25519(own, nil) }
        let scalar = try members.bytes("d", count: 32)
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: scalar),
            x.elementsEqual(key.publicKey.rawRepresentation)
        else { throw JOSEError(.invalidKey, "'d' does not belong to the public half of the key") }
        return .x25519(own, key)
    }
}
