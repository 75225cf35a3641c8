import Testing
import VidimusJOSE

@Suite("A verifier of tokens")
struct TokenVerifierTests {
    static let now = Timestamp(seconds: 1_700_000_000)
    static let policy = ClaimsPolicy(
        issuer: "https://issuer.example", audience: "api", type: "JWT", required: ["exp"], leeway: .zero)
    static let claims: JSON = [
        "iss": "https://issuer.example", "sub": "ä𝄞", "aud": "api", "exp": 1_700_000_900,
        "nbf": 1_699_999_999,
        "iat": 1_699_999_999, "jti": "1", "more": ["x": [1, 2]],
    ]

    /// A verifier that has seen a token of this header, and one that has not.
    static func both(_ key: SigningKey, _ policy: ClaimsPolicy = policy) throws -> [Token.Verifier] {
        let verifiers = [
            Token.Verifier(key.verificationKey, policy),
            Token.Verifier(try JWKSet(keys: [key.verificationKey]), policy),
        ]
        let knowing = [
            Token.Verifier(key.verificationKey, policy),
            Token.Verifier(try JWKSet(keys: [key.verificationKey]), policy),
        ]
        let token = try Token.sign(claims, with: key)
        for verifier in knowing { _ = try verifier.verify(token, at: now) }
        return verifiers + knowing
    }

