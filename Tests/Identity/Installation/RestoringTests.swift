import Foundation
import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Restoring")
struct RestoringTests {
    /// A backup of a house, begun anew as the command does it, and opened by a server.
    private func restored(
        _ house: House, replacing epoch: Int64? = nil, meanwhile: () async throws -> Void = {}
    ) async throws -> (house: House, outcome: Restoring.Outcome) {
        let path = try House.newPath()
        try await house.database.snapshot(into: path)
        try await meanwhile()
        let copy = try SQLiteDatabase(path: path)
        let outcome = try await Restoring(
            Seams(database: copy, now: house.seams.now), masterKeys: house.masterKeys
        ).beginEpoch(replacing: epoch, origin: .commandLine)
        await copy.close()
        let reopened = try await House(on: path, clock: house.clock, masterKeys: house.masterKeys).started()
        return (reopened, outcome)
    }

    private func verifies(_ token: String, _ house: House) throws -> Bool {
        let keys = try #require(house.ring.verificationKeys())
        return (try? UnverifiedToken(token).verified(by: keys)) != nil
    }

    @Test("brings nothing back that was given out, revoked since or not, and everybody can sign in again")
    func nothingRevoked() async throws {
        let house = try await House().started()
        let ann = try await house.signedIn("ann", roles: ["editor"])
        let bob = try await house.signedIn("bob")
        _ = try await house.keys.rotate(.now)
        let signer = try house.ring.signingKey().id
        let tokens = try [ann, bob].map { try house.tokens.mint(for: $0).token }
        let (again, outcome) = try await restored(house) {
            try await house.sessions.signOut(
                ann.session.id, of: ann.account.id, reach: .this, origin: Origin())
        }
        #expect(outcome.endedSessions == 2)
        for token in tokens { #expect(try !verifies(token, again)) }
        for grant in [ann, bob] {
            #expect(try await again.refresh(grant).name == "unknown")
            #expect(try await again.sessions.list(of: grant.account.id).isEmpty)
            let old = house.statuses.address(of: grant.session.place.list)
            #expect(house.statuses.lists()[old] != nil && again.statuses.lists()[old] == nil)
        }
        let fresh = try #require(try await again.signIn("ann"))
        #expect(fresh.account.roles.strings == ["editor"])
        #expect(again.status(fresh) == .valid)
        #expect(try verifies(try again.tokens.mint(for: fresh).token, again))
        #expect(try again.ring.signingKey().id != signer)
        #expect(try await again.refreshed(fresh).session.generation == 2)
        #expect(try await again.audited(.restored) == 1)
    }

    @Test("leaves no old key that could be opened, and one new key of the same algorithm that signs")
    func keys() async throws {
        var schedule = KeySchedule()
        schedule.algorithm = .ed25519
        let house = try await House(schedule: schedule).started()
        _ = try await house.keys.rotate(.now)
        _ = try await house.keys.rotate(.whenPublished)
        let (again, _) = try await restored(house)
        #expect(
            try await again.count(
                SQL("SELECT count(*) FROM signing_keys WHERE sealed IS NOT NULL AND state = 'gone'")) == 0)
        // The reopened house is set to another algorithm: it announces that and signs with this.
        #expect(try again.ring.signingKey().algorithm == .ed25519)
        let states = try await again.keys.records().map(\.state)
        #expect(states.count { $0 == .active } == 1 && states.count { $0 == .gone } == 3)
    }

    @Test("kills links that are out")
    func links() async throws {
        let house = try await House().started()
        let link = try #require(try await house.setUp.issueLink())
        let token = String(try #require(link.split(separator: "=").last))
        #expect(house.setUp.recognises(token))
        let (again, _) = try await restored(house)
        #expect(!again.setUp.recognises(token))
        #expect(try await again.count(SQL("SELECT count(*) FROM one_time_tokens")) == 0)
    }

    @Test("never gives out a place in a list to two sessions, old rows or not")
    func places() async throws {
        let house = try await House().started()
        let old = try await house.signedIn()
        let (again, _) = try await restored(house)
        let fresh = try #require(try await again.signIn())
        #expect(fresh.session.place.list != old.session.place.list)
        try await again.sessions.signOut(old.session.id, of: old.account.id, reach: .this, origin: Origin())
        #expect(again.status(fresh) == .valid)
    }

    @Test("goes on with a number no listener has seen, so that it reads everything")
    func changes() async throws {
        let house = try await House().started()
        var heads: [Int64] = []
        let (again, _) = try await restored(house) {
            for name in ["ann", "bob"] {
                let grant = try await house.signedIn(name)
                try await house.sessions.signOut(
                    grant.session.id, of: grant.account.id, reach: .this, origin: Origin())
            }
            heads.append(try await house.database.read { try Changes.head(in: $0) })
        }
        let head = try await again.database.read { try Changes.head(in: $0) }
        let seen = try #require(heads.first)
        #expect(head > seen)
        for number in [0, seen - 1, seen] {
            #expect(try await again.database.read { try Changes.after(number, in: $0) } == nil)
        }
    }

    @Test("never begins an epoch twice, though the same backup is restored again and again")
    func twice() async throws {
        let house = try await House().started()
        let first = try await restored(house).outcome
        let second = try await restored(house, replacing: first.epoch).outcome
        #expect(first.epoch > 1 && second.epoch > first.epoch)
        house.clock.advance(.seconds(2))
        let third = try await restored(house).outcome
        #expect(third.epoch > second.epoch)
    }

    @Test(
        "The next epoch is past the backup's, past the replaced one's, and not before the time",
        arguments: [
            (1, nil, 50, 50), (1, 7, 50, 50), (60, nil, 50, 61), (1, 60, 50, 61), (70, 60, 50, 71),
            (50, 50, 50, 51),
        ] as [(Int64, Int64?, Int64, Int64)])
    func epochs(backup: Int64, replaced: Int64?, now: Int64, next: Int64) {
        let time = Timestamp(seconds: now)
        #expect(Restoring.nextEpoch(after: backup, replaced: replaced, now: time) == next)
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    @Test("A snapshot holds no key that was erased before it, and no master key")
    func erased() async throws {
        let house = try await House().started()
        let sealed = try #require(
            try await house.database.read { transaction in
                try transaction.first(SQL("SELECT sealed FROM signing_keys"), []) { try $0.bytes(0) }
            })
        let before = try House.newPath()
        try await house.database.snapshot(into: before)
        #expect(try bytes(before).contains(sealed))
        _ = try await house.keys.rotate(.emergency)
        let after = try House.newPath()
        try await house.database.snapshot(into: after)
        let file = try bytes(after)
        #expect(!file.contains(sealed))
        #expect(!file.contains([UInt8](repeating: 0xA7, count: 32)))
    }
}
