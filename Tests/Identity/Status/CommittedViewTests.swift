import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("The view of what is committed")
struct CommittedViewTests {
    /// An installation in which tokens of every status are out.
    private func furnished() async throws -> (House, [SessionGrant]) {
        let house = try await House().started()
        var grants: [SessionGrant] = []
        for name in ["valid", "stale", "suspended", "revoked", "deleted", "renewed"] {
            grants.append(try await house.signedIn(name))
        }
        try await house.setRoles(grants[1].account, ["editor"])
        try await house.update(grants[2].account, AccountPatch(isDisabled: true))
        try await house.sessions.signOut(
            grants[3].session.id, of: grants[3].account.id, reach: .this, origin: Origin())
        _ = try await house.accounts.delete(grants[4].account.id, origin: Origin())
        try await house.setRoles(grants[5].account, ["editor"])
        grants.append(try await house.refreshed(grants[5]))
        return (house, grants)
    }

    @Test("is the same after a restart, bit for bit")
    func restart() async throws {
        let (house, grants) = try await furnished()
        let restarted = try await house.beside().started()
        let expected: [Status] = [.valid, .stale, .suspended, .revoked, .revoked, .stale, .valid]
        #expect(grants.map { restarted.status($0) } == expected)
        let (before, after) = (house.statuses.lists(), restarted.statuses.lists())
        #expect(before.keys == after.keys && before.count == 1)
        for (address, list) in before { #expect(after[address]?.packed() == list.packed()) }
        #expect(restarted.ring.records() == house.ring.records())
        #expect(try restarted.ring.signingKey().id == house.ring.signingKey().id)
        await house.database.close()
        await restarted.database.close()
    }

    @Test("is right when the caller is answered, without any polling")
    func atOnce() async throws {
        let house = try await House().started()
        for number in 1...20 {
            let grant = try await house.signedIn("user\(number)")
            #expect(house.status(grant) == .valid)
            try await house.setRoles(grant.account, ["r\(number)"])
            #expect(house.status(grant) == .stale)
        }
    }

    @Test("hears within a second of what another process did, and of nothing twice")
    func otherProcess() async throws {
        let house = try await House().started(pollEvery: .milliseconds(10))
        let first = try await house.signedIn()
        let commandLine = try await house.beside()
        try await commandLine.setRoles(first.account, ["editor"])
        #expect(await soon { house.status(first) == .stale })
        let second = try await house.refreshed(first)
        #expect(second.account.roles.strings == ["editor"])
        #expect(house.status(second) == .valid && house.status(first) == .stale)
        try await commandLine.update(first.account, AccountPatch(isDisabled: true))
        #expect(await soon { house.status(second) == .suspended })
        _ = try await commandLine.accounts.delete(first.account.id, origin: .commandLine)
        #expect(await soon { house.status(second) == .revoked })
        _ = try await commandLine.keys.rotate(.now)
        #expect(await soon { house.ring.records().count == 2 })
        await commandLine.database.close()
        await house.database.close()
    }

    @Test("reads everything anew when changes it had not heard were purged")
    func gap() async throws {
        let house = try await House().started()
        let (first, second) = (try await house.signedIn("one"), try await house.signedIn("two"))
        let other = try await house.beside().started()
        try await other.setRoles(first.account, ["editor"])
        _ = try await other.keys.rotate(.emergency)
        try await other.execute(SQL("DELETE FROM changes"))
        // This process does not poll: it is still at the old number.
        #expect(house.status(first) == .valid)
        try await house.setRoles(second.account, ["editor"])
        #expect(house.status(first) == .stale && house.status(second) == .stale)
        #expect(try house.ring.signingKey().id == other.ring.signingKey().id)
    }

    @Test("keeps a higher status than the rows say: what was learnt is never unlearnt")
    func neverUnlearnt() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        try await house.sessions.signOut(
            grant.session.id, of: grant.account.id, reach: .this, origin: Origin())
        try await house.execute(SQL("DELETE FROM status_entries"))
        try await house.execute(SQL("DELETE FROM changes"))
        _ = try await house.signedIn("bob")
        _ = try await house.keys.rotate(.now)
        #expect(house.status(grant) == .revoked)
    }

    @Test("Changes are numbered without a gap, in the order of their commits, under many writers")
    func numbering() async throws {
        let house = try await House().started()
        var accounts: [Account] = []
        for number in 0..<16 { accounts.append(try await house.signedIn("user\(number)").account) }
        let other = try await house.beside()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, account) in accounts.enumerated() {
                group.addTask { try await (number % 2 == 0 ? house : other).setRoles(account, ["r"]) }
            }
            try await group.waitForAll()
        }
        let numbers = try await house.database.read { transaction in
            try transaction.rows(SQL("SELECT number FROM changes ORDER BY number"), []) { try $0.integer(0) }
        }
        #expect(numbers == Array(1...Int64(numbers.count)))
        #expect(try await house.database.read { try Changes.head(in: $0) } == numbers.last)
        #expect(numbers.count >= 18)
    }

    @Test("says when it was confirmed, and its lists are under the issuer's address and epoch")
    func confirmation() async throws {
        let house = try await House()
        #expect(house.statuses.confirmedAt == nil)
        _ = try await house.started().signedIn()
        #expect(house.statuses.confirmedAt == house.clock.now)
        #expect(Array(house.statuses.lists().keys) == ["https://id.example/status/1.1"])
    }
}
