import Crypto
import Testing
import VidimusJOSE

@Suite("JWK")
struct JWKTests {
    static func jwk(_ algorithm: SignatureAlgorithm) throws -> JSON {
        try Keys.key(algorithm).privateJWK.with(("alg", nil), ("use", nil), ("kid", nil))
    }

    static let zeros32 = JSON.string(Base64URL.encode([UInt8](repeating: 0, count: 32)))

    struct Case: Sendable, CustomTestStringConvertible {
        let algorithm: SignatureAlgorithm
        let changes: [(String, JSON?)]
        let code: JOSEError.Code
        let reason: String
        var testDescription: String { reason }

        init(
            _ algorithm: SignatureAlgorithm, _ changes: (String, JSON?)..., is code: JOSEError.Code,
            _ reason: String
        ) {
            (self.algorithm, self.changes, self.code, self.reason) = (algorithm, changes, code, reason)
        }
    }

    static func bytes(_ count: Int, _ value: UInt8 = 0xFF) -> JSON {
        .string(Base64URL.encode([UInt8](repeating: value, count: count)))
    }

    @Test(
        "A key that is malformed, weak, or contradicts itself is refused by name",
        arguments: [
            Case(.es256, ("kty", nil), is: .invalidKey, "a JWK needs 'kty'"),
            Case(.es256, ("kty", 1), is: .invalidKey, "'kty' is not a string"),
            Case(.es256, ("kid", 1), is: .invalidKey, "'kid' is not a string"),
            Case(.es256, ("use", ["sig"]), is: .invalidKey, "'use' is not a string"),
            Case(
                .es256, ("key_ops", "sign"), is: .invalidKey, "'key_ops' is not an array of distinct strings"),
            Case(
                .es256, ("key_ops", ["sign", "sign"]), is: .invalidKey,
                "'key_ops' is not an array of distinct strings"),
            Case(
                .es256, ("kty", "DSA"), is: .unsupportedAlgorithm,
                "a key of kind 'DSA', needs one of EC, RSA, OKP, oct, AKP"),
            Case(
                .ed25519, ("kty", "O\u{212A}P"), is: .unsupportedAlgorithm,
                "a key of kind 'O\\u212aP', needs one of EC, RSA, OKP, oct, AKP"),
            Case(.es256, ("crv", nil), is: .invalidKey, "the JWK needs 'crv'"),
            Case(
                .es256, ("crv", "secp256k1"), is: .unsupportedAlgorithm,
                "a key on the curve 'secp256k1', needs one of P-256, P-384, P-521"),
            Case(
                .ed25519, ("crv", "X448"), is: .unsupportedAlgorithm,
                "a key on the curve 'X448', needs one of Ed25519, X25519"),
            Case(.es256, ("x", nil), is: .invalidKey, "the JWK needs 'x'"),
            Case(.es256, ("x", ""), is: .invalidKey, "'x' is empty"),
            Case(.es256, ("x", "AA=="), is: .invalidKey, "'x' is not base64url"),
            Case(.es256, ("x", bytes(31)), is: .invalidKey, "'x' has 31 bytes, needs 32"),
            Case(.es512, ("y", bytes(65)), is: .invalidKey, "'y' has 65 bytes, needs 66"),
            Case(
                .es256, ("x", bytes(32, 1)), ("d", nil), is: .invalidKey,
                "'x' and 'y' are not a point on P-256"),
            Case(
                .es384, ("x", bytes(48, 1)), ("d", nil), is: .invalidKey,
                "'x' and 'y' are not a point on P-384"),
            Case(
                .es512, ("x", bytes(66, 0)), ("d", nil), is: .invalidKey,
                "'x' and 'y' are not a point on P-521"),
            Case(
                .es256, ("x", bytes(32, 0)), ("y", bytes(32, 0)), ("d", nil), is: .invalidKey,
                "'x' and 'y' are not a point on P-256"),
            Case(
                .es256, ("d", bytes(32, 0)), is: .invalidKey,
                "'d' does not belong to the public half of the key"),
            Case(
                .es256, ("d", bytes(32, 0xFF)), is: .invalidKey,
                "'d' does not belong to the public half of the key"),
            Case(
                .es256, ("d", bytes(32, 1)), is: .invalidKey,
                "'d' does not belong to the public half of the key"),
            Case(
                .ed25519, ("d", bytes(32, 1)), is: .invalidKey,
                "'d' does not belong to the public half of the key"),
            Case(.ed25519, ("d", bytes(31, 1)), is: .invalidKey, "'d' has 31 bytes, needs 32"),
            Case(
                .ed25519, ("x", zeros32), ("d", nil), is: .weakKey,
                "'x' is a point of small order: signatures by it prove nothing"),
            Case(.rs256, ("n", bytes(255)), is: .weakKey, "an RSA key of 2040 bits, needs at least 2048"),
            Case(
                .rs256, ("n", bytes(256, 0x7F)), is: .weakKey, "an RSA key of 2047 bits, needs at least 2048"),
            Case(
                .rs256, ("n", bytes(1_025)), is: .invalidKey,
                "an RSA key of 8200 bits, at most 8192 are allowed"),
            Case(.rs256, ("n", bytes(256, 0xFE)), is: .invalidKey, "the RSA modulus 'n' is even"),
            Case(.rs256, ("n", bytes(256, 0)), is: .invalidKey, "'n' starts with a zero byte"),
            Case(.rs256, ("e", "AQ"), is: .weakKey, "the RSA exponent 'e' is 1"),
            Case(.rs256, ("e", "Ag"), is: .weakKey, "the RSA exponent 'e' is even"),
            Case(.rs256, ("e", "AAEAAQ"), is: .invalidKey, "'e' starts with a zero byte"),
            Case(.rs256, ("e", bytes(5)), is: .invalidKey, "the RSA exponent 'e' is beyond 32 bits"),
            Case(.rs256, ("oth", []), is: .invalidKey, "an RSA key of more than two primes"),
            Case(.rs256, ("d", nil), is: .invalidKey, "the JWK needs 'd'"),
            Case(.rs256, ("qi", nil), is: .invalidKey, "the JWK needs 'qi'"),
            Case(
                .rs256, ("p", "AQ"), is: .invalidKey,
                "the private members of the RSA key do not belong together"),
            Case(
                .rs256, ("q", bytes(128)), is: .invalidKey,
                "the private members of the RSA key do not belong together"),
            Case(
                .rs256, ("d", bytes(256)), is: .invalidKey,
                "the private members of the RSA key do not belong together"),
            Case(
                .rs256, ("dp", bytes(128)), is: .invalidKey,
                "the private members of the RSA key do not belong together"),
            Case(
                .rs256, ("qi", bytes(128)), is: .invalidKey,
                "the private members of the RSA key do not belong together"),
            Case(.hs256, ("k", ""), is: .invalidKey, "'k' is empty"),
            Case(.hs256, ("k", nil), is: .invalidKey, "the JWK needs 'k'"),
            Case(
                .hs256, ("k", bytes(31)), ("alg", "HS256"), is: .weakKey,
                "a secret of 248 bits, HS256 needs at least 256"),
            Case(.hs256, ("alg", "HS512"), is: .weakKey, "a secret of 256 bits, HS512 needs at least 512"),
            Case(.es256, ("alg", "ES384"), is: .invalidKey, "ES384 is not for this kind of key or curve"),
            Case(.rs256, ("alg", "HS256"), is: .invalidKey, "HS256 is not for this kind of key or curve"),
            Case(.hs256, ("alg", "RS256"), is: .invalidKey, "RS256 is not for this kind of key or curve"),
            Case(.ed25519, ("alg", "ES256"), is: .invalidKey, "ES256 is not for this kind of key or curve"),
            Case(
                .es256, ("alg", "RSA-OAEP-256"), is: .invalidKey,
                "RSA-OAEP-256 is not for this kind of key or curve"),
            Case(
                .ed25519, ("alg", "ECDH-ES"), is: .invalidKey, "ECDH-ES is not for this kind of key or curve"),
            Case(.ed25519, ("alg", "dir"), is: .invalidKey, "dir is not for this kind of key or curve"),
            Case(
                .es256, ("alg", "A256GCM"), is: .invalidKey, "dir is not for this kind of key or curve"),
            Case(
                .hs256, ("alg", "A128GCM"), is: .invalidKey,
                "the secret is not as long as any content encryption needs"),
            Case(.hs256, ("alg", "A128KW"), is: .invalidKey, "a secret of 256 bits, A128KW needs 128"),
            Case(
                .rs256, ("n", bytes(256)), is: .weakKey,
                "an RSA key that can be factored: 'n' is a multiple of 3"),
        ])
    func refused(_ test: Case) throws {
        var json = try Self.jwk(test.algorithm)
        for change in test.changes { json = json.with(change) }
        #expect(refusal { try JWK(json) } == JOSEError(test.code, test.reason))
    }

