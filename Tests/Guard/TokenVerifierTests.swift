import Testing
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

@Suite("A verifier")
struct TokenVerifierTests {
    let issuer: Issuer
    let verifier: TokenVerifier

    init() throws {
        issuer = try Issuer()
        verifier = issuer.verifier()
    }

    @Test("A good token tells who is asking, the first time and remembered, as text and as bytes")
    func goodToken() throws {
        let token = try issuer.token(["nbf": .integer(issuer.clock.now.seconds), "x": 1])
        for principal in [
            try verifier.verify(token), try verifier.verify(token), try verifier.verify(Array(token.utf8)),
            try verifier.verify("Bearer \(token)".dropFirst(7)), try verifier.verify(token.utf8.span),
        ] {
            #expect(principal.subject == "alice" && "\(principal)" == "Principal('alice')")
            #expect(principal.sessionID == "session-1")
            #expect(principal.clientID == "web")
            #expect(principal.tokenID == "token-1")
            #expect(principal.scopes == ["orders:read", "orders:write"])
            #expect(principal.roles == ["editor", "author"])
            #expect(principal.issuer == Issuer.name)
            #expect(principal.audience == [Issuer.audience])
            #expect(principal.issuedAt == issuer.clock.now)
            #expect(principal.expiresAt == issuer.clock.now + .seconds(900))
            #expect(principal.notBefore == issuer.clock.now)
            #expect(principal.authenticatedAt == issuer.clock.now - .seconds(30))
            #expect(principal.authenticationClass == "pwd")
            #expect(principal.authenticationMethods == ["pwd"])
            #expect(principal.status == StatusReference(list: Issuer.list, index: 1))
            #expect(principal.claims["x"]?.integer == 1)
            #expect(principal.hasRole("editor") && !principal.hasRole("admin") && !principal.hasRole(""))
            #expect(principal.hasScope("orders:read") && !principal.hasScope("orders"))
        }
    }

    @Test("One of several audiences is enough, and a type may be written in full")
    func otherGoodTokens() throws {
        let several = try issuer.token(["aud": ["https://other.example", .string(Issuer.audience)]])
        #expect(verifier.refusal(several) == nil)
        for type in ["AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            #expect(verifier.refusal(try issuer.token(type: type)) == nil)
        }
    }

    @Test(
        "A token that says the wrong thing is invalid, and the client is not told what",
        arguments: [
            (["iss": "https://evil.example"], "wrong_issuer: issued by 'https://evil.example', expected"),
            (["iss": .null], "wrong_issuer: issued by nobody"), (["iss": 7], "invalid_claim: 'iss'"),
            (["aud": "https://other.example"], "wrong_audience: meant for ['https://other.example']"),
            (["aud": .null], "wrong_audience"), (["aud": []], "wrong_audience"),
            (["aud": [1]], "invalid_claim"),
            (["sub": .null], "missing_claim: needs the claim 'sub'"), (["sub": ""], "invalid_claim"),
            (["exp": .null], "missing_claim: needs the claim 'exp'"),
            (["exp": "soon"], "invalid_claim: 'exp'"),
            (["exp": .number(1e300)], "invalid_claim: 'exp'"),
            (["iat": .null], "missing_claim: needs the claim 'iat'"),
            (["jti": .null], "missing_claim: needs the claim 'jti'"), (["jti": ""], "invalid_claim"),
            (["sid": 1], "invalid_claim: 'sid'"), (["roles": "admin"], "invalid_claim: 'roles'"),
            (["roles": [1]], "invalid_claim: 'roles'"), (["scope": ["a"]], "invalid_claim: 'scope'"),
            (["iat": 1_800_000_061], "issued_in_future"), (["nbf": 1_800_000_061], "not_yet_valid"),
            (["status": .null], "missing_claim: needs the claim 'status'"),
            (["status": 1], "invalid_claim: 'status'"),
            (["status": ["other": 1]], "missing_claim: needs the claim 'status'"),
            (["status": ["status_list": ["idx": -1, "uri": "u"]]], "invalid_claim: 'status_list'"),
            (["status": ["status_list": ["idx": .number(1.5), "uri": "u"]]], "invalid_claim: 'status_list'"),
            (["status": ["status_list": ["idx": 1]]], "invalid_claim: 'status_list'"),
            (["status": ["status_list": ["idx": 1, "uri": "https://evil.example/1"]]], "no such status"),
            (
                ["status": ["status_list": ["idx": 1024, "uri": "https://id.example/status/1"]]],
                "no such status"
            ),
            (
                ["status": ["status_list": ["idx": .integer(.max), "uri": "https://id.example/status/1"]]],
                "no such status"
            ),
        ] as [([String: JSON], String)])
    func wrongClaims(changes: [String: JSON], reason: String) throws {
        let refusal = try #require(verifier.refusal(try issuer.token(changes)))
        #expect(refusal.code == .invalidToken)
        #expect(refusal.reason.hasPrefix(reason), "\(refusal.reason)")
        #expect(refusal.detail == "The token is not accepted.")
        #expect(verifier.memoryUse.entries == 0)
    }

