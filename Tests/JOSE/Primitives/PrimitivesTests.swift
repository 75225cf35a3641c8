import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import VidimusJOSE

/// What is called in BoringSSL itself, beside what swift-crypto answers over the same.
@Suite("Primitives of BoringSSL")
struct PrimitivesTests {
    @Test("SHA-2 has the digests of swift-crypto for texts of 0 to 300 bytes, in one piece and in two")
    func digests() {
        for count in 0...300 {
            let text = Self.bytes(count, seed: 1)
            #expect(Self.digest(text, SHA256State.self) == Array(SHA256.hash(data: text)))
            #expect(Self.digest(text, SHA384State.self) == Array(SHA384.hash(data: text)))
            #expect(Self.digest(text, SHA512State.self) == Array(SHA512.hash(data: text)))
        }
    }

    @Test("A copied state goes on by itself")
    func copies() {
        var first = SHA256State()
        Self.add(Self.bytes(70, seed: 2), to: &first)
        var second = first
        Self.add([1], to: &first)
        Self.add([2], to: &second)
        let start = Self.bytes(70, seed: 2)
        #expect(first.withDigest { Array($0) } == Array(SHA256.hash(data: start + [1])))
        #expect(second.withDigest { Array($0) } == Array(SHA256.hash(data: start + [2])))
    }

