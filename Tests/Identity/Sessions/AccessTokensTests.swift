import Testing
import VidimusJOSE

@testable import VidimusIdentity

@Suite("Access tokens")
struct AccessTokensTests {
    private func claims(_ token: String, _ house: House) throws -> JSON {
        let keys = try #require(house.ring.verificationKeys())
        let verified = try UnverifiedToken(token).verified(by: keys)
        #expect(verified.header.type == "at+jwt")
        return try verified.claims().json
    }

    @Test("say who, for whom, for how long, and where their status stands")
    func contents() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn("ann", roles: ["editor", "author"])
        house.clock.advance(.seconds(5))
        let minted = try house.tokens.mint(for: grant)
        let claims = try claims(minted.token, house)
        #expect(minted.expiresIn == 900 && minted.oversizedBy == nil)
        #expect(minted.token.utf8.count <= AccessTokens.budget)
        #expect(claims["iss"] == .string(House.issuer) && claims["aud"] == .string(House.issuer))
        #expect(claims["sub"] == .string(grant.account.id.description))
        #expect(claims["sid"] == .string(grant.session.id.description))
        #expect(claims["iat"] == .integer(house.clock.now.seconds))
        #expect(claims["exp"] == .integer(house.clock.now.seconds + 900))
        #expect(claims["auth_time"] == .integer(house.clock.now.seconds - 5))
        #expect(claims["roles"] == ["author", "editor"] && claims["amr"] == ["pwd"])
        #expect(claims["acr"] == "aal1" && claims["scope"] == "account" && claims["client_id"] == "web")
        let status: JSON = ["idx": 0, "uri": "https://id.example/status/1.1"]
        #expect(claims["status"] == ["status_list": status])
        #expect(try claims["jti"] != self.claims(house.tokens.mint(for: grant).token, house)["jti"])
    }

    @Test("never outlive their session")
    func endOfSession() async throws {
        let house = try await House().started()
        var grant = try await house.signedIn()
        for _ in 1...6 {
            house.clock.advance(.seconds(14 * 86_400))
            grant = try await house.refreshed(grant)
        }
        house.clock.advance(.seconds(6 * 86_400 - 100))
        grant = try await house.refreshed(grant)
        let minted = try house.tokens.mint(for: grant)
        #expect(minted.expiresIn == 100)
        #expect(try claims(minted.token, house)["exp"] == .integer(grant.session.expiresAt.seconds))
    }

    @Test("over the budget name the largest claim")
    func budget() async throws {
        let house = try await House().started()
        let roles = (0..<20).map { "\($0)-" + String(repeating: "r", count: 40) }
        let grant = try await house.signedIn("ann", roles: roles)
        #expect(try house.tokens.mint(for: grant).oversizedBy == "roles")
    }
}
