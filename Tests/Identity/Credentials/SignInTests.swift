import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Signing in", .timeLimit(.minutes(1)))
struct SignInTests {
    @Test("with the right password opens a session and gives its first refresh token")
    func success() async throws {
        let house = try await House().started()
        let account = try await house.person("ann", roles: ["editor"])
        let grant = try #require(try await house.signIn())
        #expect(grant.account == account)
        #expect(grant.session.generation == 1 && grant.session.methods == ["pwd"])
        #expect(grant.session.expiresAt == house.clock.now + house.policy.absoluteLifetime)
        #expect(house.status(grant) == .valid)
        #expect(try await house.sessions.list(of: account.id) == [grant.session])
        #expect(try await house.audited(.signedIn) == 1)
        let second = try #require(try await house.signIn())
        #expect(second.session.place != grant.session.place)
        #expect(second.refreshToken != grant.refreshToken)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let name: String?
        var password = House.password
    }

    static let refused = [
        Refused(testDescription: "a wrong password", name: "ann", password: "wrong horse battery"),
        Refused(testDescription: "an empty password", name: "ann", password: ""),
        Refused(testDescription: "an unknown address", name: "nobody"),
        Refused(testDescription: "no address at all", name: nil),
        Refused(testDescription: "a disabled account", name: "disabled"),
        Refused(testDescription: "a disabled account and a wrong password", name: "disabled", password: "x"),
        Refused(testDescription: "an account without a password", name: "keyless"),
        Refused(
            testDescription: "an account without a password, and none given", name: "keyless", password: ""),
    ]

    @Test("is refused without a word why, after exactly one hash", arguments: refused)
    func refusal(row: Refused) async throws {
        let held = HeldPool()
        let house = try await House(pool: held.pool).started()
        _ = try await house.person("ann")
        _ = try await house.person("disabled", disabled: true)
        _ = try await house.accounts.register(
            email: House.email("keyless"), password: nil, origin: Origin())
        let before = held.hold()
        await held.reaches(1)
        let attempt = Task {
            try await house.credentials.signIn(
                email: row.name.map { try House.email($0) }, password: row.password, client: "web",
                visitor: House.visitor)
        }
        await held.reaches(2)
        let after = held.hold()
        await held.reaches(3)
        held.release()
        // The answer comes while the job behind the first hash still holds the only thread.
        #expect(try await attempt.value == nil)
        try await before.value
        held.release()
        try await after.value
        #expect(try await house.count(SQL("SELECT count(*) FROM sessions")) == 0)
        #expect(try await house.audited(.signedIn) == 0)
        await held.pool.close()
    }

