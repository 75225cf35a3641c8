import Testing
import VidimusJOSE

// Our half of the page "From Authlib and joserfc"; its Python half is run by `PythonPageTests`.

@Suite("The page for users of Authlib")
struct FromAuthlibTests {
    @Test("Encode, decode, validate")
    func signed() throws {
        let payload: JSON = [
            "iss": "https://id.example", "aud": "orders", "exp": .numericDate(.now + .seconds(900)),
        ]

        let key = try SigningKey.generate(.es256, id: "1")
        let token = try Token.sign(payload, with: key)
        let policy = ClaimsPolicy(issuer: "https://id.example", audience: "orders", required: ["exp"])
        let claims = try Token.Verifier(key.verificationKey, policy).verify(token)

        #expect(try claims.audience == ["orders"])
    }

    @Test("Encrypt, decrypt, and keys")
    func encrypted() throws {
        let pair = try JWK.generate(.ecdhESA256KW)
        let sealed = try EncryptedToken.encrypt(Array("a secret".utf8), with: EncryptionKey(pair))
        let opened = try UnopenedToken(sealed).opened(by: DecryptionKey(pair)).payload

        #expect(opened == "a secret".bytes)

        let text = try pair.privatePEM()
        let again = try JWK(pem: text)
        let thumbprint = again.thumbprint()

        #expect(thumbprint == pair.id)
    }
}
