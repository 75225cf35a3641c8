import Testing
import VidimusJOSE

@Suite("Encrypting and decrypting")
struct EncryptedTokenTests {
    static let payload = "what nobody else may read".bytes

    static func keys(
        _ kind: EncryptionKeys.Kind, _ encryption: ContentEncryption
    ) throws -> (encryption: EncryptionKey, decryption: DecryptionKey) {
        let jwk = try EncryptionKeys.jwk(kind, encryption)
        return (
            try EncryptionKey(jwk, encryption: encryption, iterations: 1_000), try DecryptionKey(jwk)
        )
    }

    @Test(
        "What is encrypted is decrypted, in every algorithm with every encryption",
        arguments: EncryptionKeys.kinds)
    func bothWays(kind: EncryptionKeys.Kind) throws {
        for encryption in ContentEncryption.allCases {
            for payload in [
                [], Self.payload, [UInt8](repeating: 0, count: 16), [UInt8](repeating: 9, count: 5_000),
            ] {
                let keys = try Self.keys(kind, encryption)
                let text = try EncryptedToken.encrypt(
                    payload, header: [.init("typ", "JWT")], with: keys.encryption)
                let token = try UnopenedToken(text)
                #expect(token.header.algorithm == kind.algorithm && token.header.encryption == encryption)
                let opened = try token.opened(by: keys.decryption)
                #expect(opened.payload == payload)
                #expect(opened.keyID == "k" && opened.header.type == "JWT" && !opened.isNested)
                let set = try DecryptionKeySet(keys: [keys.decryption])
                #expect(try token.opened(by: set).payload == payload)
            }
        }
    }

    @Test(
        "Two tokens of one payload have nothing in common but the header's fixed members",
        arguments: EncryptionKeys.kinds)
    func fresh(kind: EncryptionKeys.Kind) throws {
        let keys = try Self.keys(kind, .a128CBCHS256)
        let (one, other) = (
            try EncryptedToken.encrypt(Self.payload, with: keys.encryption).split(separator: "."),
            try EncryptedToken.encrypt(Self.payload, with: keys.encryption).split(separator: ".")
        )
        #expect(Set(one.dropFirst()).isDisjoint(with: other.dropFirst()))
    }

