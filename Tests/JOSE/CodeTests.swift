import Testing
import VidimusJOSE

@Suite("Codes of refusal")
struct CodeTests {
    /// One way to provoke each code: a row that stops provoking its code fails, and so does a code without
    /// one.
    static let provocations: [(JOSEError.Code, String, @Sendable () throws -> Void)] = [
        (.malformed, "malformed", { _ = try UnverifiedToken("a.b") }),
        (
            .unsupportedAlgorithm, "unsupported_algorithm",
            { _ = try UnverifiedToken("eyJhbGciOiJub25lIn0.e30.AA") }
        ),
        (
            .algorithmMismatch, "algorithm_mismatch",
            { _ = try token().verified(by: Keys.key(.es256).verificationKey) }
        ),
        (
            .unsupportedCritical, "unsupported_critical",
            { _ = try UnverifiedToken(UnverifiedTokenTests.compact(#"{"alg":"HS256","zip":"DEF"}"#)) }
        ),
        (.unknownKey, "unknown_key", { _ = try token().verified(by: JWKSet(keys: [])) }),
        (
            .invalidSignature, "invalid_signature",
            { _ = try token().verified(by: SigningKey.generate(.hs256).verificationKey) }
        ),
        (
            .decryptionFailed, "decryption_failed",
            {
                let key = EncryptionKeys.Kind(algorithm: .a128KW, curve: nil)
                _ = try UnopenedToken(UnopenedTokenTests.compact(UnopenedTokenTests.wrapped))
                    .opened(by: DecryptionKey(EncryptionKeys.jwk(key)))
            }
        ),
        (.invalidKey, "invalid_key", { _ = try JWK(["kty": "EC"]) }),
        (.weakKey, "weak_key", { _ = try JWK(["kty": "oct", "alg": "HS256", "k": "AAAA"]) }),
        (.wrongType, "wrong_type", { try ClaimsPolicyTests.check([:], ClaimsPolicy(type: "x")) }),
        (
            .missingClaim, "missing_claim",
            { try ClaimsPolicyTests.check([:], ClaimsPolicy(required: ["exp"])) }
        ),
        (.invalidClaim, "invalid_claim", { try ClaimsPolicyTests.check(["exp": "x"]) }),
        (
            .wrongIssuer, "wrong_issuer",
            { try ClaimsPolicyTests.check(["iss": "a"], ClaimsPolicy(issuer: "b")) }
        ),
        (
            .wrongAudience, "wrong_audience",
            { try ClaimsPolicyTests.check(["aud": "a"], ClaimsPolicy(audience: "b")) }
        ),
        (.expired, "expired", { try ClaimsPolicyTests.check(["exp": 1]) }),
        (.notYetValid, "not_yet_valid", { try ClaimsPolicyTests.check(["nbf": 2_000_000_000]) }),
        (.issuedInFuture, "issued_in_future", { try ClaimsPolicyTests.check(["iat": 2_000_000_000]) }),
    ]

    static func token() throws -> UnverifiedToken {
        try UnverifiedToken(Token.sign(["a": 1], with: Keys.key(.hs256)))
    }

    @Test("Each code can be provoked and has its stable name", arguments: provocations.indices)
    func provoked(index: Int) throws {
        let (code, name, provocation) = Self.provocations[index]
        let error = try #require(refusal { try provocation() })
        #expect(error.code == code && code.rawValue == name)
        #expect(error.description == "\(name): \(error.reason)")
    }
}
