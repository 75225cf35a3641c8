import Testing
import VidimusDatabase

@testable import VidimusIdentity

@Suite("The first administrator's link")
struct SetUpTests {
    private func token(_ link: String?) throws -> String {
        let link = try #require(link)
        let prefix = House.issuer + "/setup?token="
        #expect(link.hasPrefix(prefix))
        return String(link.dropFirst(prefix.count))
    }

    private func redeem(_ token: String, as name: String = "boss", in house: House) async throws -> String {
        let outcome = try await house.setUp.redeem(
            token, email: House.email(name), password: house.credentials.hash(House.password),
            origin: Origin())
        return String("\(outcome)".prefix { $0 != "(" })
    }

    @Test("creates one administrator, once, and then there is no link any more")
    func once() async throws {
        let house = try await House().started()
        let token = try token(await house.setUp.issueLink())
        #expect(house.setUp.recognises(token))
        #expect(try await redeem(token, in: house) == "created")
        #expect(try await house.accounts.account(House.email("boss"))?.roles.contains(.administrator) == true)
        #expect(try await house.accounts.hasAdministrator())
        #expect(try await redeem(token, as: "second", in: house) == "refused")
        #expect(try await house.setUp.issueLink() == nil)
        #expect(try await house.signIn("boss") != nil)
    }

    @Test("is voided by a newer one")
    func voided() async throws {
        let house = try await House()
        let old = try token(await house.setUp.issueLink())
        let new = try token(await house.setUp.issueLink())
        #expect(try await redeem(old, in: house) == "refused")
        #expect(try await redeem(new, in: house) == "created")
    }

    @Test("lasts an hour", arguments: [(3_599, "created"), (3_600, "refused"), (90_000, "refused")])
    func hour(seconds: Int64, expected: String) async throws {
        let house = try await House()
        let token = try token(await house.setUp.issueLink())
        house.clock.advance(.seconds(seconds))
        #expect(house.setUp.recognises(token) == (expected == "created"))
        #expect(try await redeem(token, in: house) == expected)
    }

    @Test("is void once there was an administrator by another way, and stays so when that one is gone")
    func administrator() async throws {
        let house = try await House()
        let token = try token(await house.setUp.issueLink())
        let boss = try await house.person("boss", roles: ["admin"])
        #expect(try await redeem(token, as: "second", in: house) == "refused")
        let second = try await house.person("second", roles: ["admin"])
        #expect(try await house.setUp.issueLink() == nil)
        _ = try await house.accounts.delete(boss.id, origin: Origin())
        try await house.execute(SQL("DELETE FROM accounts WHERE id = $1"), [second.id])
        #expect(try await house.setUp.issueLink() == nil)
    }

    @Test("is void once somebody was made administrator later")
    func promotion() async throws {
        let house = try await House()
        let token = try token(await house.setUp.issueLink())
        let account = try await house.person("ann")
        #expect(try await house.setUp.issueLink() != nil)
        try await house.setRoles(account, ["admin"])
        #expect(try await redeem(token, in: house) == "refused")
        #expect(try await house.setUp.issueLink() == nil)
    }

    @Test("used by many at once creates one account")
    func concurrent() async throws {
        let house = try await House()
        let other = try await house.beside()
        let token = try token(await house.setUp.issueLink())
        let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<16 {
                group.addTask {
                    try await redeem(token, as: "boss\(number)", in: number % 2 == 0 ? house : other)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == "created" } == 1)
        #expect(outcomes.count { $0 == "refused" } == 15)
        #expect(try await house.count(SQL("SELECT count(*) FROM accounts")) == 1)
    }

    @Test("is not used up by an address that is taken")
    func taken() async throws {
        let house = try await House()
        _ = try await house.person("ann")
        let token = try token(await house.setUp.issueLink())
        #expect(try await redeem(token, as: "ann", in: house) == "taken")
        #expect(try await redeem(token, as: "boss", in: house) == "created")
    }

    @Test("of another installation, or altered, is no link")
    func foreign() async throws {
        let house = try await House()
        let own = try token(await house.setUp.issueLink())
        let foreign = try token(await House(masterKeys: House.masterKeys("b8")).setUp.issueLink())
        for text in [foreign, "", "x", String(own.dropLast()), own + "A", own + "." + own] {
            #expect(!house.setUp.recognises(text))
            #expect(try await redeem(text, in: house) == "refused")
        }
        #expect(try await redeem(own, in: house) == "created")
    }
}