    @Test("is refused as overloaded, whoever asks, when too many hashes wait", arguments: refused)
    func overload(row: Refused) async throws {
        let held = HeldPool(queueLimit: 0)
        let house = try await House(pool: held.pool)
        let holding = held.hold()
        await held.reaches(1)
        await #expect(throws: HashingPool.Overloaded.self) {
            try await house.credentials.signIn(
                email: row.name.map { try House.email($0) }, password: row.password, client: "web",
                visitor: House.visitor)
        }
        held.release()
        try await holding.value
        await held.pool.close()
    }

    struct Meanwhile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let opens: Bool
        let change: @Sendable (House, SessionGrant) async throws -> Void
    }

    static let meanwhile = [
        Meanwhile(testDescription: "nothing", opens: true) { _, _ in },
        Meanwhile(testDescription: "a change of roles", opens: true) { house, grant in
            try await house.setRoles(grant.account, ["editor"])
        },
        Meanwhile(testDescription: "a change of the password", opens: false) { house, grant in
            let outcome = try await house.credentials.changePassword(
                of: grant.account.id, session: grant.session.id, current: House.password,
                new: house.credentials.hash("another horse"), origin: Origin())
            #expect(outcome == .changed)
        },
        Meanwhile(testDescription: "disabling", opens: false) { house, grant in
            try await house.update(grant.account, AccountPatch(isDisabled: true))
        },
        Meanwhile(testDescription: "disabling and enabling", opens: false) { house, grant in
            try await house.update(grant.account, AccountPatch(isDisabled: true))
            try await house.update(grant.account, AccountPatch(isDisabled: false))
        },
        Meanwhile(testDescription: "signing out of all", opens: false) { house, grant in
            try await house.sessions.signOut(
                grant.session.id, of: grant.account.id, reach: .all, origin: Origin())
        },
        Meanwhile(testDescription: "another e-mail address", opens: false) { house, grant in
            _ = try await house.accounts.update(
                grant.account.id, AccountPatch(email: House.email("lovelace")), by: grant.session.id,
                origin: Origin())
        },
        Meanwhile(testDescription: "an administrator ending all sessions", opens: false) { house, grant in
            _ = try await house.sessions.endAll(of: grant.account.id, origin: Origin())
        },
        Meanwhile(testDescription: "deleting", opens: false) { house, grant in
            _ = try await house.accounts.delete(grant.account.id, origin: Origin())
        },
    ]

    @Test("opens nothing if the account's epoch was raised while the hash was computed", arguments: meanwhile)
    func race(row: Meanwhile) async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let held = HeldPool()
        let slow = try await House(
            on: house.path, clock: house.clock, masterKeys: house.masterKeys, pool: held.pool)
        let holding = held.hold()
        await held.reaches(1)
        let attempt = Task { try await slow.signIn() }
        await held.reaches(2)
        try await row.change(house, grant)
        let before = try await house.count(SQL("SELECT count(*) FROM sessions"))
        held.release()
        #expect((try await attempt.value != nil) == row.opens)
        try await holding.value
        #expect(try await house.count(SQL("SELECT count(*) FROM sessions")) == before + (row.opens ? 1 : 0))
        await held.pool.close()
    }

    @Test("brings a hash to the present cost, once, and not to undo a new password")
    func rehash() async throws {
        let house = try await House().started()
        _ = try await house.person()
        let dearer = try await House(
            on: house.path, clock: house.clock, masterKeys: house.masterKeys,
            cost: HashCost(memory: 128, iterations: 1, parallelism: 1))
        func isDear() async throws -> Bool {
            try await house.count(
                SQL("SELECT count(*) FROM accounts WHERE password LIKE '$argon2id$v=19$m=128,%'")) == 1
        }
        #expect(try await dearer.signIn(password: "wrong") == nil)
        #expect(try await !isDear())
        #expect(try await dearer.signIn() != nil)
        #expect(try await isDear())
        #expect(try await dearer.signIn() != nil)
    }

    @Test("A new password ends the other sessions and not this one; the old password is over")
    func passwordChange() async throws {
        let house = try await House().started()
        let (kept, other) = (try await house.signedIn(), try #require(try await house.signIn()))
        let new = try await house.credentials.hash("another horse")
        func change(_ current: String) async throws -> Credentials.PasswordChange {
            try await house.credentials.changePassword(
                of: kept.account.id, session: kept.session.id, current: current, new: new, origin: Origin())
        }
        #expect(try await change("wrong") == .wrongPassword)
        #expect(house.status(other) == .valid)
        #expect(try await change(House.password) == .changed)
        #expect(house.status(kept) == .valid)
        #expect(house.status(other) == .revoked)
        #expect(try await house.refresh(kept).name == "rotated")
        #expect(try await house.refresh(other).name == "ended")
        #expect(try await house.signIn() == nil)
        #expect(try await house.signIn(password: "another horse") != nil)
        #expect(try await change(House.password) == .wrongPassword)
    }

    @Test("One address is one account, however it is written")
    func duplicates() async throws {
        let house = try await House()
        let hash = try await house.credentials.hash(House.password)
        var names: [String] = []
        for text in ["ann@example.com", "ANN@example.com", "Ann@EXAMPLE.com", "an@example.com"] {
            let outcome = try await house.accounts.register(
                email: try #require(EmailAddress(text)), password: hash, origin: Origin())
            if case .registered = outcome { names.append(text) }
        }
        #expect(names == ["ann@example.com", "an@example.com"])
    }
}
