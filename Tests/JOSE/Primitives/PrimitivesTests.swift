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
    func codes() {
        for count in [64, 65, 127, 128, 129, 200] {
            let (secret, text) = (Self.bytes(count, seed: 3), Self.bytes(count * 2, seed: 4))
            let key = SymmetricKey(data: secret)
            #expect(
                Self.code(text, KeyedHash<SHA256State>(secret: secret))
                    == Array(HMAC<SHA256>.authenticationCode(for: text, using: key)))
            #expect(
                Self.code(text, KeyedHash<SHA384State>(secret: secret))
                    == Array(HMAC<SHA384>.authenticationCode(for: text, using: key)))
            #expect(
                Self.code(text, KeyedHash<SHA512State>(secret: secret))
                    == Array(HMAC<SHA512>.authenticationCode(for: text, using: key)))
        }
    }

    @Test("ECDSA answers as swift-crypto does: good, spoiled, r or s zero or the order, of another length")
    func curves() throws {
        let (p256, p384, p521) = (
            P256.Signing.PrivateKey(), P384.Signing.PrivateKey(), P521.Signing.PrivateKey()
        )
        let ours256 = try CurveVerificationKey(p256.publicKey.x963Representation, on: .p256)
        try judge(
            order: "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            sign: { Array(try p256.signature(for: $0).rawRepresentation) },
            theirs: { signature, text in
                (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { p256.publicKey.isValidSignature($0, for: text) } ?? false
            }, ours: { Self.isValid($0, $1, ours256, SHA256State.self) })
        let ours384 = try CurveVerificationKey(p384.publicKey.x963Representation, on: .p384)
        try judge(
            order: """
                FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
                """,
            sign: { Array(try p384.signature(for: $0).rawRepresentation) },
            theirs: { signature, text in
                (try? P384.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { p384.publicKey.isValidSignature($0, for: text) } ?? false
            }, ours: { Self.isValid($0, $1, ours384, SHA384State.self) })
        let ours521 = try CurveVerificationKey(p521.publicKey.x963Representation, on: .p521)
        try judge(
            order: "01FF" + String(repeating: "FF", count: 30)
                + "FFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
            sign: { Array(try p521.signature(for: $0).rawRepresentation) },
            theirs: { signature, text in
                (try? P521.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { p521.publicKey.isValidSignature($0, for: text) } ?? false
            }, ours: { Self.isValid($0, $1, ours521, SHA512State.self) })
        let point = p256.publicKey.x963Representation
        #expect(refusal { _ = try CurveVerificationKey(point, on: .p384) }?.code == .invalidKey)
        #expect(refusal { _ = try CurveVerificationKey(point.dropLast(), on: .p256) }?.code == .invalidKey)
    }

    private func judge(
        order: String, sign: ([UInt8]) throws -> [UInt8], theirs: ([UInt8], [UInt8]) -> Bool,
        ours: ([UInt8], [UInt8]) -> Bool
    ) throws {
        let order = Self.bytes(hex: order)
        let zero = [UInt8](repeating: 0, count: order.count)
        for round in 0..<10 {
            let text = Self.bytes(100 + round, seed: UInt64(round + 5))
            let good = try sign(text)
            try #require(good.count == order.count * 2)
            let (r, s) = (Array(good[..<order.count]), Array(good[order.count...]))
            #expect(ours(good, text) && !ours(good, text + [0]))
            // Nothing in JWS asks for the lower s.
            #expect(ours(r + Self.difference(order, s), text))
            var others = [
                r + zero, zero + s, zero + zero, r + order, order + s, s + r, good + [0], [0] + good,
            ]
            others += [Array(good.dropLast()), Array(good.dropFirst()), r, []]
            others += [0, 1, order.count - 1, order.count, good.count - 1].map { place in
                var spoiled = good
                spoiled[place] ^= 1
                return spoiled
            }
            for other in others {
                #expect(!ours(other, text))
                if other.count == good.count { #expect(!theirs(other, text)) }
            }
        }
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
                let one = [UInt8](repeating: 0, count: 255) + [1]
                var others = [zeros, ones, one, Array(good.dropFirst()), good + [0], [0] + good, []]
                others += [0, 1, 128, 255].map { place in
                    var spoiled = good
                    spoiled[place] ^= 1
                    return spoiled
                }
                for other in others {
                    let theirs = key.publicKey.isValidSignature(
                        _RSA.Signing.RSASignature(rawRepresentation: other), for: SHA384.hash(data: text),
                        padding: padding)
                    #expect(!theirs && !Self.isValid(other, text, ours, SHA384State.self, isPSS: isPSS))
                }
            }
        }
    }

    @Test(
        "RSASSA-PSS is taken with a salt as long as the digest only, and with that digest in its mask (RFC 7518 §3.5)",
        arguments: [2048, 2049, 2055])
    func salts(bits: Int) throws {
        let tool = try Tool()
        try tool.write("text", "signed")
        try tool.run("openssl genrsa -out key.pem \(bits) && openssl rsa -in key.pem -pubout -out public.pem")
        let pem = String(decoding: try tool.read("public.pem"), as: UTF8.self)
        for (algorithm, digest, length) in [
            (SignatureAlgorithm.ps256, "sha256", 32), (.ps384, "sha384", 48), (.ps512, "sha512", 64),
        ] {
            let key = try VerificationKey(JWK(pem: pem), algorithm: algorithm)
            let others = ["sha1", "sha256", "sha384", "sha512"].filter { $0 != digest }.map { (length, $0) }
            for (salt, mask) in [(length, digest), (0, digest), (length - 1, digest), (length + 1, digest)]
                + others
            {
                try tool.run(
                    """
                    openssl dgst -\(digest) -sign key.pem -sigopt rsa_padding_mode:pss \
                        -sigopt rsa_pss_saltlen:\(salt) -sigopt rsa_mgf1_md:\(mask) -out signature text
                    """)
                let signature = try tool.read("signature")
                let isValid = key.isValid(signature: signature[...], for: Array("signed".utf8)[...])
                #expect(isValid == (salt == length && mask == digest), "\(algorithm) \(salt) \(mask)")
            }
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

    private static func isValid<Hash: SHA2>(
        _ signature: [UInt8], _ text: [UInt8], _ key: CurveVerificationKey, _ hash: Hash.Type
    ) -> Bool {
        signature.withUnsafeBytes { signature in
            text.withUnsafeBytes { key.isValid(signature, for: $0, hash) }
        }
    }

    private static func bytes(hex: String) -> [UInt8] {
        let digits = Array(hex).compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
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
