import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Refreshing a session")
struct RefreshTests {
    @Test("rotates: a new token, the next generation, the same index")
    func rotation() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        house.clock.advance(.seconds(60))
        let second = try await house.refreshed(first)
        #expect(second.refreshToken != first.refreshToken)
        #expect(second.session.generation == 2 && second.session.place == first.session.place)
        #expect(
            second.session.usedAt == house.clock.now && second.session.expiresAt == first.session.expiresAt)
        house.clock.advance(.seconds(60))
        #expect(try await house.refreshed(second).session.generation == 3)
        #expect(house.status(second) == .valid)
    }

    @Test("Fifty presentations at once get the same successor, and one generation")
    func fiftyAtOnce() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        let outcomes = try await withThrowingTaskGroup(of: RefreshOutcome.self) { group in
            for _ in 0..<50 { group.addTask { try await house.refresh(first) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.name == "rotated" } == 1)
        #expect(outcomes.count { $0.name == "repeated" } == 49)
        #expect(Set(outcomes.compactMap { $0.grant?.refreshToken }).count == 1)
        #expect(Set(outcomes.compactMap { $0.grant?.session.place.index }).count == 1)
        #expect(try await house.count(SQL("SELECT generation FROM sessions")) == 2)
        #expect(try await house.count(SQL("SELECT repeats FROM sessions")) == 49)
        #expect(try await house.audited(.refreshRepeated) == 49)
        let successor = try #require(outcomes.first?.grant)
        #expect(try await house.refresh(successor).name == "rotated")
    }

    struct Theft: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var usesSuccessor = true
        var wait: Duration = .zero
    }

    @Test(
        "A replaced token ends the session once its successor was used, or once the grace is over",
        arguments: [
            Theft(testDescription: "successor used, at once"),
            Theft(testDescription: "successor used, in the grace", wait: .seconds(5)),
            Theft(
                testDescription: "successor not used, after the grace", usesSuccessor: false,
                wait: .milliseconds(10_001)),
            Theft(testDescription: "both", wait: .seconds(3_600)),
            Theft(testDescription: "clock set back", usesSuccessor: false, wait: .milliseconds(-1)),
        ])
    func theft(row: Theft) async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        let second = try await house.refreshed(first)
        let last = row.usesSuccessor ? try await house.refreshed(second) : second
        house.clock.advance(row.wait)
        #expect(house.status(first) == .valid)
        #expect(try await house.refresh(first).name == "reused")
        #expect(house.status(first) == .revoked)
        for grant in [first, second, last] { #expect(try await house.refresh(grant).name == "ended") }
        #expect(try await house.audited(.refreshStolen) == 1)
        #expect(try await house.sessions.list(of: first.account.id) == [])
    }

    @Test("The last moment of the grace still repeats, and repeating does not prolong it")
    func grace() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        let second = try await house.refreshed(first)
        house.clock.advance(.seconds(10))
        let again = try await house.refreshed(first)
        #expect(again.refreshToken == second.refreshToken)
        house.clock.advance(.milliseconds(1))
        #expect(try await house.refresh(first).name == "reused")
    }

    @Test("Repeats are capped; the successor lives on")
    func cap() async throws {
        var policy = SessionPolicy()
        policy.repeatLimit = 3
        let house = try await House(policy: policy).started()
        let first = try await house.signedIn()
        let second = try await house.refreshed(first)
        for _ in 1...3 { #expect(try await house.refresh(first).name == "repeated") }
        for _ in 1...3 { #expect(try await house.refresh(first).name == "tooManyRepeats") }
        #expect(try await house.refresh(second).name == "rotated")
        #expect(house.status(second) == .valid)
    }

    @Test("A token of a generation that was never given out is refused and audited; the session lives")
    func future() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        let second = try await house.refreshed(first)
        // The database is set back to before the refresh.
        try await house.execute(SQL("UPDATE sessions SET generation = 1"))
        #expect(try await house.refresh(second).name == "fromTheFuture")
        #expect(house.status(first) == .valid)
        #expect(try await house.audited(.refreshFromTheFuture) == 1)
        #expect(try await house.refresh(first).name == "rotated")
    }

    @Test("A session ends by idleness and by age, whatever is presented")
    func lifetimes() async throws {
        let house = try await House().started()
        let idle = try await house.signedIn("idle")
        house.clock.advance(house.policy.idleLifetime)
        let busy = try await house.refreshed(idle)
        house.clock.advance(house.policy.idleLifetime + .milliseconds(1))
        #expect(try await house.refresh(busy).name == "expired")
        #expect(try await house.sessions.list(of: idle.account.id) == [])
        var aged = try await house.signedIn("aged")
        for _ in 1...6 {
            house.clock.advance(.seconds(14 * 86_400))
            aged = try await house.refreshed(aged)
        }
        house.clock.advance(.seconds(6 * 86_400) + .milliseconds(-1))
        aged = try await house.refreshed(aged)
        house.clock.advance(.milliseconds(1))
        #expect(try await house.refresh(aged).name == "expired")
    }

    @Test("A text that is no token of ours does nothing at all")
    func forged() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let foreign = try await House(masterKeys: House.masterKeys("b8")).started().signedIn()
        for text in ["", "vrt1_", "x", foreign.refreshToken, String(grant.refreshToken.dropLast()) + "!"] {
            #expect(try await house.sessions.refresh(text, visitor: House.visitor).name == "unknown")
        }
        #expect(try await house.refresh(grant).name == "rotated")
    }

    enum Ending: CaseIterable { case this, others, all, named, repeatedly }

    @Test("Signing out ends what it says and nothing else", arguments: Ending.allCases)
    func signOut(ending: Ending) async throws {
        let house = try await House().started()
        let mine = try await house.signedIn()
        let other = try #require(try await house.signIn())
        let stranger = try await house.signedIn("bob")
        let (id, account, origin) = (mine.session.id, mine.account.id, Origin())
        switch ending {
        case .this: try await house.sessions.signOut(id, of: account, reach: .this, origin: origin)
        case .others: try await house.sessions.signOut(id, of: account, reach: .others, origin: origin)
        case .all: try await house.sessions.signOut(id, of: account, reach: .all, origin: origin)
        case .named:
            #expect(try await house.sessions.end(other.session.id, of: account, origin: origin))
            #expect(try await !house.sessions.end(other.session.id, of: account, origin: origin))
            #expect(try await !house.sessions.end(stranger.session.id, of: account, origin: origin))
            try await house.sessions.signOut(stranger.session.id, of: account, reach: .all, origin: origin)
        case .repeatedly:
            for _ in 1...3 { try await house.sessions.signOut(id, of: account, reach: .this, origin: origin) }
        }
        let endsMine = [.this, .all, .repeatedly].contains(ending)
        let endsOther = [.others, .all, .named].contains(ending)
        #expect(house.status(mine) == (endsMine ? .revoked : .valid))
        #expect(house.status(other) == (endsOther ? .revoked : .valid))
        #expect(house.status(stranger) == .valid)
        #expect(try await house.refresh(mine).name == (endsMine ? "ended" : "rotated"))
        #expect(try await house.refresh(other).name == (endsOther ? "ended" : "rotated"))
        #expect(try await house.refresh(stranger).name == "rotated")
    }

    @Test("One account has so many live sessions; one more ends the one that was unused the longest")
    func sessionLimit() async throws {
        var policy = SessionPolicy()
        policy.sessionLimit = 3
        let house = try await House(policy: policy).started()
        let bystander = try await house.signedIn("bob")
        var grants = [try await house.signedIn()]
        for _ in 1...2 {
            house.clock.advance(.seconds(1))
            grants.append(try #require(try await house.signIn()))
        }
        house.clock.advance(.seconds(1))
        grants[0] = try await house.refreshed(grants[0])
        house.clock.advance(.seconds(1))
        grants.append(try #require(try await house.signIn()))
        #expect(grants.map { house.status($0) } == [.valid, .revoked, .valid, .valid])
        #expect(try await house.sessions.list(of: grants[0].account.id).count == 3)
        #expect(house.status(bystander) == .valid)
    }
}
