import Foundation
import GRDB
import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

/// Databases as earlier versions left them, kept for ever: `Tests/Database/Golden/make.sh` made them.
@Suite("A database of each schema there was")
struct GoldenTests {
    static let schemas = [1, 2, 3]

    private static func file(_ name: String) throws -> Data {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try Data(contentsOf: tests.appending(path: "Database/Golden/\(name)"))
    }

    @Test("is kept for the present schema, too")
    func isKept() {
        #expect(Self.schemas.last == SQLiteSchema.migrations.last?.number)
    }

    @Test("migrates, and its accounts, sessions, statuses and keys are what they were", arguments: schemas)
    func migrates(schema: Int) async throws {
        let known = try JSON.parse([UInt8](Self.file("\(schema).json")))
        let path = try House.newPath()
        let queue = try DatabaseQueue(path: path)
        let script = String(decoding: try Self.file("\(schema).sql"), as: UTF8.self)
        try await queue.writeWithoutTransaction { try $0.execute(sql: script) }
        try queue.close()

        // As long after the last sign-in as if it were the next minute.
        let access = try #require(known["live"]?["access_token"]?.string)
        let issued = try #require(JSON.parse(UnverifiedToken(access).unverifiedPayload)["iat"]?.integer)
        let clock = TestClock()
        clock.advance(Timestamp(seconds: issued).duration(since: clock.now) + .seconds(60))
        let masterKey = try #require(known["master_key"]?.string)
        let house = try await House(
            on: path, clock: clock, masterKeys: try MasterKeys(parsing: masterKey)
        ).started()
        #expect(house.ring.unreadable().isEmpty)

        let roles = [("ada", ["admin"], false), ("ann", ["editor"], false), ("dan", [], true)]
        for (name, roles, isDisabled) in roles {
            let account = try #require(try await house.accounts.account(House.email(name)))
            #expect(account.roles.strings == roles && account.isDisabled == isDisabled)
        }
        #expect(try await house.accounts.hasAdministrator())
        let states = house.ring.records().map(\.state)
        #expect(states == [.active, .announced])

        for (which, status) in [("live", Status.valid), ("ended", .revoked)] {
            let token = try #require(known[which]?["access_token"]?.string)
            let verified = try UnverifiedToken(token).verified(by: #require(house.ring.verificationKeys()))
            let claimed = try #require(verified.claims()["status"]?["status_list"])
            let index = Int(try #require(claimed["idx"]?.integer))
            let list = house.statuses.lists()[try #require(claimed["uri"]?.string)]
            #expect(list?.status(at: index) == status, "\(which)")
        }
        for (which, outcome) in [("live", "rotated"), ("ended", "ended")] {
            let token = try #require(known[which]?["refresh_token"]?.string)
            #expect(try await house.sessions.refresh(token, visitor: House.visitor).name == outcome)
        }
        if let id = known["client"]?["client_id"]?.string,
            let secret = known["client"]?["client_secret"]?.string
        {
            let client = try await Clients(house.seams).authenticate(#require(ID(id)), secret: secret)
            #expect(client?.scopes == [.statusRead])
        } else {
            #expect(schema < 2)
        }
        let password = try #require(known["password"]?.string)
        #expect(try await house.signIn("ann", password: password) != nil)
        #expect(try await house.signIn("dan", password: password) == nil)
    }
}
