import Testing
import VidimusJOSE

@Suite("Signing keys")
struct SigningKeyTests {
    @Test("A private JWK gives back the same key, name and id", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let again = try SigningKey(JWK(JSON.parse(key.privateJWK.encoded())))
        #expect(
            again.id == key.id && again.algorithm == algorithm && again.algorithmName == algorithm.rawValue)
        #expect(again.privateJWK == key.privateJWK)
        let input = "some input".bytes
        #expect(try key.verificationKey.isValid(signature: again.sign(input)[...], for: input[...]))
        #expect(try again.verificationKey.isValid(signature: key.sign(input)[...], for: input[...]))
    }

    @Test("EdDSA is an option of an Ed25519 key, kept in its JWK, in what it publishes and in its tokens")
    func olderName() throws {
        let key = try SigningKey.generate(.ed25519, algorithmName: "EdDSA")
        #expect(key.algorithm == .ed25519 && key.algorithmName == "EdDSA")
        #expect(key.verificationKey.jwk?.json["alg"] == "EdDSA")
        #expect(try SigningKey(JWK(key.privateJWK)).algorithmName == "EdDSA")
        #expect(try SigningKey(JWK(key.privateJWK), algorithmName: "Ed25519").algorithmName == "Ed25519")
        let token = try UnverifiedToken(Token.sign(["sub": "x"], with: key))
        #expect(token.header.json["alg"] == "EdDSA")
        #expect(refusal { try token.verified(by: key.verificationKey) } == nil)
        #expect(
            refusal { try SigningKey.generate(.es256, algorithmName: "EdDSA") }
                == JOSEError(.algorithmMismatch, "'EdDSA' is not a name of ES256"))
    }

    @Test(
        "A generated key is known by nothing that a command line takes for a flag, unless that was asked for")
    func flags() throws {
        // One of 64 would be.
        for _ in 0..<500 {
            #expect(try !SigningKey.generate(.hs256).id.hasPrefix("-"))
            #expect(try JWK.generate(.a128KW).id?.hasPrefix("-") == false)
        }
        for _ in 0..<300 { #expect(try !SigningKey.generate(.ed25519).id.hasPrefix("-")) }
        #expect(
            try SigningKey.generate(.hs256, id: "-x").id == "-x" && JWK.generate(.direct, id: "-").id == "-")
    }

    @Test("A generated key is known by its thumbprint, a secret by chance")
    func ids() throws {
        let key = try SigningKey.generate(.es256)
        #expect(try key.id == JWK(key.privateJWK).thumbprint())
        let secret = try SigningKey.generate(.hs256)
        #expect(Base64URL.decode(secret.id)?.count == 16)
        #expect(try secret.id != SigningKey.generate(.hs256).id)
        let nameless = try JWK(secret.privateJWK.with(("kid", nil)))
        #expect(
            refusal { try SigningKey(nameless) }
                == JOSEError(.invalidKey, "a symmetric key needs 'kid' to sign"))
    }

    @Test("A public key cannot sign")
    func publicKey() throws {
        for algorithm in SignatureAlgorithm.allCases where !algorithm.isSymmetric {
            let jwk = try #require(try Keys.key(algorithm).verificationKey.jwk)
            #expect(refusal { try SigningKey(jwk) } == JOSEError(.invalidKey, "a public key cannot sign"))
        }
    }

    @Test("Secrets longer than a block are hashed first, as RFC 2104 has it")
    func longSecret() throws {
        // RFC 4231 §4.7: a key of 131 bytes of 0xAA.
        let secret = Base64URL.encode([UInt8](repeating: 0xAA, count: 131))
        let input = "Test Using Larger Than Block-Size Key - Hash Key First".bytes
        let codes: [(SignatureAlgorithm, String)] = [
            (.hs256, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (
                .hs384,
                "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"
            ),
        ]
        for (algorithm, code) in codes {
            let jwk = try JWK(["kty": "oct", "kid": "k", "k": .string(secret)])
            let signature = try SigningKey(jwk, algorithm: algorithm).sign(input)
            #expect(signature.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == code)
        }
    }

    @Test("A key printed, dumped or reflected shows no secret", arguments: SignatureAlgorithm.allCases)
    func printed(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let jwk = try JWK(key.privateJWK)
        var shown =
            "\(key) \(jwk) \(key.verificationKey) \(String(reflecting: key)) \(String(reflecting: jwk))"
        dump(key, to: &shown)
        dump(jwk, to: &shown)
        dump(key.verificationKey, to: &shown)
        for name in ["d", "p", "q", "k"] {
            guard let secret = key.privateJWK[name]?.string else { continue }
            #expect(!shown.contains(secret))
        }
        #expect("\(key)" == "SigningKey(\(algorithm.rawValue), kid 'k-\(algorithm.rawValue)')")
        #expect("\(jwk)" == "JWK(\(jwk.keyType), private, kid 'k-\(algorithm.rawValue)')")
    }
}
