import Testing
import VidimusJOSE

@Suite("Claims and their policy")
struct ClaimsPolicyTests {
    static let now = Timestamp(seconds: 1_700_000_000)

    static func check(
        _ claims: JSON, _ policy: ClaimsPolicy = ClaimsPolicy(), type: String? = "at+jwt",
        at now: Timestamp = now
    ) throws {
        let key = try Keys.key(.hs256)
        _ = try UnverifiedToken(Token.sign(claims, type: type, with: key)).verified(by: key.verificationKey)
            .claims(policy, at: now)
    }

    @Test("A token within its times passes; one outside is refused and told by how much")
    func times() throws {
        let strict = ClaimsPolicy(leeway: .zero)
        let cases: [(JSON, ClaimsPolicy, JOSEError?)] = [
            (["exp": 1_700_000_001], strict, nil),
            (
                ["exp": 1_700_000_000], strict,
                JOSEError(.expired, "expired 0 s ago; clocks may differ, leeway is 0 s")
            ),
            (
                ["exp": 1_699_999_966], strict,
                JOSEError(.expired, "expired 34 s ago; clocks may differ, leeway is 0 s")
            ),
            (["exp": 1_699_999_941], ClaimsPolicy(), nil),
            (
                ["exp": 1_699_999_940], ClaimsPolicy(),
                JOSEError(.expired, "expired 60 s ago; clocks may differ, leeway is 60 s")
            ),
            (["exp": .number(1_699_999_940.5)], ClaimsPolicy(), nil),
            (
                ["exp": 1_699_000_000], ClaimsPolicy(),
                JOSEError(.expired, "expired 11 d ago; clocks may differ, leeway is 60 s")
            ),
            (["nbf": 1_700_000_060], ClaimsPolicy(), nil),
            (
                ["nbf": 1_700_000_061], ClaimsPolicy(),
                JOSEError(.notYetValid, "not valid for another 61 s; clocks may differ, leeway is 60 s")
            ),
            (["iat": 1_700_000_060], ClaimsPolicy(), nil),
            (
                ["iat": 1_700_003_600], ClaimsPolicy(),
                JOSEError(.issuedInFuture, "issued 60 min in the future; clocks may differ, leeway is 60 s")
            ),
            (
                ["exp": 1_700_000_000], ClaimsPolicy(leeway: .seconds(-5)),
                JOSEError(.expired, "expired 0 s ago; clocks may differ, leeway is 0 s")
            ),
            (["exp": 1], ClaimsPolicy(leeway: .seconds(Int64.max)), nil),
            ([:], ClaimsPolicy(), nil),
        ]
        for (claims, policy, error) in cases {
            #expect(refusal { try Self.check(claims, policy) } == error, "\(claims)")
        }
        #expect(refusal { try Self.check(["exp": 5], at: Timestamp(milliseconds: .min)) } == nil)
        #expect(refusal { try Self.check(["exp": 5], at: Timestamp(milliseconds: .max)) }?.code == .expired)
    }