    @Test(
        "Flipping any one bit refuses a token; beyond the header always with the same words",
        arguments: EncryptionKeys.kinds.filter { $0.algorithm != .rsaOAEP })
    func flippedBits(kind: EncryptionKeys.Kind) throws {
        // How content is encrypted does not depend on the key: both ways once are enough.
        let encryptions: [ContentEncryption] =
            kind.algorithm == .direct ? [.a128GCM, .a192CBCHS384] : [.a128GCM]
        for encryption in encryptions {
            let keys = try Self.keys(kind, encryption)
            let text = try EncryptedToken.encrypt(Self.payload, with: keys.encryption).bytes
            let headerEnd = try #require(text.firstIndex(of: UInt8(ascii: ".")))
            let same = JOSEError(.decryptionFailed, "the token was not encrypted to this key, or was changed")
            // Points and RSA are slow: every bit of every 23rd byte, and of the token's end.
            let isSlow = kind.algorithm == .rsaOAEP256 || kind.curve.map { $0 != "X25519" } ?? false
            for place in text.indices where !isSlow || place % 23 == 0 || place > text.count - 30 {
                for bit in 0..<8 {
                    var changed = text
                    changed[place] ^= 1 << bit
                    guard let error = refusal({ try UnopenedToken(changed).opened(by: keys.decryption) })
                    else {
                        Issue.record("bit \(bit) of byte \(place) does not matter")
                        continue
                    }
                    // What is still five parts of base64url, and a header, was authentic or was not: no third.
                    if place > headerEnd, error.code != .malformed { #expect(error == same) }
                }
            }
        }
    }

    @Test(
        "A key of the same kind that is another one refuses with the same words",
        arguments: EncryptionKeys.kinds)
    func stranger(kind: EncryptionKeys.Kind) throws {
        let keys = try Self.keys(kind, .a256GCM)
        let text = try EncryptedToken.encrypt(Self.payload, with: keys.encryption)
        var json = try EncryptionKeys.jwk(kind).json
        switch json["kty"]?.string {
        case "oct": json = json.with(("k", .string(Base64URL.encode([UInt8](repeating: 1, count: 32)))))
        default: return
        }
        guard let other = try? DecryptionKey(JWK(json)) else { return }
        let error = refusal { try UnopenedToken(text).opened(by: other) }
        #expect(error?.code == .decryptionFailed)
    }

    @Test(
        "A key decrypts no algorithm but its own and no encryption it does not allow",
        arguments: EncryptionKeys.kinds)
    func mismatch(kind: EncryptionKeys.Kind) throws {
        let text = try EncryptedToken.encrypt(Self.payload, with: Self.keys(kind, .a256GCM).encryption)
        for other in EncryptionKeys.kinds where other.algorithm != kind.algorithm {
            let key = try Self.keys(other, .a256GCM).decryption
            #expect(refusal { try UnopenedToken(text).opened(by: key) }?.code == .algorithmMismatch)
        }
        guard kind.algorithm != .direct else { return }
        let narrow = try DecryptionKey(EncryptionKeys.jwk(kind), encryptions: [.a128GCM, .a256CBCHS512])
        #expect(refusal { try UnopenedToken(text).opened(by: narrow) }?.code == .algorithmMismatch)
    }

    @Test("A compressed token is refused unless asked for, and then inflates to no more than asked for")
    func compression() throws {
        let keys = try Self.keys(.init(algorithm: .a256KW, curve: nil), .a256GCM)
        let bomb = [UInt8](repeating: 0x20, count: 1_000_000)
        for payload in [[], Self.payload, bomb] {
            let text = try EncryptedToken.encrypt(payload, compressed: true, with: keys.encryption)
            let token = try UnopenedToken(text)
            #expect(token.header.isCompressed)
            #expect(refusal { try token.opened(by: keys.decryption) }?.code == .unsupportedCritical)
            #expect(try token.opened(by: keys.decryption, inflatingTo: payload.count).payload == payload)
            guard !payload.isEmpty else { continue }
            for limit in [0, payload.count - 1, -1] {
                let error = refusal { try token.opened(by: keys.decryption, inflatingTo: limit) }
                #expect(error?.code == .malformed && error?.reason.contains("inflates") == true)
            }
        }
        let plain = try EncryptedToken.encrypt(Self.payload, with: keys.encryption)
        #expect(try UnopenedToken(plain).opened(by: keys.decryption, inflatingTo: 3).payload == Self.payload)
    }

    @Test("A compressed content that is cut short, followed by something or no DEFLATE is refused")
    func brokenCompression() throws {
        let keys = try Self.keys(.init(algorithm: .a256KW, curve: nil), .a256GCM)
        // "a" by RFC 1951 as one fixed block: 4B 04 00.
        let streams: [([UInt8], Bool)] = [
            ([0x4B, 0x04, 0x00], true), ([0x4B, 0x04], false), ([0x4B, 0x04, 0x00, 0x00], false), ([], false),
            ([0xFF, 0xFF], false), ([0x78, 0x9C, 0x4B, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62], false),
        ]
        for (stream, isGood) in streams {
            var seed = EncryptionSeed()
            seed.compressed = stream
            let text = try EncryptedToken.encrypt(
                [], header: [], compressed: true, with: keys.encryption, seed: seed)
            let error = refusal { try UnopenedToken(text).opened(by: keys.decryption, inflatingTo: 100) }
            #expect(error?.code == (isGood ? nil : .malformed), "\(stream)")
        }
    }

    @Test("The number of PBKDF2's iterations is bounded before any is done")
    func iterations() throws {
        let kind = EncryptionKeys.Kind(algorithm: .pbes2HS512A256KW, curve: nil)
        let jwk = try EncryptionKeys.jwk(kind)
        let text = try EncryptedToken.encrypt(Self.payload, with: EncryptionKey(jwk, iterations: 1_001))
        #expect(
            try UnopenedToken(text).opened(by: DecryptionKey(jwk, maximumIterations: 1_001)).payload
                == Self.payload)
        let error = refusal {
            try UnopenedToken(text).opened(by: DecryptionKey(jwk, maximumIterations: 1_000))
        }
        #expect(error?.code == .malformed && error?.reason == "'p2c' is 1001, at most 1000 are allowed")
        for iterations in [999, 600_001] {
            #expect(
                refusal { try EncryptionKey(jwk, iterations: iterations) }
                    == JOSEError(.invalidKey, "PBKDF2 takes 1000 to 600000 iterations"))
        }
        #expect(refusal { try DecryptionKey(passphrase: "", algorithm: kind.algorithm) }?.code == .weakKey)
        #expect(refusal { try DecryptionKey(passphrase: "x", algorithm: .a128KW) }?.code == .invalidKey)
        #expect(refusal { try EncryptionKey(passphrase: "x", algorithm: .direct) }?.code == .invalidKey)
    }

    @Test("The caller cannot write what the key and the algorithm write into the header")
    func reserved() throws {
        let key = try Self.keys(.init(algorithm: .a256KW, curve: nil), .a256GCM).encryption
        for name in ["alg", "enc", "kid", "epk", "iv", "tag", "p2s", "p2c", "crit", "b64", "zip"] {
            let error = refusal { try EncryptedToken.encrypt([], header: [.init(name, "x")], with: key) }
            #expect(error?.code == .malformed)
        }
        let twice = refusal {
            try EncryptedToken.encrypt([], header: [.init("a", 1), .init("a", 2)], with: key)
        }
        #expect(twice?.code == .malformed)
    }
}
