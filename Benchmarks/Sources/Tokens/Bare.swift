import CBare
import Crypto
import CryptoExtras
import Foundation
import VidimusJOSE

/// The primitives alone: BoringSSL's own call, and swift-crypto's over it. Signing input and signature lie ready.
enum Bare {
    static func operation(_ task: Task, _ fixture: Fixture) throws -> (() throws -> Void)? {
        let (input, signature) = try fixture.signed(task.algorithm)
        let count = input.count
        switch (task.algorithm, task.isVerifying) {
        case ("HS256", _):
            let key = try fixture.number("k", of: "HS256")
            var code = [UInt8](repeating: 0, count: 32)
            return { try check(bare_hmac(key, key.count, input, count, &code) == 1) }
        case ("RS256", true):
            let der = try fixture.bytes("RS256.public.der")
            let key = try held(bare_rsa_public(der, der.count))
            return { try check(bare_rsa_verify(key, input, count, signature, signature.count) == 1) }
        case ("RS256", false):
            let der = try fixture.bytes("RS256.private.der")
            let key = try held(bare_rsa_private(der, der.count))
            var signature = [UInt8](repeating: 0, count: 256)
            return { try check(bare_rsa_sign(key, input, count, &signature) == 1) }
        case ("ES256", true):
            let key = try held(
                bare_p256_public([4] + fixture.number("x", of: "ES256") + fixture.number("y", of: "ES256")))
            return { try check(bare_p256_verify(key, input, count, signature) == 1) }
        case ("ES256", false):
            let key = try held(bare_p256_private(fixture.number("d", of: "ES256")))
            var signature = [UInt8](repeating: 0, count: 64)
            return { try check(bare_p256_sign(key, input, count, &signature) == 1) }
        case ("Ed25519", true):
            let key = try fixture.number("x", of: "Ed25519")
            return { try check(bare_ed25519_verify(key, input, count, signature) == 1) }
        case ("Ed25519", false):
            let key = try fixture.number("d", of: "Ed25519") + fixture.number("x", of: "Ed25519")
            var signature = [UInt8](repeating: 0, count: 64)
            return { try check(bare_ed25519_sign(key, input, count, &signature) == 1) }
        default: return nil
        }
    }

    static func swiftCrypto(_ task: Task, _ fixture: Fixture) throws -> (() throws -> Void)? {
        let (input, signature) = try fixture.signed(task.algorithm)
        switch (task.algorithm, task.isVerifying) {
        case ("HS256", true):
            let key = SymmetricKey(data: try fixture.number("k", of: "HS256"))
            return {
                try check(
                    HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: input, using: key))
            }
        case ("HS256", false):
            let key = SymmetricKey(data: try fixture.number("k", of: "HS256"))
            return { keep(HMAC<SHA256>.authenticationCode(for: input, using: key)) }
        case ("RS256", true):
            let key = try _RSA.Signing.PublicKey(derRepresentation: fixture.bytes("RS256.public.der"))
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return {
                try check(
                    key.isValidSignature(
                        signature, for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5))
            }
        case ("ES256", true):
            let key = try P256.Signing.PublicKey(
                rawRepresentation: fixture.number("x", of: "ES256") + fixture.number("y", of: "ES256"))
            let signature = try P256.Signing.ECDSASignature(rawRepresentation: signature)
            return { try check(key.isValidSignature(signature, for: input)) }
        case ("ES256", false):
            let key = try P256.Signing.PrivateKey(rawRepresentation: fixture.number("d", of: "ES256"))
            return { keep(try key.signature(for: input)) }
        case ("Ed25519", true):
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: fixture.number("x", of: "Ed25519"))
            return { try check(key.isValidSignature(signature, for: input)) }
        default: return nil
        }
    }

    private static func held(_ key: UnsafeMutableRawPointer?) throws -> UnsafeMutableRawPointer {
        guard let key else { throw Wrong("BoringSSL does not take a key of the fixture") }
        return key
    }

    private static func check(_ isGood: Bool) throws {
        guard isGood else { throw Wrong("a primitive refuses") }
    }
}