    @Test("The issuer must be the one expected, code point by code point")
    func issuer() {
        let policy = ClaimsPolicy(issuer: "https://a.example/\u{e9}")
        #expect(refusal { try Self.check(["iss": "https://a.example/\u{e9}"], policy) } == nil)
        #expect(refusal { try Self.check([:], policy) } == JOSEError(.missingClaim, "needs the claim 'iss'"))
        for other in ["https://a.example/e\u{301}", "https://A.example/\u{e9}", "https://a.example/", ""] {
            #expect(refusal { try Self.check(["iss": .string(other)], policy) }?.code == .wrongIssuer)
        }
        #expect(
            refusal { try Self.check(["iss": "x\u{1b}"], ClaimsPolicy(issuer: "y")) }
                == JOSEError(.wrongIssuer, "issued by 'x\\u001b', expected 'y'"))
    }

    @Test("The audience must name us, alone or among others")
    func audience() {
        let policy = ClaimsPolicy(audience: "api")
        #expect(refusal { try Self.check(["aud": "api"], policy) } == nil)
        #expect(refusal { try Self.check(["aud": ["web", "api"]], policy) } == nil)
        #expect(refusal { try Self.check([:], policy) } == JOSEError(.missingClaim, "needs the claim 'aud'"))
        #expect(
            refusal { try Self.check(["aud": ["web", "app"]], policy) }
                == JOSEError(.wrongAudience, "meant for 'web', 'app', expected 'api'"))
        #expect(
            refusal { try Self.check(["aud": []], policy) }
                == JOSEError(.wrongAudience, "meant for nobody, expected 'api'"))
    }

    @Test("typ compares as media types do")
    func types() {
        let policy = ClaimsPolicy(type: "at+jwt")
        for same in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            #expect(refusal { try Self.check([:], policy, type: same) } == nil)
            #expect(refusal { try Self.check([:], ClaimsPolicy(type: same), type: "at+jwt") } == nil)
        }
        for other in ["JWT", "at+jw", "application/x/at+jwt", "x/at+jwt", "application/", ""] {
            #expect(refusal { try Self.check([:], policy, type: other) }?.code == .wrongType, "\(other)")
        }
        #expect(
            refusal { try Self.check([:], policy, type: "JWT") }
                == JOSEError(.wrongType, "typ is 'JWT', expected 'at+jwt'"))
        #expect(
            refusal { try Self.check([:], policy, type: nil) }
                == JOSEError(.wrongType, "has no typ, expected 'at+jwt'"))
    }

    @Test("Required claims must be there and not null")
    func required() {
        let policy = ClaimsPolicy(required: ["exp", "sub"])
        #expect(refusal { try Self.check(["sub": "a", "exp": 1_800_000_000], policy) } == nil)
        #expect(
            refusal { try Self.check(["sub": "a"], policy) }
                == JOSEError(.missingClaim, "needs the claim 'exp'"))
        #expect(
            refusal { try Self.check(["sub": .null, "exp": 1_800_000_000], policy) }
                == JOSEError(.missingClaim, "needs the claim 'sub'"))
        #expect(
            refusal { try Self.check(["sub": "a", "exp": .null], policy) }
                == JOSEError(.missingClaim, "needs the claim 'exp'"))
        var other = policy
        other.required = ["jti"]
        #expect(refusal { try Self.check(["jti": "a"], other) } == nil)
        #expect(
            refusal { try Self.check(["exp": 1_800_000_000], other) }
                == JOSEError(.missingClaim, "needs the claim 'jti'"))
        other.required = ["exp"]
        #expect(
            refusal { try Self.check(["jti": "a"], other) }
                == JOSEError(.missingClaim, "needs the claim 'exp'"))
    }

    @Test(
        "A time of any number of digits is read to the second",
        arguments: [
            0, 1, -1, 999_999_999, 1_000_000_000, 1_234_567_890, 2_147_483_648, 9_999_999_999, 10_000_000_000,
            -123_456_789, -999_999_999, -1_000_000_000, 253_402_300_799, -62_135_596_800,
        ] as [Int64])
    func digits(seconds: Int64) throws {
        let claims = try Claims(["exp": .integer(seconds), "when": .integer(seconds)])
        #expect(try claims.expiresAt == Timestamp(seconds: seconds))
        #expect(try claims.time("when") == Timestamp(seconds: seconds))
        #expect(try claims.integer("exp") == seconds)
    }

    @Test(
        "A registered claim of the wrong type is refused even if no rule asks for it",
        arguments: [
            (["exp": "1800000000"], "'exp' is not a number of seconds since 1970"),
            (["nbf": .null], "'nbf' is not a number of seconds since 1970"),
            (["iat": true], "'iat' is not a number of seconds since 1970"),
            (["exp": 1_800_000_000_000], "'exp' is not within the years 1 to 9999; it counts seconds"),
            (["exp": .number(1e300)], "'exp' is not within the years 1 to 9999; it counts seconds"),
            (["exp": .integer(.min)], "'exp' is not within the years 1 to 9999; it counts seconds"),
            (["iss": 1], "'iss' is not a string"), (["sub": []], "'sub' is not a string"),
            (["jti": 7], "'jti' is not a string"),
            (["aud": 1], "'aud' is not a string or an array of strings"),
            (["aud": ["a", 1]], "'aud' is not a string or an array of strings"),
        ] as [(JSON, String)])
    func wrongTypes(claims: JSON, reason: String) {
        #expect(refusal { try Self.check(claims) } == JOSEError(.invalidClaim, reason))
    }

    @Test("Accessors give the value, nil when absent, and refuse another type")
    func accessors() throws {
        let claims = try Claims([
            "n": 5, "f": .number(1.5), "s": "x", "l": ["a", "b"], "m": ["a", 1], "z": .number(-0.5),
        ])
        #expect(try claims.integer("n") == 5 && claims.integer("absent") == nil)
        #expect(
            try claims.string("s") == "x" && claims.strings("l") == ["a", "b"]
                && claims.strings("absent") == nil)
        #expect(
            try claims.time("f") == Timestamp(milliseconds: 1_500)
                && claims.time("n") == Timestamp(seconds: 5))
        #expect(try claims.time("z") == Timestamp(milliseconds: -500) && claims.time("absent") == nil)
        #expect(try claims.audience == [] && claims["l"] == ["a", "b"])
        #expect(refusal { try claims.integer("f") } == JOSEError(.invalidClaim, "'f' is not an integer"))
        #expect(
            refusal { try claims.strings("m") } == JOSEError(.invalidClaim, "'m' is not an array of strings"))
        #expect(refusal { try claims.string("n") } == JOSEError(.invalidClaim, "'n' is not a string"))
        #expect(refusal { try Claims([]) } == JOSEError(.malformed, "claims are not a JSON object"))
    }
}
