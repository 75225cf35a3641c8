import Testing
import VidimusJOSE

@Suite("Keys to encrypt and decrypt with")
struct DecryptionKeyTests {
    static let secret = EncryptionKeys.oct([UInt8](repeating: 1, count: 32))

    @Test(
        "A key that does not say what it is for, is for something else, or of another kind or length is refused",
        arguments: [
            (secret, .invalidKey), (secret.with(("alg", "A128KW")), .invalidKey),
            (secret.with(("alg", "HS256")), .unsupportedAlgorithm),
            (secret.with(("alg", "RSA-OAEP-256")), .invalidKey),
            (secret.with(("alg", "ECDH-ES")), .invalidKey), (secret.with(("alg", "A192GCM")), .invalidKey),
            (secret.with(("alg", "A256KW"), ("use", "sig")), .invalidKey),
            (secret.with(("alg", "A256KW"), ("key_ops", ["sign"])), .invalidKey),
            (EncryptionKeys.oct([1, 2, 3]).with(("alg", "dir")), .invalidKey),
            (EncryptionKeys.rsa.with(("alg", "RSA1_5")), .unsupportedAlgorithm),
            (EncryptionKeys.rsa.with(("alg", "A128KW")), .invalidKey),
            (EncryptionKeys.rsa.with(("alg", "RS256")), .unsupportedAlgorithm),
        ] as [(JSON, JOSEError.Code)])
    func refused(json: JSON, code: JOSEError.Code) throws {
        #expect(refusal { try DecryptionKey(JWK(json)) }?.code == code)
        #expect(refusal { try EncryptionKey(JWK(json)) }?.code == code)
    }

