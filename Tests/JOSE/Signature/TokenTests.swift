import Testing
import VidimusJOSE

@Suite("Signing and verifying")
struct TokenTests {
    static let claims: JSON = [
        "iss": "https://issuer.example", "sub": "ä𝄞", "exp": 1_700_000_000, "roles": ["a", "b"],
    ]

    @Test("What is signed verifies, under its own algorithm only", arguments: SignatureAlgorithm.allCases)
    func signThenVerify(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let compact = try Token.sign(Self.claims, type: "at+jwt", with: key)
        let token = try UnverifiedToken(compact)
        #expect(
            token.header.json
                == [
                    "alg": .string(algorithm.rawValue), "typ": "at+jwt",
                    "kid": .string("k-\(algorithm.rawValue)"),
                ])
        let verified = try token.verified(by: key.verificationKey)
        #expect(try verified.claims().json == Self.claims)
        #expect(verified.keyID == key.id && verified.header.type == "at+jwt")
        let set = try JWKSet(keys: SignatureAlgorithm.allCases.map { try Keys.key($0).verificationKey })
        #expect(try token.verified(by: set).keyID == key.id)
        for other in SignatureAlgorithm.allCases where other != algorithm {
            #expect(
                refusal { try token.verified(by: Keys.key(other).verificationKey) }?.code
                    == .algorithmMismatch)
        }
        let stranger =
            try algorithm.rawValue.hasPrefix("RS") || algorithm.rawValue.hasPrefix("PS")
            ? VerificationKey(
                JWK(JSON(text: RFCExample.thumbprintKey).with(("alg", nil))), algorithm: algorithm)
            : SigningKey.generate(algorithm).verificationKey
        #expect(refusal { try token.verified(by: stranger) }?.code == .invalidSignature)
    }

    @Test("Flipping any one bit of a token refuses it", arguments: SignatureAlgorithm.allCases)
    func flippedBits(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        // 32 bytes of payload leave unused bits in the last character of the part, as most signatures do.
        let compact = try Token.sign(payload: [UInt8](repeating: 7, count: 32), with: key).bytes
        #expect(refusal { try UnverifiedToken(compact).verified(by: key.verificationKey) } == nil)
        // An ML-DSA signature is 50 times as long as others: every ninth byte of it, and its end.
        let step = algorithm == .mlDSA65 ? 9 : 1
        for place in compact.indices where place % step == 0 || place > compact.count - 8 {
            for bit in 0..<8 {
                var changed = compact
                changed[place] ^= 1 << bit
                let error = refusal { try UnverifiedToken(changed).verified(by: key.verificationKey) }
                guard error == nil else { continue }
                Issue.record("bit \(bit) of byte \(place) does not matter")
            }
        }
    }

    @Test("A signature of any other length is refused", arguments: SignatureAlgorithm.allCases)
    func lengths(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let input = "input".bytes
        let signature = try key.sign(input)
        let verifier = key.verificationKey
        #expect(verifier.isValid(signature: signature[...], for: input[...]))
        let others: [[UInt8]] = [
            [], [0], signature.dropLast(), [0] + signature, signature + [0], signature + signature,
            [UInt8](repeating: 0, count: signature.count), [UInt8](repeating: 0xFF, count: signature.count),
        ]
        for other in others {
            #expect(!verifier.isValid(signature: other[...], for: input[...]))
        }
    }

    @Test("ECDSA in DER is not a JWS signature")
    func derSignature() throws {
        let key = try Keys.key(.es256)
        let raw = try key.sign("x".bytes)
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            let trimmed = Array(bytes.drop { $0 == 0 })
            let body = (trimmed.first ?? 0) >= 0x80 ? [0] + trimmed : trimmed
            return [0x02, UInt8(body.count)] + body
        }
        let body = integer(raw.prefix(32)) + integer(raw.suffix(32))
        let der = [0x30, UInt8(body.count)] + body
        #expect(!key.verificationKey.isValid(signature: der[...], for: "x".bytes[...]))
    }

    @Test("The public key as an HMAC secret does not get past the algorithm of the key")
    func confusion() throws {
        let published = try #require(try Keys.key(.rs256).verificationKey.jwk)
        let secret = Base64URL.encode(published.json.encoded())
        let forger = try SigningKey(
            JWK(["kty": "oct", "kid": "k-RS256", "alg": "HS256", "k": .string(secret)]))
        let token = try UnverifiedToken(Token.sign(Self.claims, with: forger))
        let set = try JWKSet(keys: [Keys.key(.rs256).verificationKey])
        #expect(
            refusal { try token.verified(by: set) }
                == JOSEError(.algorithmMismatch, "the token says HS256, its key is for RS256"))
    }

    @Test(
        "What the RFCs and a peer print verifies, and signing again gives the same bytes where it can",
        arguments: RFCExample.all + RFCExample.byPeer + [RFCExample.mlDSA65])
    func examples(_ example: RFCExample) throws {
        let json = try JSON(text: example.key)
        let jwk = try JWK(json.with(("kid", json["kid"] ?? "example")))
        let token = try UnverifiedToken(example.compact)
        #expect(token.header.algorithm == example.algorithm)
        let key = try VerificationKey(jwk, algorithm: example.algorithm)
        #expect(try token.verified(by: key).payload == token.unverifiedPayload)
        let signer = try SigningKey(jwk, algorithm: example.algorithm)
        let dot = try #require(example.compact.lastIndex(of: "."))
        let signature = try signer.sign(Array(example.compact[..<dot].utf8))
        #expect(key.isValid(signature: signature[...], for: Array(example.compact[..<dot].utf8)[...]))
        if example.isReproducible {
            #expect(Base64URL.encode(signature) == example.compact[example.compact.index(after: dot)...])
        }
    }

    @Test("Any payload can be signed; only a JSON object has claims")
    func payloads() throws {
        let key = try Keys.key(.hs256)
        for (payload, reason) in [
            ("", "the payload is empty"), ("[]", "the payload: claims are not a JSON object"),
            ("{", "the payload: bad JSON at the end: expected a member name"),
        ] {
            let compact = try Token.sign(payload: payload.bytes, with: key)
            let token = try UnverifiedToken(compact).verified(by: key.verificationKey)
            #expect(token.payload == payload.bytes)
            #expect(refusal { try token.claims() } == JOSEError(.malformed, reason))
        }
    }

    @Test("What no verifier of ours would accept is not signed")
    func refusals() throws {
        let key = try Keys.key(.hs256)
        let twice = JSON.object([JSON.Member("a", 1), JSON.Member("a", 2)])
        for claims: JSON in [[], "x", twice] {
            #expect(
                refusal { try Token.sign(claims, with: key) }
                    == JOSEError(.malformed, "claims are not a JSON object of distinct names"))
        }
        for name in ["alg", "kid", "crit", "b64", "zip"] {
            #expect(
                refusal { try Token.sign(payload: [], header: [JSON.Member(name, "x")], with: key) }
                    == JOSEError(.malformed, "'\(name)' is not for the caller to put into a header"))
        }
        let extra = [JSON.Member("typ", "a"), JSON.Member("typ", "b")]
        #expect(refusal { try Token.sign(payload: [], header: extra, with: key) }?.code == .malformed)
        let token = try UnverifiedToken(Token.sign(payload: [], header: [JSON.Member("cty", "x")], with: key))
        #expect(token.header.contentType == "x" && token.header.type == nil)
        #expect(try UnverifiedToken(Token.sign([:], type: nil, with: key)).header.type == nil)
    }
}
