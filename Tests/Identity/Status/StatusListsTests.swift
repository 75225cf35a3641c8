import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Status lists in the database")
struct StatusListsTests {
    private func announce(_ size: Int, in house: House) async throws {
        let now = house.clock.now
        try await house.database.write { try StatusEntries.announceList(size: size, now: now, in: $0) }
    }

    private func allocate(in house: House) async throws -> StatusEntries.Place {
        let now = house.clock.now
        return try await house.database.write { try StatusEntries.allocate(now: now, in: $0) }
    }

    @Test(
        "The next list is announced before the first is full, and no index is handed out twice",
        arguments: [32, 64])
    func full(size: Int) async throws {
        let house = try await House().started()
        try await announce(size, in: house)
        var places: [StatusEntries.Place] = []
        for number in 1...size + 10 {
            places.append(try await allocate(in: house))
            // An eighth is left when the next one is announced; verifiers know it from then on.
            #expect(house.statuses.lists().count == (number < size - size / 8 ? 1 : 2))
        }
        #expect(places.prefix(size).map(\.index) == Array(0..<size))
        #expect(places.prefix(size).allSatisfy { $0.list == 1 })
        #expect(places.dropFirst(size).map(\.index) == Array(0..<10))
        #expect(places.dropFirst(size).allSatisfy { $0.list == 2 })
        #expect(try await house.count(SQL("SELECT count(*) FROM status_lists WHERE closed_at IS NULL")) == 1)
    }

    @Test("Many at once get an index each, across two processes and the end of a list")
    func concurrent() async throws {
        let house = try await House().started()
        try await announce(32, in: house)
        let other = try await house.beside()
        let places = try await withThrowingTaskGroup(of: StatusEntries.Place.self) { group in
            for number in 0..<80 {
                group.addTask { try await allocate(in: number % 2 == 0 ? house : other) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(places.map { "\($0.list).\($0.index)" }).count == 80)
        #expect(places.count { $0.list == 1 } == 32)
        #expect(try await house.count(SQL("SELECT count(*) FROM status_lists")) == 2)
    }

    @Test("A token's entry is kept past the last token that can carry it, and then forgotten")
    func entries() async throws {
        var policy = SessionPolicy()
        policy.accessLifetime = .seconds(86_400)
        let house = try await House(policy: policy).started()
        let grant = try await house.signedIn()
        let minted = try house.tokens.mint(for: grant)
        try await house.sessions.signOut(
            grant.session.id, of: grant.account.id, reach: .this, origin: Origin())
        func survives() async throws -> Bool {
            try await house.upkeep.run()
            return try await house.beside().started().status(grant) == .revoked
        }
        house.clock.advance(.seconds(minted.expiresIn))
        #expect(try await survives())
        house.clock.advance(.seconds(600))
        #expect(try await survives())
        house.clock.advance(.milliseconds(1))
        #expect(try await !survives())
        #expect(try await house.count(SQL("SELECT count(*) FROM sessions")) == 0)
    }

    @Test(
        "A full list is dropped whole, once no session and no entry refers to it, and its number never returns"
    )
    func dropping() async throws {
        let house = try await House().started()
        try await announce(32, in: house)
        let grant = try await house.signedIn()
        for _ in 1...31 { _ = try await allocate(in: house) }
        #expect(house.status(grant) == .valid)
        // Closed for days, but the session lives: its tokens need the list.
        house.clock.advance(.seconds(3 * 86_400))
        try await house.upkeep.run()
        #expect(house.status(grant) == .valid)
        try await house.sessions.signOut(
            grant.session.id, of: grant.account.id, reach: .this, origin: Origin())
        try await house.upkeep.run()
        #expect(house.status(grant) == .revoked)
        house.clock.advance(.seconds(86_400 + 601))
        try await house.upkeep.run()
        #expect(house.status(grant) == nil)
        #expect(house.statuses.lists().count == 1)
        #expect(try await allocate(in: house).list == 2)
        #expect(try await house.beside().started().statuses.lists().keys == house.statuses.lists().keys)
    }

    @Test(
        "Upkeep keeps what lives and forgets what is over",
        arguments: [
            (Duration.zero, true), (.seconds(86_400), true), (.seconds(86_400) + .milliseconds(1), false),
        ])
    func upkeep(wait: Duration, isKept: Bool) async throws {
        let house = try await House().started()
        let living = try await house.signedIn("living")
        let ended = try await house.signedIn("ended")
        _ = try await house.setUp.issueLink()
        try await house.sessions.signOut(
            ended.session.id, of: ended.account.id, reach: .this, origin: Origin())
        house.clock.advance(wait)
        try await house.upkeep.run()
        #expect(try await house.count(SQL("SELECT count(*) FROM sessions")) == (isKept ? 2 : 1))
        #expect((try await house.count(SQL("SELECT count(*) FROM changes")) > 0) == isKept)
        #expect(try await house.refresh(living).name == "rotated")
        #expect(try await house.refresh(ended).name == (isKept ? "ended" : "unknown"))
        #expect(house.status(ended) == .revoked)
    }

    @Test("Upkeep looks through a slice of the sessions at a time, comes to all of them, and begins again")
    func slices() async throws {
        let house = try await House().started()
        let upkeep = Upkeep(house.seams, policy: house.policy, auditKept: House.auditKept, slice: 2)
        for name in ["ann", "ben", "cleo", "dan", "eve"] { _ = try await house.signedIn(name) }
        func left() async throws -> Int64 {
            try await upkeep.run()
            return try await house.count(SQL("SELECT count(*) FROM sessions"))
        }
        try await house.execute(
            SQL("UPDATE sessions SET used_at = 0 WHERE id = (SELECT max(id) FROM sessions)"))
        #expect(try await [left(), left(), left()] == [5, 5, 4])
        try await house.execute(
            SQL("UPDATE sessions SET used_at = 0 WHERE id = (SELECT min(id) FROM sessions)"))
        #expect(try await left() == 3)
    }

    @Test(
        "A session nobody came back to is forgotten a day after it went idle, an audit record after its time")
    func idleAndAudit() async throws {
        let house = try await House().started()
        _ = try await house.signedIn()
        func sessions() async throws -> Int64 {
            try await house.upkeep.run()
            return try await house.count(SQL("SELECT count(*) FROM sessions"))
        }
        house.clock.advance(house.policy.idleLifetime + .seconds(86_400))
        #expect(try await sessions() == 1)
        house.clock.advance(.milliseconds(1))
        #expect(try await sessions() == 0)
        #expect(try await house.audited(.signedIn) == 1)
        house.clock.advance(House.auditKept)
        try await house.upkeep.run()
        #expect(try await house.audited(.signedIn) == 0)
    }
}
