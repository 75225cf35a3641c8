import VidimusJOSE

/// A token from nothing to verified, by the library alone.
@main
struct SignAndVerify {
    /// The claims of our tokens.
    struct Ticket: Codable {
        var iss = "https://tickets.example"
        var aud: Audience = "gate"
        var sub: String
        var exp: Timestamp
        var seat: Int
    }

    static func main() throws {
        let key = try SigningKey.generate(.es256)
        let ticket = Ticket(sub: "ada", exp: .now + .seconds(60), seat: 12)
        let token = try Token.sign(ticket, with: key)

        // What a verifier has is the public set, as it would be published.
        let published = try JWKSet(keys: [key.verificationKey]).json.encoded()
        let keys = try JWKSet(parsing: published, publicOnly: true)
        let policy = ClaimsPolicy(issuer: "https://tickets.example", audience: "gate", required: ["exp"])
        let verifier = Token.Verifier(keys, policy)
        let verified = try verifier.verify(token, as: Ticket.self)
        print("\(verified.sub) has seat \(verified.seat)")

        do {
            _ = try verifier.verify(token, at: .now + .seconds(600))
        } catch {
            print(error)
        }
    }
}