    @Test("Every Ed25519 point of small order is refused, with either sign")
    func smallOrders() throws {
        let (zeros, ones) = ([UInt8](repeating: 0, count: 31), [UInt8](repeating: 0xFF, count: 30))
        let ofOrderEight = [
            "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o",
        ].compactMap(Base64URL.decode)
        let points = [
            [0] + zeros, [1] + zeros, [0xEC] + ones + [0x7F], [0xED] + ones + [0x7F], [0xEE] + ones + [0x7F],
        ]
        for var point in points + ofOrderEight {
            for sign: UInt8 in [0, 0x80] {
                point[31] |= sign
                let json: JSON = ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(point))]
                #expect(refusal { try JWK(json) }?.code == .weakKey)
            }
        }
        #expect(ofOrderEight.count == 2)
    }

    @Test("What is no point on Ed25519 is no key: half of all 32 bytes, and every y beyond the field")
    func pointsOffEd25519() throws {
        func isTaken(_ x: [UInt8]) throws -> Bool {
            let json: JSON = ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(x))]
            guard let refusal = refusal({ try JWK(json) }) else { return true }
            #expect(refusal == JOSEError(.invalidKey, "'x' is not a point on Ed25519"))
            return false
        }
        // For the SHA-256 of one byte, 0 to 255: whether Python's big integers find an x (RFC 8032 §5.1.3).
        let expected = """
            0101001110111111100101101011111011001110011011000111000110110110100100001010010001011111010100011100\
            0100011011010110010101011001100011110110011100010111100001011111110011001111001100000000111010101101\
            11010001101000000001010111010101000110110010000011100101
            """
        for (number, answer) in zip(UInt8.min...UInt8.max, expected) {
            #expect(try isTaken(Array(SHA256.hash(data: [number]))) == (answer == "1"), "\(number)")
        }
        // p - y for small y, and p + 2 to 2^255 - 1, which are 2 to 18 written another way.
        for (low, answer) in zip(UInt8(0xE2)...0xEB, "0110011110") {
            let x = [low] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
            #expect(try isTaken(x) == (answer == "1"), "\(low)")
        }
        for low in UInt8(0xEF)...0xFF {
            #expect(try !isTaken([low] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]))
            #expect(try !isTaken([low] + [UInt8](repeating: 0xFF, count: 31)))
        }
    }

    @Test("An RSA key of the kind that ROCA factors is weak; one that differs in a bit is not of that kind")
    func roca() throws {
        // Of two primes k M + (65537^a mod M), made by Python.
        let n = """
            rGreq8fwZUaeX1J-08UjWMH9kXyf02qFDIxAqYczruywTp8GKfaYNQu_MnkxIMhtGANdL-cX-dp6MUEwh7rW\
            aGsFgzJFLMps7RNXtbeyvTh63KOuhiCpTFqRS5bbwUjYMcoYGGm_2ajFgYe-rsKUwVbCfWjI5Zisjn4tjLvm\
            13Crw06MsvYSuqjL0HrwZGiL7nafoWiiKuF7LINz22HgI3NuGaurSmgS0R2LiKhdk88RiV9Pket-DKN09pH0\
            Oe5rqBwuOyHHAD_RVp4syO3R3NMpMp9wcY-ogptjf9k7NgTPsD8RvP5WFfmFkJQ6YnWvKF7e9Z4pK0W4Sym3\
            Z1rJ0w
            """
        let key: JSON = ["kty": "RSA", "e": "AQAB", "n": .string(n)]
        #expect(
            refusal { try JWK(key) }
                == JOSEError(
                    .weakKey, "an RSA key that can be factored: it was made as ROCA says (CVE-2017-15361)"))
        let bytes = try #require(Base64URL.decode(n))
        for place in stride(from: 0, to: 255, by: 5) {
            var other = bytes
            other[place] ^= 1
            let refused = refusal { try JWK(key.with(("n", .string(Base64URL.encode(other))))) }
            #expect(refused == nil || refused?.reason.contains("'n' is a multiple of") == true)
        }
    }

    @Test("A multiple of a small prime is a weak modulus", arguments: [3, 5, 65, 127, 163, 167, 173])
    func smallFactors(factor: Int) throws {
        let key = try Self.jwk(.rs256).with(("d", nil))
        let sound = try #require(key["n"]?.string.flatMap { Base64URL.decode($0) })
        var (product, carry) = ([UInt8](), 0)
        for byte in sound.reversed() {
            carry += Int(byte) * factor
            product.insert(UInt8(truncatingIfNeeded: carry), at: 0)
            carry >>= 8
        }
        let n = JSON.string(Base64URL.encode((carry == 0 ? [] : [UInt8(carry)]) + product))
        let members = ["kty": "RSA", "e": "AQAB", "n": n] as JSON
        let refused = refusal { try JWK(members) }
        // The smallest is named; beyond 167 nobody looks.
        let named = [65: 5, 173: nil][factor, default: factor]
        #expect(
            refused
                == named.map {
                    JOSEError(.weakKey, "an RSA key that can be factored: 'n' is a multiple of \($0)")
                })
    }

    @Test("Not an object, or an object with a name twice, is not a key")
    func notAnObject() {
        #expect(refusal { try JWK([]) } == JOSEError(.invalidKey, "a JWK is a JSON object"))
        let twice = JSON.object([
            JSON.Member("kty", "oct"), JSON.Member("kty", "oct"), JSON.Member("k", "AA"),
        ])
        #expect(refusal { try JWK(twice) } == JOSEError(.invalidKey, "the JWK has a member name twice"))
    }

    @Test("The thumbprint of RFC 7638 §3.1 is the one printed there, for the private half as well")
    func thumbprint() throws {
        #expect(try JWK(JSON(text: RFCExample.thumbprintKey)).thumbprint() == RFCExample.thumbprint)
        for algorithm in SignatureAlgorithm.allCases where !algorithm.isSymmetric {
            let key = try Keys.key(algorithm)
            let print = try JWK(key.privateJWK).thumbprint()
            #expect(key.verificationKey.jwk?.thumbprint() == print)
            #expect(try SigningKey.generate(.es256).id.utf8.count == 43)
        }
    }

    @Test("The thumbprint of RFC 8037 A.3 is the one printed there")
    func ed25519Thumbprint() throws {
        let example = try #require(RFCExample.all.first { $0.algorithm == .ed25519 })
        #expect(
            try JWK(JSON(text: example.key)).thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("The public JSON has nothing private and keeps kid and alg; of a secret there is none")
    func publicJSON() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let key = try Keys.key(algorithm)
            let jwk = try JWK(key.privateJWK.with(("x-note", "mine")))
            #expect(jwk.isPrivate)
            guard !algorithm.isSymmetric else {
                #expect(jwk.publicJSON == nil && key.verificationKey.jwk == nil)
                continue
            }
            let names = Set(try #require(jwk.publicJSON?.object).map(\.name))
            #expect(names.isDisjoint(with: ["d", "p", "q", "dp", "dq", "qi", "k", "x-note"]))
            #expect(names.isSuperset(of: ["kty", "kid", "alg"]))
            let published = try #require(key.verificationKey.jwk)
            #expect(!published.isPrivate && published.algorithm == algorithm && published.id == key.id)
            #expect(published.json["use"] == "sig")
        }
    }

    @Test("An algorithm is said or follows from the curve; a symmetric or RSA key must say it")
    func algorithms() throws {
        #expect(try JWK(Self.jwk(.es384)).algorithm == .es384)
        #expect(try JWK(Self.jwk(.ed25519).with(("alg", "EdDSA"))).algorithm == .ed25519)
        #expect(try JWK(Self.jwk(.rs256)).algorithm == nil)
        #expect(
            refusal { try VerificationKey(JWK(Self.jwk(.rs256))) }
                == JOSEError(.invalidKey, "a key of kind RSA must say its 'alg', or its user the algorithm"))
        #expect(try VerificationKey(JWK(Self.jwk(.rs256)), algorithm: .ps384).algorithm == .ps384)
        let encryption = try JWK(Self.jwk(.es256).with(("alg", "ECDH-ES")))
        #expect(encryption.algorithm == nil)
        #expect(refusal { try VerificationKey(encryption) }?.code == .unsupportedAlgorithm)
        #expect(
            refusal {
                try VerificationKey(JWK(Self.jwk(.es256).with(("alg", "ES256"))), algorithm: .es384)
            }
                == JOSEError(.algorithmMismatch, "the key is for 'ES256', not ES384"))
        #expect(refusal { try VerificationKey(encryption, algorithm: .es256) }?.code == .algorithmMismatch)
        #expect(
            refusal { try VerificationKey(JWK(Self.jwk(.hs256)), algorithm: .hs384) }
                == JOSEError(.weakKey, "a secret of 256 bits, HS384 needs at least 384"))
    }

    @Test("use and key_ops decide what a key may do")
    func purposes() throws {
        let json = try Self.jwk(.es256)
        let forEncryption = try JWK(json.with(("use", "enc")))
        #expect(
            refusal { try VerificationKey(forEncryption) }
                == JOSEError(.invalidKey, "the key is for use 'enc', not 'sig'"))
        #expect(
            refusal { try SigningKey(forEncryption) }
                == JOSEError(.invalidKey, "the key is for use 'enc', not 'sig'"))
        let verifying = try JWK(json.with(("key_ops", ["verify"])))
        #expect(
            refusal { try SigningKey(verifying) }
                == JOSEError(.invalidKey, "the key's key_ops do not include 'sign'"))
        #expect(refusal { try VerificationKey(verifying) } == nil)
        let signing = try JWK(json.with(("key_ops", ["sign"])))
        #expect(refusal { try SigningKey(signing) } == nil)
        #expect(refusal { try VerificationKey(signing) } == nil)
        #expect(
            refusal { try VerificationKey(JWK(json.with(("key_ops", ["sign"]), ("d", nil)))) }
                == JOSEError(.invalidKey, "the key's key_ops do not include 'verify'"))
        #expect(
            refusal { try VerificationKey(JWK(json.with(("key_ops", ["deriveKey"])))) }?.code
                == .invalidKey)
    }

    @Test("A use and operations that contradict each other let a key do nothing")
    func contradictions() throws {
        let contradicting = try Self.jwk(.es256).with(
            ("use", "sig"), ("key_ops", ["sign", "verify", "deriveKey"]))
        let expected = JOSEError(
            .invalidKey, "the key's use 'sig' and its key_ops with 'deriveKey' contradict each other")
        #expect(refusal { try VerificationKey(JWK(contradicting)) } == expected)
        #expect(refusal { try SigningKey(JWK(contradicting)) } == expected)
        #expect(
            refusal {
                try DecryptionKey(JWK(contradicting.with(("use", "enc"), ("alg", "ECDH-ES"))))
            }
                == JOSEError(
                    .invalidKey, "the key's use 'enc' and its key_ops with 'sign' contradict each other"))
        // Operations that nobody registered contradict nothing (RFC 7517 §4.3).
        let extended = try Self.jwk(.es256).with(("use", "sig"), ("key_ops", ["sign", "attest"]))
        #expect(refusal { try VerificationKey(JWK(extended)) } == nil)
    }
}