    @Test("In a set, a sound key that is for none of the encryptions asked for is passed over")
    func others() throws {
        let small = EncryptionKeys.oct([UInt8](repeating: 1, count: 16)).with(
            ("alg", "A128GCM"), ("kid", "z"))
        let set: JSON = ["keys": [Self.secret.with(("alg", "dir"), ("kid", "k")), small]]
        let keys = try DecryptionKeySet(parsing: set.encoded(), encryptions: [.a256GCM])
        let token = try EncryptedToken.encrypt(
            [1], with: EncryptionKey(JWK(Self.secret.with(("alg", "dir"), ("kid", "k")))))
        #expect(try UnopenedToken(token).opened(by: keys).payload == [1])
        // What is no sound key is refused as ever.
        let broken: JSON = ["keys": [EncryptionKeys.oct([1]).with(("alg", "A128GCM"))]]
        #expect(
            refusal { try DecryptionKeySet(parsing: broken.encoded(), encryptions: [.a256GCM]) }?.code
                == .invalidKey)
    }

    @Test("A JWK whose alg is a content encryption is for that one, directly")
    func direct() throws {
        let key = try DecryptionKey(JWK(Self.secret.with(("alg", "A128CBC-HS256"))))
        #expect(key.algorithm == .direct && key.encryptions == [.a128CBCHS256])
        let both = try DecryptionKey(JWK(Self.secret.with(("alg", "dir"))))
        #expect(both.encryptions == [.a256GCM, .a128CBCHS256])
        #expect(try EncryptionKey(JWK(Self.secret.with(("alg", "dir")))).encryption == .a256GCM)
        let narrow = refusal {
            try DecryptionKey(JWK(Self.secret.with(("alg", "dir"))), encryptions: [.a128GCM])
        }
        #expect(narrow?.code == .invalidKey)
    }

    @Test("A public key encrypts and does not decrypt; its description shows no numbers")
    func publicHalf() throws {
        let jwk = try EncryptionKeys.jwk(.init(algorithm: .ecdhESA128KW, curve: "P-256"))
        let half = try JWK(#require(jwk.publicJSON))
        let text = try EncryptedToken.encrypt("x".bytes, with: EncryptionKey(half))
        #expect(refusal { try DecryptionKey(half) }?.code == .invalidKey)
        #expect(try UnopenedToken(text).opened(by: DecryptionKey(jwk)).payload == "x".bytes)
        #expect("\(try DecryptionKey(jwk))" == "DecryptionKey(ECDH-ES+A128KW, kid 'k')")
        #expect("\(try EncryptionKey(half))" == "EncryptionKey(ECDH-ES+A128KW, A256GCM, kid 'k')")
        #expect(Mirror(reflecting: try DecryptionKey(jwk)).children.isEmpty)
    }

    @Test("A set finds a key by kid and algorithm, and by what fits where there is no kid")
    func lookUp() throws {
        let (a, b) = (
            Self.secret.with(("kid", "a")),
            EncryptionKeys.oct([UInt8](repeating: 2, count: 32)).with(("kid", "b"))
        )
        let set = try DecryptionKeySet(
            keys: [a, b].map { try DecryptionKey(JWK($0), algorithm: .a256KW) })
        func token(_ json: JSON, _ algorithm: KeyManagementAlgorithm) throws -> UnopenedToken {
            try UnopenedToken(
                EncryptedToken.encrypt([], with: EncryptionKey(JWK(json), algorithm: algorithm)))
        }
        #expect(try token(b, .a256KW).opened(by: set).keyID == "b")
        #expect(refusal { try token(b.with(("kid", "c")), .a256KW).opened(by: set) }?.code == .unknownKey)
        #expect(refusal { try token(b.with(("kid", nil)), .a256KW).opened(by: set) }?.code == .unknownKey)
        #expect(refusal { try token(b, .a256GCMKW).opened(by: set) }?.code == .algorithmMismatch)
        let one = try DecryptionKeySet(keys: [DecryptionKey(JWK(b.with(("kid", nil))), algorithm: .a256KW)])
        #expect(try token(b.with(("kid", nil)), .a256KW).opened(by: one).keyID == nil)
        #expect(try token(b, .a256KW).opened(by: one).keyID == nil)
        #expect(refusal { try token(a, .a256KW).opened(by: one) }?.code == .decryptionFailed)
        #expect(refusal { try DecryptionKeySet(keys: set.keys + set.keys) }?.code == .invalidKey)
        // Beside keys with a kid, one without would be a default key; those need not be for us.
        let mixed = try DecryptionKeySet(keys: one.keys + [DecryptionKey(JWK(a), algorithm: .a256KW)])
        #expect(refusal { try token(b, .a256KW).opened(by: mixed) }?.code == .unknownKey)
        let nameless = b.with(("kid", nil), ("alg", "A256KW"))
        for (other, code) in [(nil, nil), ("a", .unknownKey)] as [(JSON?, JOSEError.Code?)] {
            let file: JSON = ["keys": [nameless, a.with(("alg", "HS256"), ("kid", other))]]
            let read = try DecryptionKeySet(parsing: file.encoded())
            #expect(refusal { try token(b, .a256KW).opened(by: read) }?.code == code)
        }
    }

    @Test(
        "A set that is read skips what is not for us, and a key that says no alg gets what fits only if allowed"
    )
    func parsing() throws {
        let set: JSON = [
            "keys": [
                Self.secret.with(("kid", "1")), Self.secret.with(("kid", "2"), ("alg", "A256KW")),
                Self.secret.with(("kid", "3"), ("alg", "HS256")),
                Self.secret.with(("kid", "4"), ("use", "sig")),
                EncryptionKeys.rsa.with(("kid", "5"), ("alg", nil)), ["kty": "XX"],
                EncryptionKeys.rsa.with(("kid", "6"), ("alg", "RSA1_5")),
                try EncryptionKeys.curve("X25519").with(("kid", "7")),
                try EncryptionKeys.curve("P-256").with(("kid", "8"), ("alg", nil), ("use", "enc")),
                try EncryptionKeys.curve("X25519").with(("kid", "9"), ("d", nil)),
            ]
        ]
        func names(_ unsaid: DecryptionKeySet.Unsaid) throws -> [String] {
            try DecryptionKeySet(parsing: set.encoded(), unsaid: unsaid).keys.map {
                "\($0.id ?? "") \($0.algorithm.rawValue)"
            }
        }
        #expect(try names(.nothing) == ["2 A256KW"])
        let ecdh = ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"]
        #expect(
            try names(.fitting) == [
                "1 dir", "1 A256KW", "1 A256GCMKW", "2 A256KW", "5 RSA-OAEP-256", "5 RSA-OAEP",
            ] + ecdh.map { "7 \($0)" } + ecdh.map { "8 \($0)" })
        #expect(try names(.fittingOrPassphrase).filter { $0.hasPrefix("1 PBES2") }.count == 3)
        // The same file verifies signatures with the keys that are for that, if no public ones are among them.
        let own = JSON.array((set["keys"]?.array ?? []).filter { $0["kid"] != "9" })
        let secrets = JSON.object([JSON.Member("keys", own)])
        #expect(try JWKSet(parsing: secrets.encoded()).keys.map(\.id) == ["3"])
        let single = Self.secret.with(("alg", "RSA1_5"))
        #expect(refusal { try DecryptionKeySet(parsing: single.encoded()) }?.code == .unsupportedAlgorithm)
        #expect(refusal { try DecryptionKeySet(parsing: Self.secret.encoded()) }?.code == .invalidKey)
        #expect(try DecryptionKeySet(parsing: Self.secret.encoded(), unsaid: .fitting).keys.count == 3)
        for text in ["[]", "{}", #"{"keys":1}"#] {
            #expect(refusal { try DecryptionKeySet(parsing: text.bytes) }?.code == .malformed)
        }
    }
}
