import Testing
import VidimusJOSE

// Our half of the page "From PyJWT"; its Python half is run by `PythonPageTests`, `PagesTests` compares ours.

@Suite("The page for users of PyJWT")
struct FromPyJWTTests {
    let secret = "a secret of thirty-two bytes, say"

    @Test("Encode and decode")
    func secretKey() throws {
        let key = try SigningKey(secret: secret, algorithm: .hs256, id: "2026-11")
        let token = try Token.sign(
            ["sub": "ada", "aud": "orders", "exp": .numericDate(.now + .seconds(900))], with: key)

        let verifier = Token.Verifier(
            key.verificationKey, ClaimsPolicy(audience: "orders", required: ["exp", "sub"]))
        let claims = try verifier.verify(token)

        #expect(try claims.subject == "ada")
    }

    @Test("Options")
    func options() throws {
        let key = try SigningKey(secret: secret, algorithm: .hs256, id: "2026-11")
        let token = try Token.sign(
            [
                "iss": "https://id.example", "sub": "ada", "aud": "orders",
                "exp": .numericDate(.now - .seconds(20)),
            ], with: key)

        let policy = ClaimsPolicy(
            issuer: "https://id.example", audience: "orders", required: ["exp", "sub"],
            leeway: .seconds(30))

        #expect(try Token.Verifier(key.verificationKey, policy).verify(token).subject == "ada")
    }

    @Test("Key pairs")
    func pairs() throws {
        let privatePEM = try SigningKey.generate(.es256).privatePEM()
        let policy = ClaimsPolicy()

        let key = try SigningKey(JWK(pem: privatePEM))
        let token = try Token.sign(["sub": "ada"], with: key)
        let publicPEM = try key.verificationKey.publicPEM()
        let verifier = try Token.Verifier(VerificationKey(JWK(pem: publicPEM)), policy)

        #expect(try verifier.verify(token).subject == "ada")
    }

    @Test("A key set")
    func keySet() throws {
        let key = try SigningKey.generate(.es256)
        let token = try Token.sign(["sub": "ada"], with: key)
        let document = try JWKSet(keys: [key.verificationKey]).json.description
        let policy = ClaimsPolicy()

        let keys = try JWKSet(parsing: document, publicOnly: true)
        let claims = try Token.Verifier(keys, policy).verify(token)

        #expect(try claims.subject == "ada")
    }

    @Test("Errors, and what is not verified")
    func errors() throws {
        let key = try SigningKey(secret: secret, algorithm: .hs256, id: "2026-11")
        let verifier = Token.Verifier(key.verificationKey, ClaimsPolicy(audience: "orders"))
        let token = try Token.sign(
            ["sub": "ada", "aud": "orders", "exp": .numericDate(.now - .seconds(900))], with: key)

        var answer = "welcome"
        do {
            _ = try verifier.verify(token)
        } catch {
            switch error.code {
            case .expired: answer = "sign in again"
            case .wrongAudience: answer = "not for us"
            default: answer = "no"
            }
        }

        #expect(answer == "sign in again")

        let kid = try UnverifiedToken(token).header.keyID
        let claims = try UnverifiedToken(token).unverifiedClaims()

        #expect(try kid == "2026-11" && claims.subject == "ada")
    }
}