    @Test("A keyed hash has the codes of swift-crypto's HMAC, for secrets shorter and longer than a block")
    func codes() throws {
        for count in [64, 65, 127, 128, 129, 200] {
            let (secret, text) = (Self.bytes(count, seed: 3), Self.bytes(count * 2, seed: 4))
            let key = SymmetricKey(data: secret)
            #expect(
                try Self.code(text, KeyedHash<SHA256State>(secret: secret))
                    == Array(HMAC<SHA256>.authenticationCode(for: text, using: key)))
            #expect(
                try Self.code(text, KeyedHash<SHA384State>(secret: secret))
                    == Array(HMAC<SHA384>.authenticationCode(for: text, using: key)))
            #expect(
                try Self.code(text, KeyedHash<SHA512State>(secret: secret))
                    == Array(HMAC<SHA512>.authenticationCode(for: text, using: key)))
        }
    }

    @Test(
        "ECDSA answers as swift-crypto does: good, spoiled, r or s zero, r or s of the order, of another length"
    )
    func curves() throws {
        let key = P256.Signing.PrivateKey()
        let ours = try CurveVerificationKey(key.publicKey.x963Representation, on: .p256)
        let order: [UInt8] =
            [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)
            + [
                0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25,
                0x51,
            ]
        let zero = [UInt8](repeating: 0, count: 32)
        for round in 0..<20 {
            let text = Self.bytes(100 + round, seed: UInt64(round + 5))
            let good = Array(try key.signature(for: text).rawRepresentation)
            let (r, s) = (Array(good[..<32]), Array(good[32...]))
            #expect(Self.isValid(good, text, ours))
            // Nothing in JWS asks for the lower s.
            #expect(Self.isValid(r + Self.difference(order, s), text, ours))
            for place in [0, 31, 32, 63] {
                var spoiled = good
                spoiled[place] ^= 1
                #expect(!Self.isValid(spoiled, text, ours))
            }
            let others = [r + zero, zero + s, zero + zero, r + order, order + s, s + r]
            for other in others + [good + [0], Array(good.dropLast()), []] {
                #expect(!Self.isValid(other, text, ours))
                let theirs = try? P256.Signing.ECDSASignature(rawRepresentation: other)
                #expect(theirs.map { key.publicKey.isValidSignature($0, for: text) } != true)
            }
            #expect(!Self.isValid(good, text + [0], ours))
        }
        let point = key.publicKey.x963Representation
        #expect(refusal { _ = try CurveVerificationKey(point, on: .p384) }?.code == .invalidKey)
        #expect(refusal { _ = try CurveVerificationKey(point.dropLast(), on: .p256) }?.code == .invalidKey)
    }

    @Test("RSA answers as swift-crypto does, by either padding, and takes neither for the other")
    func rsa() throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let ours = try RSAVerificationKey(key.publicKey)
        for round in 0..<5 {
            let text = Self.bytes(100 + round, seed: UInt64(round + 50))
            for isPSS in [false, true] {
                let padding: _RSA.Signing.Padding = isPSS ? .PSS : .insecurePKCS1v1_5
                let good = Array(
                    try key.signature(for: SHA384.hash(data: text), padding: padding).rawRepresentation)
                #expect(Self.isValid(good, text, ours, SHA384State.self, isPSS: isPSS))
                #expect(!Self.isValid(good, text, ours, SHA384State.self, isPSS: !isPSS))
                #expect(!Self.isValid(good, text, ours, SHA256State.self, isPSS: isPSS))
                #expect(!Self.isValid(good, text + [0], ours, SHA384State.self, isPSS: isPSS))
                let zeros = [UInt8](repeating: 0, count: 256)
                let ones = [UInt8](repeating: 0xFF, count: 256)
                for other in [zeros, ones, Array(good.dropFirst()), good + [0], [0] + good, []] {
                    #expect(!Self.isValid(other, text, ours, SHA384State.self, isPSS: isPSS))
                }
            }
        }
    }

    @Test(
        "RSASSA-PSS is taken with a salt as long as the digest only, and with that digest in its mask (RFC 7518 §3.5)"
    )
    func salts() throws {
        let tool = try Tool()
        try tool.write("text", "signed")
        try tool.run("openssl genrsa -out key.pem 2048 && openssl rsa -in key.pem -pubout -out public.pem")
        let pem = String(decoding: try tool.read("public.pem"), as: UTF8.self)
        let key = try VerificationKey(JWK(pem: pem), algorithm: .ps256)
        for (salt, mask, isGood) in [
            ("32", "sha256", true), ("20", "sha256", false), ("0", "sha256", false), ("64", "sha256", false),
            ("32", "sha1", false), ("32", "sha512", false),
        ] {
            try tool.run(
                """
                openssl dgst -sha256 -sign key.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:\(salt) \
                    -sigopt rsa_mgf1_md:\(mask) -out signature text
                """)
            let signature = try tool.read("signature")
            #expect(
                key.isValid(signature: signature[...], for: Array("signed".utf8)[...]) == isGood,
                "\(salt) \(mask)")
        }
    }

    // MARK: -

    private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    private static func add<Hash: SHA2>(_ bytes: [UInt8], to hash: inout Hash) {
        bytes.withUnsafeBytes { hash.update($0) }
    }

    private static func digest<Hash: SHA2>(_ text: [UInt8], _ hash: Hash.Type) -> [UInt8]? {
        let whole = text.withUnsafeBytes { Hash.withDigest(of: $0) { Array($0) } }
        var pieces = Hash()
        add(Array(text.prefix(text.count / 3)), to: &pieces)
        add(Array(text.dropFirst(text.count / 3)), to: &pieces)
        return pieces.withDigest { Array($0) } == whole ? whole : nil
    }

    private static func code<Hash>(_ text: [UInt8], _ key: KeyedHash<Hash>) -> [UInt8] {
        text.withUnsafeBytes { key.withCode(of: $0) { Array($0) } }
    }

    private static func isValid(_ signature: [UInt8], _ text: [UInt8], _ key: CurveVerificationKey) -> Bool {
        signature.withUnsafeBytes { signature in
            text.withUnsafeBytes { key.isValid(signature, for: $0, SHA256State.self) }
        }
    }

    private static func isValid<Hash: SHA2>(
        _ signature: [UInt8], _ text: [UInt8], _ key: RSAVerificationKey, _ hash: Hash.Type, isPSS: Bool
    ) -> Bool {
        signature.withUnsafeBytes { signature in
            text.withUnsafeBytes { key.isValid(signature, for: $0, hash, isPSS: isPSS) }
        }
    }

    /// Of two numbers of the same length, highest byte first.
    private static func difference(_ larger: [UInt8], _ smaller: [UInt8]) -> [UInt8] {
        var borrow = 0
        return zip(larger, smaller).reversed().map { larger, smaller in
            let difference = Int(larger) - Int(smaller) - borrow
            borrow = difference < 0 ? 1 : 0
            return UInt8(truncatingIfNeeded: difference)
        }.reversed()
    }
}
