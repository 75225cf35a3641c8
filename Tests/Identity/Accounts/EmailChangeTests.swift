import Testing
import VidimusDatabase
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Another e-mail address")
struct EmailChangeRuleTests {
    private func change(_ house: House, _ grant: SessionGrant, to name: String) async throws -> String {
        let outcome = try await house.accounts.update(
            grant.account.id, AccountPatch(email: House.email(name)), by: grant.session.id, origin: Origin())
        return String("\(outcome)".prefix { $0 != "(" })
    }

    @Test("raises the epoch, keeps this session, revokes the others, and is one record, in one transaction")
    func done() async throws {
        let house = try await House().started()
        let (kept, other) = (try await house.signedIn(), try #require(try await house.signIn()))
        let head = try await house.count(SQL("SELECT change_head FROM installation"))
        #expect(try await change(house, kept, to: "lovelace") == "done")
        let account = try #require(try await house.accounts.account(kept.account.id))
        #expect(account.email == (try House.email("lovelace")))
        #expect(account.epoch == kept.account.epoch + 1)
        #expect(house.status(kept) == .valid && house.status(other) == .revoked)
        #expect(try await house.refreshed(kept).account.email == account.email)
        #expect(try await house.audited(.emailChanged) == 1)
        #expect(try await house.count(SQL("SELECT change_head FROM installation")) == head + 1)
    }

    @Test("that is taken changes nothing, though the name came with it")
    func taken() async throws {
        let house = try await House().started()
        _ = try await house.person("eve")
        let (kept, other) = (try await house.signedIn(), try #require(try await house.signIn()))
        let outcome = try await house.accounts.update(
            kept.account.id, AccountPatch(isDisabled: false, name: "Ann", email: House.email("eve")),
            by: kept.session.id, origin: Origin())
        guard case .emailTaken = outcome else { throw House.Unexpected(what: "\(outcome)") }
        #expect(try await house.accounts.account(kept.account.id) == kept.account)
        #expect(house.status(other) == .valid)
        #expect(try await house.audited(.emailChanged) == 0)
        #expect(try await house.audited(.accountRenamed) == 0)
    }

    @Test("Of two accounts that want one address at once, one gets it")
    func race() async throws {
        let house = try await House().started()
        let (one, two) = (try await house.signedIn("one"), try await house.signedIn("two"))
        async let first = change(house, one, to: "lovelace")
        async let second = change(house, two, to: "lovelace")
        #expect(try await [first, second].sorted() == ["done", "emailTaken"])
    }

    @Test(
        "Nothing is changed or deleted from within a session that ended while the request was under way",
        arguments: ["signed out", "disabled", "deleted", "unknown"])
    func actor(end: String) async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let victim = try await house.person("eve")
        var session = grant.session.id
        switch end {
        case "signed out":
            try await house.sessions.signOut(session, of: grant.account.id, reach: .this, origin: Origin())
        case "disabled": try await house.update(grant.account, AccountPatch(isDisabled: true))
        case "deleted": _ = try await house.accounts.delete(grant.account.id, origin: Origin())
        default: session = ID(random: house.seams.random)
        }
        let outcomes = [
            try await house.accounts.update(
                victim.id, AccountPatch(name: "Eve", email: House.email("mallory")), by: session,
                origin: Origin()),
            try await house.accounts.delete(victim.id, by: session, origin: Origin()),
        ]
        for outcome in outcomes {
            guard case .actorGone = outcome else { throw House.Unexpected(what: "\(outcome)") }
        }
        #expect(try await house.accounts.account(victim.id) == victim)
    }
}
