import Testing
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

// The code of the landing pages of VidimusGuard and VidimusStatusList. `PagesTests` compares them.

@Suite("The landing pages of the guard and of status lists")
struct GuardPageTests {
    private let key: SigningKey
    private let token: String

    init() throws {
        key = try SigningKey.generate(.es256)
        let now = Timestamp.now
        token = try Token.sign(
            [
                "iss": "https://id.example", "aud": "https://api.example", "sub": "ada", "jti": "1",
                "iat": .numericDate(now), "exp": .numericDate(now + .seconds(900)), "roles": ["clerk"],
                "status": ["status_list": ["idx": 7, "uri": "https://id.example/status/1"]],
            ], type: "at+jwt", with: key)
    }

    @Test("A guard with a key set of its own and no statuses")
    func fixedKeys() throws {
        let document = try JWKSet(keys: [key.verificationKey]).json.encoded()

        let keys = LocalKeys(try JWKSet(parsing: document, publicOnly: true))
        let verifier = TokenVerifier(
            .init(issuer: "https://id.example", audience: "https://api.example", requiresStatus: false),
            keys: keys, statuses: LocalStatus())

        let plain = try Token.sign(
            [
                "iss": "https://id.example", "aud": "https://api.example", "sub": "ada", "jti": "1",
                "iat": .numericDate(.now), "exp": .numericDate(.now + .seconds(900)), "roles": ["clerk"],
            ], type: "at+jwt", with: key)
        #expect(answer(to: plain, verifier) == "the orders that ada may see")
        #expect(answer(to: token + "A", verifier).hasPrefix("401"))
    }

    private func answer(to token: String, _ verifier: TokenVerifier) -> String {
        do throws(Refusal) {
            let principal = try verifier.verify(token, requiring: .role("clerk"))
            return "the orders that \(principal.subject) may see"
        } catch {
            let challenge = Challenge(realm: "orders", refusal: error)
            return "\(error.statusCode) WWW-Authenticate: \(challenge.headerValue)"
        }
    }

    @Test("An issuer that guards its own routes")
    func ownStatuses() throws {
        let keys = LocalKeys(try JWKSet(keys: [key.verificationKey]))

        let list = StatusList()
        let statuses = LocalStatus()
        statuses.announce(list, at: "https://id.example/status/1")
        statuses.confirm(at: .now)
        let verifier = TokenVerifier(
            .init(issuer: "https://id.example", audience: "https://api.example"),
            keys: keys, statuses: statuses)

        #expect(answer(to: token, verifier) == "the orders that ada may see")

        list.raise(7, to: .revoked)

        #expect(answer(to: token, verifier).contains("The token was revoked"))
    }

    @Test("Requirements are put together")
    func requirements() throws {
        let administrators = Requirement.role("admin")
        let writers = Requirement.all(.anyRole("editor", "author"), .scope("articles:write"))
        let payments = Requirement.all(.role("treasurer"), .fresh(within: .seconds(300)), .acr("aal2"))

        #expect(administrators != writers)
        #expect(payments.maximumAge == .seconds(300) && payments.authenticationClasses == ["aal2"])
    }

    @Test("A list is published and read")
    func published() throws {
        let list = StatusList()
        list.raise(7, to: .suspended)

        let published = StatusListToken(
            address: "https://id.example/status/1", issuedAt: .now, expiresAt: .now + .seconds(3_600),
            timeToLive: .seconds(300), change: nil, list: list)
        let signed = try Token.sign(published.claims(), type: StatusListToken.type, with: key)

        let policy = ClaimsPolicy(type: StatusListToken.type)
        let claims = try Token.Verifier(key.verificationKey, policy).verify(signed)
        let read = try StatusListToken(claims, fetchedFrom: "https://id.example/status/1", at: .now)
        let status = read.list.status(at: 7)

        #expect(status == .suspended)
    }
}
