import Crypto
import VidimusJOSE

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Private keys at rest: AES-256-GCM, bound to their purpose, id, algorithm and master key version.
struct SealedKey {
    /// The sealed form of a signing key under the current master key.
    static func seal(_ key: SigningKey, masterKeys: MasterKeys, random: (Int) -> [UInt8]) throws -> [UInt8] {
        let version = masterKeys.current
        guard let sealing = masterKeys.derived(.sealedKeys, version: version) else {
            throw Unreadable(kid: key.id)
        }
        let box = try AES.GCM.seal(
            key.privateJWK.encoded(), using: sealing, nonce: try AES.GCM.Nonce(data: random(12)),
            authenticating: context(kid: key.id, algorithm: key.algorithm, version: version))
        guard let combined = box.combined else { throw Unreadable(kid: key.id) }
        return [UInt8](combined)
    }

    static func open(
        _ sealed: [UInt8], kid: String, algorithm: SignatureAlgorithm, version: Int, masterKeys: MasterKeys
    ) throws -> SigningKey {
        guard let sealing = masterKeys.derived(.sealedKeys, version: version) else {
            throw UnknownMasterKey(kid: kid, version: version)
        }
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let bytes = try? AES.GCM.open(
                box, using: sealing,
                authenticating: context(kid: kid, algorithm: algorithm, version: version)),
            case let jwk = try JWK(JSON.parse([UInt8](bytes))),
            case let key = try SigningKey(jwk), key.id == kid, key.algorithm == algorithm
        else { throw Unreadable(kid: kid) }
        return key
    }

    /// Sealed by a master key that this process was not given.
    struct UnknownMasterKey: Error, CustomStringConvertible {
        let kid: String
        let version: Int
        var description: String {
            "signing key \(kid) is sealed by master key \(version), which was not given"
        }
    }

    /// A row that does not open under the ring: changed, or moved from another row.
    struct Unreadable: Error, CustomStringConvertible {
        let kid: String
        var description: String { "signing key \(kid) cannot be unsealed; its row was altered" }
    }

    private static func context(kid: String, algorithm: SignatureAlgorithm, version: Int) -> Data {
        Data("vidimus signing key|\(kid)|\(algorithm.rawValue)|\(version)".utf8)
    }
}
