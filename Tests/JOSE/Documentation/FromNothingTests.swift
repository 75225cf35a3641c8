import Testing
import VidimusJOSE

// The code of the page "From nothing to a verified token", in its order. `PagesTests` compares the two.

/// The claims of our tokens.
struct Ticket: Codable, Sendable {
    var iss = "https://tickets.example"
    var aud: Audience = "gate"
    var sub: String
    var exp: Timestamp
    var seat: Int
    var roles: [String]?
}

@Suite("The page from nothing to a verified token")
struct FromNothingTests {
    @Test("A key is made, a token signed, verified, and refused when it is old")
    func token() throws {
        let key = try SigningKey.generate(.es256)

        let token = try Token.sign(
            [
                "iss": "https://tickets.example", "aud": "gate", "sub": "ada",
                "exp": .numericDate(.now + .seconds(900)),
            ], with: key)

        let policy = ClaimsPolicy(
            issuer: "https://tickets.example", audience: "gate", required: ["exp", "sub"])
        let verifier = Token.Verifier(key.verificationKey, policy)

        let claims = try verifier.verify(token)
        let name = try claims.subject

        #expect(name == "ada")

        var answer = "welcome"
        do {
            _ = try verifier.verify(token, at: .now + .seconds(3_600))
        } catch {
            // For whoever presented it, the code; for your log, the sentence.
            answer = error.code == .expired ? "sign in again" : "no"
            print(error)
        }

        #expect(answer == "sign in again")
    }

    @Test("Claims are read one by one, and as a type")
    func claims() throws {
        let key = try SigningKey.generate(.es256)
        let verifier = Token.Verifier(key.verificationKey, ClaimsPolicy(audience: "gate"))

        let ticket = Ticket(sub: "ada", exp: .now + .seconds(900), seat: 12)
        let token = try Token.sign(ticket, with: key)

        let verified = try verifier.verify(token, as: Ticket.self)
        let greeting = "\(verified.sub) has seat \(verified.seat)"

        #expect(greeting == "ada has seat 12")

        let claims = try verifier.verify(token)
        let seat = try claims.integer("seat")
        let roles = try claims.strings("roles") ?? []
        let everything = claims.json

        #expect(seat == 12 && roles.isEmpty && everything["sub"] == "ada")
    }

    @Test("A key is written as PEM and as a JWK, and is the same key when it is read")
    func kept() throws {
        let key = try SigningKey.generate(.es256)

        let pem = try key.privatePEM()
        let again = try SigningKey(JWK(pem: pem))

        #expect(again.id == key.id && again.algorithm == .es256)

        let file = key.privateJWK.encoded()
        let same = try SigningKey(JWK(reading: file))

        #expect(same.id == key.id)

        let rsa = try SigningKey.generate(.rs256).privatePEM()
        let signer = try SigningKey(JWK(pem: rsa), algorithm: .rs256)

        #expect(signer.algorithm == .rs256)
    }

    @Test("Keys are published, taken from what was published, and replaced")
    func keySet() throws {
        let old = try SigningKey.generate(.es256)
        let policy = ClaimsPolicy(audience: "gate")
        let ticket = Ticket(sub: "ada", exp: .now + .seconds(900), seat: 12)
        let token = try Token.sign(ticket, with: old)

        let document = try JWKSet(keys: [old.verificationKey]).json.encoded()

        let keys = try JWKSet(parsing: document, publicOnly: true)
        let verifier = Token.Verifier(keys, policy)
        let claims = try verifier.verify(token)

        #expect(try claims.subject == "ada")

        // 1. Publish the next key beside the old one. Wait until every verifier has fetched it.
        let next = try SigningKey.generate(.es256)
        let both = try JWKSet(keys: [old.verificationKey, next.verificationKey])
        // 2. Sign with it. What the old one signed still verifies: a token names its key.
        let newer = try Token.sign(ticket, with: next)
        // 3. Publish it alone once the last token of the old one has expired.
        let alone = try JWKSet(keys: [next.verificationKey])

        for (keys, token) in [(both, token), (both, newer), (alone, newer)] {
            #expect(try Token.Verifier(keys, policy).verify(token).subject == "ada")
        }
        #expect(refusal { try Token.Verifier(alone, policy).verify(token) }?.code == .unknownKey)
    }

    @Test("A secret of the environment signs and verifies")
    func secret() throws {
        let environment = ["TOKEN_SECRET": "c3VwcG9zZSB0aGlzIHdlcmUgcmFuZG9t"]
        let ticket = Ticket(sub: "ada", exp: .now + .seconds(900), seat: 12)

        let secret = environment["TOKEN_SECRET"] ?? ""
        let key = try SigningKey(secret: secret, algorithm: .hs256, id: "2026-11")
        let verifier = Token.Verifier(key.verificationKey, ClaimsPolicy(audience: "gate"))
        let verified = try verifier.verify(Token.sign(ticket, with: key), as: Ticket.self)

        #expect(verified.seat == 12)
    }

    @Test("A signed token is encrypted, decrypted and verified")
    func encrypted() throws {
        let signer = try SigningKey.generate(.es256)
        let ticket = Ticket(sub: "ada", exp: .now + .seconds(900), seat: 12)
        let policy = ClaimsPolicy(audience: "gate")

        // The recipient makes a key pair and gives away the public half.
        let pair = try JWK.generate(.ecdhESA256KW)
        let published = try pair.publicKey().json

        // The sender signs, then encrypts the token.
        let recipient = try EncryptionKey(JWK(published))
        let signed = try Token.sign(ticket, with: signer)
        let sealed = try EncryptedToken.encrypt(nested: signed, with: recipient)

        // The recipient opens it and believes the signature inside.
        let nested = try NestedToken(
            sealed,
            decryptedBy: DecryptionKeySet(keys: [DecryptionKey(pair)]),
            verifiedBy: JWKSet(keys: [signer.verificationKey]))
        let verified = try nested.token.claims(policy, at: .now).decode(Ticket.self)

        #expect(verified.seat == 12)

        // A secret that two have: what opens with it was written by one of them.
        let shared = try JWK.generate(.direct)
        let note = try EncryptedToken.encrypt(claims: ticket, with: EncryptionKey(shared))
        let opened = try UnopenedToken(note).opened(by: DecryptionKey(shared))
        let claims = try opened.claims(policy, at: .now)

        #expect(try claims.subject == "ada")
    }

    @Test("A verifier is made of a key set, as its comment shows")
    func verifierOfASet() throws {
        let key = try SigningKey.generate(.es256)
        let keys = try JWKSet(keys: [key.verificationKey])
        let token = try Token.sign(["iss": "https://issuer.example", "aud": "api"], with: key)

        let verifier = Token.Verifier(keys, ClaimsPolicy(issuer: "https://issuer.example", audience: "api"))
        let claims = try verifier.verify(token)

        #expect(try claims.audience == ["api"])
    }

    @Test("A token is looked into without believing it")
    func unverified() throws {
        let key = try SigningKey.generate(.es256)
        let token = try Token.sign(["sub": "ada"], with: key)

        let unverified = try UnverifiedToken(token)
        let kid = unverified.header.keyID
        let claims = try unverified.unverifiedClaims()

        #expect(kid == key.id && claims["sub"] == "ada")
    }
}