    @Test(
        "Another type, or none, is invalid: a token of another purpose opens nothing",
        arguments: ["JWT", "at", nil])
    func wrongType(type: String?) throws {
        let refusal = try #require(verifier.refusal(try issuer.token(type: type)))
        #expect(refusal.code == .invalidToken)
        #expect(refusal.reason.hasPrefix("wrong_type"))
    }

    @Test(
        "What is no token is invalid, without a trap",
        arguments: ["", ".", "..", "a.b.c", "🙂", "null", String(repeating: "A", count: 20_000), "a.b.c.d.e"])
    func garbage(text: String) {
        #expect(verifier.refusal(text)?.code == .invalidToken)
        #expect(verifier.refusal(text)?.detail == "The token is not accepted.")
    }

    @Test("Keys by invented names are invalid and leave nothing behind")
    func inventedKids() throws {
        for number in 0..<50 {
            let token = try issuer.token(key: Issuer.p256(id: "invented-\(number)"))
            let refusal = try #require(verifier.refusal(token))
            #expect(refusal.code == .invalidToken)
            #expect(refusal.reason.hasPrefix("unknown_key"))
        }
        #expect(verifier.memoryUse == (0, 0))
    }

    @Test("Only the algorithms in the configuration are accepted, whatever the keys are for")
    func algorithms() throws {
        let token = try issuer.token()
        #expect(issuer.verifier { $0.algorithms = [.es256] }.refusal(token) == nil)
        let refusal = try #require(issuer.verifier { $0.algorithms = [.ed25519] }.refusal(token))
        #expect(refusal.code == .invalidToken)
        #expect(refusal.reason.hasPrefix("unsupported_algorithm"))
    }

    @Test("Expiry has a leeway, to the millisecond, and is told once the signature held")
    func expiry() throws {
        let token = try issuer.token(["exp": .integer(issuer.clock.now.seconds + 10)])
        issuer.statuses.confirm(at: issuer.clock.now + .seconds(60))
        issuer.clock.advance(seconds: 69)
        #expect(verifier.refusal(token) == nil)
        issuer.clock.advance(seconds: 1)
        #expect(verifier.refusal(token)?.code == .expired)
        let sentence = "expired 60 s ago; clocks may differ, leeway is 60 s"
        #expect(verifier.refusal(token)?.reason == sentence)
        #expect(verifier.refusal(token).map { "\($0)" } == "expired: \(sentence)")
        #expect(issuer.verifier { $0.leeway = .seconds(61) }.refusal(token)?.code == nil)
        #expect(issuer.verifier { $0.leeway = .zero }.refusal(token)?.code == .expired)
        let elsewhere = issuer.verifier { $0.audience = "https://other.example" }
        #expect(elsewhere.refusal(token)?.code == .invalidToken)
        let text = Array(token.utf8)
        #expect(
            verifier.refusal(String(decoding: text.dropLast(4), as: UTF8.self) + "AAAA")?.code
                == .invalidToken)
    }

    @Test("An expired token that is revoked as well says that it is expired")
    func expiredFirst() throws {
        let token = try issuer.token(["exp": .integer(issuer.clock.now.seconds - 61)])
        issuer.list.raise(1, to: .revoked)
        #expect(verifier.refusal(token)?.code == .expired)
    }

    @Test("Not-before and issued-at have the same leeway")
    func leewayOfTheFuture() throws {
        let soon = JSON.integer(issuer.clock.now.seconds + 60)
        let token = try issuer.token(["nbf": soon, "iat": soon])
        #expect(verifier.refusal(token) == nil)
        #expect(issuer.verifier { $0.leeway = .seconds(59) }.refusal(token)?.code == .invalidToken)
    }
}
