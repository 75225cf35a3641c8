import Testing
import VidimusJOSE

// Our half of the page "From jwt-kit". `PagesTests` compares the two; jwt-kit's half is compiled with the benchmarks.

struct Order: Codable, Sendable {
    var iss: String
    var sub: String
    var aud: Audience
    var exp: Timestamp
    var admin: Bool
}

@Suite("The page for users of jwt-kit")
struct FromJWTKitTests {
    private let order = Order(
        iss: "https://id.example", sub: "ada", aud: "orders", exp: .now + .seconds(900), admin: true)

    let policy = ClaimsPolicy(issuer: "https://id.example", audience: "orders", required: ["exp"])

    @Test("A secret signs and verifies")
    func secret() throws {
        let secret = "a secret of thirty-two bytes, say"
        let claims = order

        let key = try SigningKey(secret: secret, algorithm: .hs256, id: "a")
        let verifier = Token.Verifier(key.verificationKey, policy)
        let token = try Token.sign(claims, with: key)
        let order = try verifier.verify(token, as: Order.self)

        #expect(order.admin)
    }

    @Test("Keys come from PEM, and from a key set")
    func keys() throws {
        let privatePEM = try SigningKey.generate(.es256).privatePEM()
        let publicPEM = try SigningKey.generate(.rs256).verificationKey.publicPEM()

        let mine = try SigningKey(JWK(pem: privatePEM).with(id: "mine"))
        let theirs = try VerificationKey(JWK(pem: publicPEM).with(id: "theirs"), algorithm: .rs256)

        #expect(mine.id == "mine" && theirs.id == "theirs")

        let json = try JWKSet(keys: [mine.verificationKey, theirs]).json.description
        let token = try Token.sign(order, with: mine)

        let keys = try JWKSet(parsing: json, publicOnly: true)
        let verifier = Token.Verifier(keys, policy)
        let order = try verifier.verify(token, as: Order.self)

        #expect(order.sub == "ada")
    }

    @Test("A refusal says which claim it was, by its code")
    func refusals() throws {
        let key = try SigningKey.generate(.es256)
        let verifier = Token.Verifier(key.verificationKey, policy)
        var old = order
        old.exp = .now - .seconds(120)
        let token = try Token.sign(old, with: key)

        var answer = "welcome"
        do {
            _ = try verifier.verify(token, as: Order.self)
        } catch {
            answer = error.code == .expired ? "sign in again" : "no"
        }

        #expect(answer == "sign in again")
    }

    @Test("What nobody verified has a type of its own")
    func unverified() throws {
        let token = try Token.sign(order, with: SigningKey.generate(.es256))

        let order = try UnverifiedToken(token).unverifiedClaims().decode(Order.self)

        #expect(order.admin)
    }
}
