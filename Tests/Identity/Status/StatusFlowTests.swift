import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("What a change to an account does to its tokens")
struct StatusFlowTests {
    @Test("New roles: stale at once; a refresh brings a new index and the roles; the old token stays stale")
    func roles() async throws {
        let house = try await House().started()
        let first = try await house.signedIn("ann", roles: ["viewer"])
        try await house.setRoles(first.account, ["editor"])
        #expect(house.status(first) == .stale)
        let second = try await house.refreshed(first)
        #expect(second.account.roles.strings == ["editor"])
        #expect(second.session.place != first.session.place)
        #expect(house.status(second) == .valid && house.status(first) == .stale)
        // The answer was lost: the same successor, at the same new index.
        let again = try await house.refreshed(first)
        #expect(again.refreshToken == second.refreshToken && again.session.place == second.session.place)
        let third = try await house.refreshed(second)
        #expect(third.session.place == second.session.place)
        #expect(house.status(first) == .stale)
    }

    @Test("The same roles again, or another name, change no token")
    func nothingNew() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn("ann", roles: ["viewer"])
        try await house.setRoles(grant.account, ["viewer"])
        try await house.update(grant.account, AccountPatch(isDisabled: false, name: "Ann"))
        #expect(house.status(grant) == .valid)
        #expect(try await house.audited(.rolesChanged) == 0)
        #expect(try await house.refreshed(grant).account.name == "Ann")
    }

    @Test("Disabled: suspended. Enabled: the old token stays so, a refresh brings a good one")
    func disabling() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        try await house.update(first.account, AccountPatch(isDisabled: true))
        #expect(house.status(first) == .suspended)
        #expect(try await house.refresh(first).name == "suspended")
        #expect(try await house.signIn() == nil)
        try await house.update(first.account, AccountPatch(isDisabled: false))
        #expect(house.status(first) == .suspended)
        let second = try await house.refreshed(first)
        #expect(second.session.place != first.session.place)
        #expect(house.status(second) == .valid && house.status(first) == .suspended)
    }

    @Test("Roles changed during the grace: whoever repeats gets the new index, whoever rotates keeps it")
    func rolesInTheGrace() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        let second = try await house.refreshed(first)
        try await house.setRoles(first.account, ["editor"])
        let again = try await house.refreshed(first)
        #expect(again.refreshToken == second.refreshToken)
        #expect(again.session.place != second.session.place)
        #expect(house.status(second) == .stale && house.status(again) == .valid)
        #expect(try await house.refreshed(second).session.place == again.session.place)
    }

    @Test("Deleted: revoked for good, and nothing refreshes")
    func deletion() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        _ = try await house.accounts.delete(grant.account.id, origin: Origin())
        #expect(house.status(grant) == .revoked)
        #expect(try await house.refresh(grant).name == "unknown")
        #expect(try await house.accounts.account(grant.account.id) == nil)
        #expect(try await house.signIn() == nil)
    }

    @Test("A status only rises, in whatever order the changes come")
    func rising() async throws {
        let order: [Status] = [.valid, .stale, .suspended, .revoked]
        let house = try await House().started()
        for first in order {
            for second in order {
                let now = house.clock.now
                let place = try await house.database.write { transaction in
                    let place = try StatusEntries.allocate(now: now, in: transaction)
                    if first != .valid {
                        try StatusEntries.raise(place, to: first, now: now, in: transaction)
                    }
                    if second != .valid {
                        try StatusEntries.raise(place, to: second, now: now, in: transaction)
                    }
                    return place
                }
                #expect(house.status(at: place) == max(first, second))
                guard max(first, second) != .valid else { continue }
                let stored = try await house.count(
                    SQL("SELECT status FROM status_entries WHERE list = $1 AND idx = $2"),
                    [place.list, place.index])
                #expect(Status(stored: stored) == max(first, second))
            }
        }
    }

    @Test(
        "What a row says that nobody understands is refused, not let in",
        arguments: [-1, 4, 255, 256, Int64.max])
    func unknownStatus(number: Int64) {
        #expect(Status(stored: number) == .revoked)
    }

    @Test("Signing out of a suspended session revokes it; a suspended one is not lowered to stale")
    func combined() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        try await house.update(grant.account, AccountPatch(isDisabled: true))
        try await house.setRoles(grant.account, ["editor"])
        #expect(house.status(grant) == .suspended)
        guard
            case .session(let id, let account) = try await house.sessions.bearer(
                of: grant.refreshToken, visitor: House.visitor)
        else { throw House.Unexpected(what: "a disabled account may still sign out") }
        try await house.sessions.signOut(id, of: account, reach: .this, origin: Origin())
        #expect(house.status(grant) == .revoked)
        try await house.update(grant.account, AccountPatch(isDisabled: false))
        #expect(try await house.refresh(grant).name == "ended")
    }

    @Test("A refresh token brought to sign out with is read, not used up; a stolen one ends the session")
    func bearer() async throws {
        let house = try await House().started()
        let first = try await house.signedIn()
        func bearer(_ grant: SessionGrant) async throws -> String {
            let bearer = try await house.sessions.bearer(of: grant.refreshToken, visitor: House.visitor)
            return String("\(bearer)".prefix { $0 != "(" })
        }
        #expect(try await bearer(first) == "session")
        let second = try await house.refreshed(first)
        #expect(try await bearer(first) == "session")
        house.clock.advance(.seconds(11))
        #expect(try await bearer(second) == "session")
        #expect(try await bearer(first) == "ended")
        #expect(house.status(second) == .revoked)
        #expect(try await bearer(second) == "ended")
        #expect(try await house.audited(.refreshStolen) == 1)
    }
}
