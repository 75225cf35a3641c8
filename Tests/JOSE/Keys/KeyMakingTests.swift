import Testing

@testable import VidimusJOSE

@Suite("Keys made from secrets, anew, and for others")
struct KeyMakingTests {
    @Test(
        "A secret signs and verifies if it is as long as the hash, as bytes and as text",
        arguments: [(SignatureAlgorithm.hs256, 32), (.hs384, 48), (.hs512, 64)])
    func secrets(algorithm: SignatureAlgorithm, least: Int) throws {
        let text = String(repeating: "é", count: least / 2)
        let key = try SigningKey(secret: text, algorithm: algorithm, id: "a")
        let token = try Token.sign(["sub": "ada"], with: key)
        let other = try VerificationKey(secret: text.bytes, algorithm: algorithm)
        #expect(key.id == "a" && other.id == nil)
        #expect(try Token.Verifier(other, ClaimsPolicy()).verify(token).subject == "ada")

        let short = Array(text.bytes.dropLast())
        #expect(refusal { try SigningKey(secret: short, algorithm: algorithm, id: "a") }?.code == .weakKey)
        #expect(refusal { try VerificationKey(secret: short, algorithm: algorithm) }?.code == .weakKey)
        let none = refusal { try SigningKey(secret: "", algorithm: algorithm, id: "a") }
        #expect(none == JOSEError(.weakKey, "the secret is empty"))
        #expect(refusal { try SigningKey(secret: text, algorithm: .es256, id: "a") }?.code == .invalidKey)
        #expect(!"\(key) \(other)".contains("é"))
    }

    @Test(
        "A key to decrypt with is made for every algorithm but those of a passphrase",
        arguments: KeyManagementAlgorithm.allCases)
    func encryptionKeys(algorithm: KeyManagementAlgorithm) throws {
        if case .passphrase = algorithm.family {
            #expect(refusal { try JWK.generate(algorithm) }?.code == .invalidKey)
            return
        }
        let key = try JWK.generate(algorithm, encryption: .a128CBCHS256)
        let isSecret = key.publicJSON == nil
        #expect(key.json["use"] == "enc" && key.isPrivate)
        #expect(isSecret || key.id == key.thumbprint())
        // It is the same key when it was written and read, and whoever encrypts needs the public half only.
        let kept = try JWK(reading: key.json.description)
        let given = isSecret ? kept : try kept.publicKey()
        #expect(isSecret || !given.isPrivate)
        let sealed = try EncryptedToken.encrypt("note".bytes, with: EncryptionKey(given))
        #expect(try UnopenedToken(sealed).opened(by: DecryptionKey(kept)).payload == "note".bytes)
        #expect(refusal { try SigningKey(kept) } != nil)
        #expect(refusal { try JWKSet(keys: [VerificationKey(kept)]) } != nil)
    }

    @Test(
        "A key for ECDH-ES lies on the curve asked for, and two are never the same",
        arguments: JWK.Curve.allCases)
    func curves(curve: JWK.Curve) throws {
        let key = try JWK.generate(.ecdhES, curve: curve)
        #expect(key.json["crv"]?.string == curve.rawValue)
        #expect(try JWK.generate(.ecdhES, curve: curve).thumbprint() != key.thumbprint())
        #expect(try JWK.generate(.ecdhES, curve: curve, id: "mine").id == "mine")
        #expect(try JWK(pem: key.privatePEM()).thumbprint() == key.thumbprint())
    }

    @Test(
        "A secret for dir says the encryption it is for, and does no other",
        arguments: ContentEncryption.allCases)
    func direct(encryption: ContentEncryption) throws {
        let key = try JWK.generate(.direct, encryption: encryption)
        #expect(key.json["alg"]?.string == encryption.rawValue)
        #expect(try DecryptionKey(key).encryptions == [encryption])
    }

    @Test(
        "A key pair is written as PEM and read again; a secret is not", arguments: SignatureAlgorithm.allCases
    )
    func pem(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        guard !algorithm.isSymmetric, algorithm != .mlDSA65 else {
            #expect(refusal { try key.privatePEM() }?.code == .invalidKey)
            #expect(refusal { try key.verificationKey.publicPEM() }?.code == .invalidKey)
            return
        }
        let token = try Token.sign(
            ["sub": "ada"], with: SigningKey(JWK(pem: key.privatePEM()), algorithm: algorithm))
        let published = try JWK(pem: key.verificationKey.publicPEM())
        #expect(!published.isPrivate)
        let verifier = try Token.Verifier(VerificationKey(published, algorithm: algorithm), ClaimsPolicy())
        #expect(try verifier.verify(token).subject == "ada")
    }

    @Test("A public half has no private member, and a secret has none at all")
    func publicHalf() throws {
        let key = try JWK(Keys.key(.rs256).privateJWK)
        #expect(try key.publicKey().json.object?.map(\.name).sorted() == ["alg", "e", "kid", "kty", "n"])
        #expect(refusal { try JWK(secret: [1, 2, 3]).publicKey() }?.code == .invalidKey)
        #expect(try JWK(secret: [1, 2, 3], id: "a").id == "a")
        #expect(refusal { try JWK(secret: []) }?.code == .weakKey)
    }
}
