import Testing
import VidimusJOSE

@Suite("JWK sets")
struct JWKSetTests {
    static func json(_ algorithm: SignatureAlgorithm) throws -> JSON {
        try #require(try Keys.key(algorithm).verificationKey.jwk?.json)
    }

    static func set(_ members: [JSON]) -> [UInt8] {
        (["keys": .array(members)] as JSON).encoded()
    }

    @Test("Members that are not for us are skipped")
    func skipped() throws {
        let (ec, rsa) = (try Self.json(.es256), try Self.json(.rs256))
        let set = try JWKSet(
            parsing: Self.set([
                ["kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"], ec.with(("crv", "secp256k1")),
                ec.with(("use", "enc")),
                ec.with(("alg", "ECDH-ES")), ec.with(("key_ops", ["deriveKey"])), rsa.with(("alg", nil)),
                rsa.with(("alg", "RSA-OAEP"), ("n", nil)),
                ec.with(("use", "sig"), ("key_ops", ["verify", "encrypt"])),
                ec.with(("kid", "mine"), ("ext", true)),
            ]))
        #expect(set.keys.map(\.id) == ["mine"])
        let secret = try Keys.key(.hs256).privateJWK
        #expect(try JWKSet(parsing: Self.set([secret.with(("alg", nil))])).keys.isEmpty)
        let token = try UnverifiedToken(Token.sign(["sub": "a"], with: Keys.key(.rs256)))
        #expect(
            refusal { try token.verified(by: set) }
                == JOSEError(
                    .unknownKey,
                    "none of 1 keys has the kid 'k-RS256'; 8 more of the set are not for signatures that we have, or do not say for which"
                ))
    }

    @Test(
        "Keys that do not say their algorithm are for the one that the caller says, if they are of its kind")
    func unsaid() throws {
        let (ec, rsa) = (try Self.json(.es256), try Self.json(.rs256).with(("alg", nil)))
        func algorithms(_ members: [JSON], _ unsaid: SignatureAlgorithm?) throws -> [SignatureAlgorithm] {
            try JWKSet(parsing: Self.set(members), unsaid: unsaid).keys.map(\.algorithm)
        }
        #expect(try algorithms([ec.with(("alg", nil)), rsa], nil) == [.es256])
        #expect(try algorithms([ec.with(("alg", nil)), rsa], .ps256) == [.es256, .ps256])
        #expect(try algorithms([ec.with(("alg", nil)), rsa], .hs256) == [.es256])
        #expect(try algorithms([ec.with(("alg", nil)), rsa], .es384) == [.es256])
        #expect(try algorithms([Self.json(.rs256), rsa.with(("kid", "2"))], .rs512) == [.rs256, .rs512])
        let secret = try Keys.key(.hs256).privateJWK.with(("alg", nil))
        #expect(try algorithms([secret], .hs256) == [.hs256])
        #expect(try algorithms([secret], .rs256) == [])
        #expect(
            refusal { try JWKSet(parsing: Self.set([secret]), unsaid: .hs512) }
                == JOSEError(.weakKey, "key 1 of the set: a secret of 256 bits, HS512 needs at least 512"))
        #expect(try JWKSet(parsing: rsa.encoded(), unsaid: .rs384).keys.map(\.algorithm) == [.rs384])
        #expect(try JWKSet(parsing: ec.encoded(), unsaid: .rs384).keys.map(\.algorithm) == [.es256])
    }

    @Test("A private or symmetric member refuses a set of public keys, whatever it is for")
    func mixed() throws {
        let (ec, rsa) = (try Self.json(.es256), try Self.json(.rs256))
        func error(_ number: Int) -> JOSEError {
            JOSEError(
                .invalidKey, "key \(number) of the set: a private or symmetric key among public ones")
        }
        let secret = try Keys.key(.hs256).privateJWK
        let others = [
            secret, secret.with(("alg", nil)), secret.with(("use", "enc")), try Keys.key(.es384).privateJWK,
            ["kty": "XX", "d": "AA"],
        ]
        for other in others {
            #expect(refusal { try JWKSet(parsing: Self.set([ec, rsa, other])) } == error(3))
            #expect(refusal { try JWKSet(parsing: Self.set([other, ec])) } == error(1))
        }
        // Public ones that are not for us are public all the same.
        for silent in [rsa.with(("alg", nil)), ec.with(("use", "enc")), ec.with(("alg", "ECDH-ES"))] {
            #expect(refusal { try JWKSet(parsing: Self.set([silent, secret])) } == error(2))
        }
        #expect(refusal { try JWKSet(parsing: Self.set([["kty": "XX", "x": "AA"], secret])) } == nil)
        let kept = [secret, try Keys.key(.es384).privateJWK, try Keys.key(.rs256).privateJWK]
        #expect(try JWKSet(parsing: Self.set(kept)).keys.count == 3)
    }

    @Test("Members that are for us and malformed or weak refuse the whole set")
    func refused() throws {
        let (ec, rsa) = (try Self.json(.es256), try Self.json(.rs256))
        let cases: [(JSON, JOSEError)] = [
            ("x", JOSEError(.invalidKey, "a JWK is a JSON object")),
            (ec.with(("kty", nil)), JOSEError(.invalidKey, "a JWK needs 'kty'")),
            (ec.with(("x", nil)), JOSEError(.invalidKey, "the JWK needs 'x'")),
            (ec.with(("alg", 1)), JOSEError(.invalidKey, "'alg' is not a string")),
            (ec.with(("alg", "RS256")), JOSEError(.invalidKey, "RS256 is not for this kind of key or curve")),
            (rsa.with(("e", "AQ")), JOSEError(.weakKey, "the RSA exponent 'e' is 1")),
        ]
        for (member, error) in cases {
            #expect(
                refusal { try JWKSet(parsing: Self.set([ec, member])) }
                    == JOSEError(error.code, "key 2 of the set: \(error.reason)"))
        }
        #expect(
            refusal { try JWKSet(parsing: Self.set([ec, ec])) }
                == JOSEError(.invalidKey, "two keys have the same kid 'k-ES256'"))
        #expect(
            refusal { try JWKSet(parsing: "{}".bytes) }
                == JOSEError(.malformed, "neither a JWK Set (no 'keys') nor a JWK (no 'kty')"))
        #expect(
            refusal { try JWKSet(parsing: #"{"keys":{}}"#.bytes) }
                == JOSEError(.malformed, "'keys' is not an array"))
        #expect(refusal { try JWKSet(parsing: [UInt8](repeating: 0x20, count: 262_145)) }?.code == .malformed)
    }

    @Test("A single JWK is a set of one, and must be usable")
    func single() throws {
        #expect(try JWKSet(parsing: Self.json(.es512).encoded()).keys.map(\.algorithm) == [.es512])
        #expect(try JWKSet(parsing: Keys.key(.ps256).privateJWK.encoded()).keys.map(\.algorithm) == [.ps256])
        #expect(
            refusal { try JWKSet(parsing: Self.json(.rs256).with(("alg", nil)).encoded()) }
                == JOSEError(.invalidKey, "a key of kind RSA must say its 'alg', or its user the algorithm"))
    }

    @Test("Where only public keys belong, private and symmetric ones are refused")
    func publicOnly() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let json = try Keys.key(algorithm).privateJWK
            let error = JOSEError(.invalidKey, "a private or symmetric key where only public ones belong")
            #expect(refusal { try JWKSet(parsing: json.encoded(), publicOnly: true) } == error)
            #expect(
                refusal { try JWKSet(parsing: Self.set([json]), publicOnly: true) }
                    == JOSEError(error.code, "key 1 of the set: \(error.reason)"))
            #expect(refusal { try JWKSet(parsing: Self.set([json])) } == nil)
        }
    }

    @Test("What is published has the public halves only")
    func published() throws {
        let set = try JWKSet(keys: SignatureAlgorithm.allCases.map { try Keys.key($0).verificationKey })
        let text = set.json.encoded()
        #expect(set.json["keys"]?.array?.count == 11)
        let again = try JWKSet(parsing: text, publicOnly: true)
        #expect(again.keys.map(\.id) == set.keys.filter { !$0.algorithm.isSymmetric }.map(\.id))
    }

    @Test("A key is found by kid and algorithm; without kid exactly one must fit")
    func lookup() throws {
        let keys = try [SignatureAlgorithm.es256, .rs256, .ps256].map { try Keys.key($0).verificationKey }
        let set = try JWKSet(keys: keys)
        func found(_ header: String) throws -> Result<String?, JOSEError> {
            let token = try UnverifiedToken("\(Base64URL.encode(header.bytes)).e30.AA")
            do { return .success(try set.key(for: token.header).id) } catch { return .failure(error) }
        }
        #expect(try found(#"{"alg":"RS256","kid":"k-RS256"}"#) == .success("k-RS256"))
        #expect(try found(#"{"alg":"ES256"}"#) == .success("k-ES256"))
        #expect(
            try found(#"{"alg":"PS256","kid":"k-RS256"}"#)
                == .failure(JOSEError(.algorithmMismatch, "the token says PS256, its key is for RS256")))
        #expect(
            try found(#"{"alg":"ES256","kid":"x"}"#)
                == .failure(JOSEError(.unknownKey, "none of 3 keys has the kid 'x'")))
        #expect(
            try found(#"{"alg":"HS256"}"#) == .failure(JOSEError(.unknownKey, "none of 3 keys is for HS256")))
        let other = try SigningKey.generate(.es256)
        let two = try JWKSet(keys: [keys[0], other.verificationKey])
        let token = try UnverifiedToken("\(Base64URL.encode(#"{"alg":"ES256"}"#.bytes)).e30.AA")
        #expect(
            refusal { try two.key(for: token.header) }
                == JOSEError(.unknownKey, "the token has no kid of a key and 2 keys fit"))
        #expect(refusal { try JWKSet(keys: []).key(for: token.header) }?.code == .unknownKey)
    }

    @Test("A token that names a kid is verified by the one fitting key of a set in which none has one")
    func keyWithoutID() throws {
        let signing = try Keys.key(.es256)
        let nameless = try VerificationKey(JWK(Self.json(.es256).with(("kid", nil))))
        let named = try SigningKey.generate(.es256, id: "other").verificationKey
        let token = try UnverifiedToken(Token.sign(["sub": "a"], with: signing))
        let otherKind = try VerificationKey(JWK(Self.json(.rs256).with(("kid", nil))))
        for keys in [[nameless], [otherKind, nameless]] {
            #expect(try token.verified(by: JWKSet(keys: keys)).keyID == nil)
        }
        // Beside keys with a kid it would be a default key, and they need not be for us.
        let silent = try Self.json(.rs256).with(("alg", nil), ("kid", "k-ES256"))
        let beside = try JWKSet(parsing: Self.set([silent, Self.json(.es256).with(("kid", nil))]))
        #expect(refusal { try token.verified(by: beside) }?.code == .unknownKey)
        #expect(
            refusal { try token.verified(by: JWKSet(keys: [named, nameless])) }
                == JOSEError(.unknownKey, "none of 2 keys has the kid 'k-ES256'"))
        let second = try VerificationKey(
            JWK(SigningKey.generate(.es256).privateJWK.with(("kid", nil))))
        #expect(
            refusal { try token.verified(by: JWKSet(keys: [nameless, second])) }
                == JOSEError(.unknownKey, "the token has no kid of a key and 2 keys fit"))
        #expect(refusal { try token.verified(by: JWKSet(keys: [second])) }?.code == .invalidSignature)
        // A key that has the kid is the only one asked, whatever others there are.
        let taken = try VerificationKey(
            JWK(second.jwk.map { $0.json.with(("kid", .string(signing.id))) } ?? .null))
        #expect(
            refusal { try token.verified(by: JWKSet(keys: [taken, nameless])) }?.code == .invalidSignature)
    }
}