    @Test("What we sign we verify, again and again", arguments: SignatureAlgorithm.allCases)
    func signThenVerify(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        for verifier in try Self.both(key) {
            for number in 0..<3 {
                let claims = Self.claims.with(
                    ("n", .integer(Int64(number))), ("pad", .string(String(repeating: "é", count: number))))
                let read = try verifier.verify(Token.sign(claims, with: key), at: Self.now)
                #expect(read.json == claims)
                #expect(
                    try read.issuer == "https://issuer.example" && read.subject == "ä𝄞"
                        && read.audience == ["api"])
                #expect(try read.expiresAt == Timestamp(seconds: 1_700_000_900) && read.tokenID == "1")
                #expect(
                    try read.notBefore == read.issuedAt && read.issuedAt == Timestamp(seconds: 1_699_999_999))
            }
        }
    }

    @Test(
        "Flipping any one bit refuses a token under a header that is known",
        arguments: SignatureAlgorithm.allCases)
    func flippedBits(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let verifier = Token.Verifier(key.verificationKey, ClaimsPolicy())
        // Eleven bytes of payload leave unused bits in the last character of the part, as most signatures do.
        let token = try Token.sign(["abc": 123], with: key).bytes
        _ = try verifier.verify(token.span)
        for index in token.indices {
            for bit in 0..<8 {
                var flipped = token
                flipped[index] ^= 1 << bit
                let known = refusal { try verifier.verify(flipped.span, at: Self.now) }
                #expect(known != nil, "byte \(index), bit \(bit)")
                // The long way says the same; asked where it is quick.
                guard algorithm == .hs256 else { continue }
                let other = refusal { try UnverifiedToken(flipped).verified(by: key.verificationKey) }
                #expect(known == other || known?.code == .unknownKey, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("Claims tell issuer and audience as they stand, whatever the policy asks for")
    func parties() throws {
        let key = try Keys.key(.hs256)
        let audiences: [(JSON, [String])] = [
            ("api", ["api"]), (["api", "é"], ["api", "é"]), (["api"], ["api"]),
        ]
        for (written, told) in audiences {
            let token = try Token.sign(Self.claims.with(("aud", written)), with: key)
            for (issuer, audience) in [(nil, nil), ("https://issuer.example", nil), (nil, "api")]
                as [(String?, String?)]
            {
                var policy = ClaimsPolicy(issuer: "other", audience: "other")
                (policy.issuer, policy.audience) = (issuer, audience)
                let read = try Token.Verifier(key.verificationKey, policy).verify(token, at: Self.now)
                #expect(try read.issuer == "https://issuer.example" && read.audience == told)
            }
        }
        let bare = try Token.sign([:] as JSON, with: key)
        let read = try Token.Verifier(key.verificationKey, ClaimsPolicy()).verify(bare, at: Self.now)
        #expect(try read.issuer == nil && read.audience == [])
        // A policy that was changed asks for what it says now.
        var policy = Self.policy
        policy.audience = "other"
        let verifier = Token.Verifier(key.verificationKey, policy)
        let token = try Token.sign(Self.claims, with: key)
        #expect(refusal { try verifier.verify(token, at: Self.now) }?.code == .wrongAudience)
    }

    @Test("A verifier takes tokens as long as it is told, under a header that is known and one that is not")
    func maximumBytes() throws {
        let key = try Keys.key(.hs256)
        let long = try Token.sign(
            Self.claims.with(("pad", .string(String(repeating: "x", count: 20_000)))), with: key)
        let size = long.utf8.count
        let tooLong = JOSEError(.malformed, "a token of \(size) bytes, at most \(size - 1) are allowed")
        for knows in [false, true] {
            for (maximum, expected) in [(size, nil), (size - 1, tooLong)] as [(Int, JOSEError?)] {
                let verifier = Token.Verifier(key.verificationKey, Self.policy, maximumBytes: maximum)
                if knows { _ = try verifier.verify(Token.sign(Self.claims, with: key), at: Self.now) }
                #expect(refusal { try verifier.verify(long, at: Self.now) } == expected)
            }
        }
        #expect(
            refusal { try Token.Verifier(key.verificationKey, Self.policy).verify(long, at: Self.now) }?.code
                == .malformed)
    }

    @Test("Registered claims are found by any spelling of their names, and only at the top")
    func spellings() throws {
        let key = try Keys.key(.hs256)
        let many = (0..<300).map { #""m\#($0)":{"iss":1}"# }.joined(separator: ",")
        let payload = #"""
            {"x":{"exp":1,"nbf":9999999999},"\u0069ss":"https://issuer.example","s\u0075b":"me",
            "a\u0075d" : "api", "\u0065\u0078\u0070" : 1700000900,"\u006Abf":9999999999,"jt\u0069":"7",\#(many)}
            """#
        let verifier = Token.Verifier(key.verificationKey, Self.policy)
        let token = try Token.sign(payload: payload.bytes, header: [JSON.Member("typ", "JWT")], with: key)
        let read = try verifier.verify(token, at: Self.now)
        #expect(
            try read.issuer == "https://issuer.example" && read.subject == "me" && read.audience == ["api"])
        #expect(try read.expiresAt == Timestamp(seconds: 1_700_000_900) && read.tokenID == "7")
        #expect(try read.notBefore == nil && read.issuedAt == nil)
    }

    @Test("Every cut and every byte more is refused as the long way refuses it")
    func lengths() throws {
        let key = try Keys.key(.hs256)
        let token = try Token.sign(Self.claims, with: key)
        let texts =
            (0..<token.utf8.count).map { String(token.prefix($0)) } + [
                token + "A", token + "=", token + ".", "A" + token, token + "." + token, token + " ",
                token + String(repeating: "A", count: 16_384),
            ]
        for verifier in try Self.both(key) {
            for text in texts {
                let refused = refusal { try verifier.verify(text, at: Self.now) }
                #expect(
                    refused != nil
                        && refused
                            == refusal {
                                try UnverifiedToken(text).verified(by: key.verificationKey)
                            },
                    "\(text.utf8.count) bytes")
            }
        }
    }

    @Test("What a payload may not be is refused under a header that is known, too")
    func payloads() throws {
        let key = try Keys.key(.hs256)
        let verifier = try #require(Self.both(key).last)
        for payload in [
            "", "[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"\\u0062\":2}}", "{\"a\":\"\\ud800\"}",
            "{} ",
        ] {
            let token = try Token.sign(payload: payload.bytes, header: [JSON.Member("typ", "JWT")], with: key)
            let error = refusal { try verifier.verify(token, at: Self.now) }
            #expect(error?.code == (payload == "{} " ? .missingClaim : .malformed), "\(payload)")
        }
    }

    @Test(
        "The policy is asked whether the header is known or not",
        arguments: [
            (("exp", 1_699_999_966), .expired, "expired 34 s ago; clocks may differ, leeway is 0 s"),
            (("exp", nil), .missingClaim, "needs the claim 'exp'"),
            (("iss", "x"), .wrongIssuer, "issued by 'x', expected 'https://issuer.example'"),
            (("aud", "x"), .wrongAudience, "meant for 'x', expected 'api'"),
            (
                ("nbf", 1_700_000_010), .notYetValid,
                "not valid for another 10 s; clocks may differ, leeway is 0 s"
            ),
        ] as [((String, JSON?), JOSEError.Code, String)])
    func policy(change: (String, JSON?), code: JOSEError.Code, reason: String) throws {
        let key = try Keys.key(.es256)
        for verifier in try Self.both(key) {
            let token = try Token.sign(Self.claims.with(change), with: key)
            #expect(refusal { try verifier.verify(token, at: Self.now) } == JOSEError(code, reason))
        }
    }

    @Test("The type is asked for under a header that is known by another policy's verifier")
    func types() throws {
        let key = try Keys.key(.hs256)
        let keys = try JWKSet(keys: [key.verificationKey])
        let any = Token.Verifier(keys, ClaimsPolicy())
        let strict = Token.Verifier(keys, ClaimsPolicy(type: "at+jwt"))
        let token = try Token.sign(Self.claims, with: key)
        for _ in 0..<2 {
            #expect(refusal { try any.verify(token, at: Self.now) } == nil)
            #expect(refusal { try strict.verify(token, at: Self.now) }?.code == .wrongType)
        }
    }

    @Test("Headers are known per set of keys, few of them, and only of good tokens")
    func otherKeys() throws {
        let (key, stranger) = (try Keys.key(.hs256), try SigningKey.generate(.hs256, id: "k-HS256"))
        let verifier = try #require(Self.both(key).last)
        let forged = try Token.sign(Self.claims, with: stranger)
        #expect(refusal { try verifier.verify(forged, at: Self.now) }?.code == .invalidSignature)
        for number in 0..<40 {
            let token = try Token.sign(
                payload: Self.claims.encoded(),
                header: [JSON.Member("typ", "JWT"), JSON.Member("n", .integer(Int64(number)))],
                with: key)
            for _ in 0..<2 { #expect(refusal { try verifier.verify(token, at: Self.now) } == nil) }
        }
        let other = Token.Verifier(try JWKSet(keys: [stranger.verificationKey]), Self.policy)
        #expect(
            refusal { try other.verify(Token.sign(Self.claims, with: key), at: Self.now) }?.code
                == .invalidSignature)
    }

    @Test("Many threads share one verifier")
    func threads() async throws {
        let key = try Keys.key(.hs256)
        let verifier = Token.Verifier(try JWKSet(keys: [key.verificationKey]), Self.policy)
        let tokens = try (0..<20).map { number in
            try Token.sign(
                payload: Self.claims.encoded(),
                header: [JSON.Member("typ", "JWT"), JSON.Member("n", .integer(number))],
                with: key)
        }
        let good = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in
                    var good = 0
                    for _ in 0..<20 {
                        for token in tokens {
                            good += try verifier.verify(token, at: Self.now).tokenID == "1" ? 1 : 0
                        }
                    }
                    return good
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(good == 8 * 20 * 20)
    }
}
