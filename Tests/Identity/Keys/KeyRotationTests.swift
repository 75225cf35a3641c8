import Testing
import VidimusDatabase
import VidimusJOSE

@testable import VidimusIdentity

@Suite("The life of a signing key")
struct KeyRotationTests {
    private func verifies(_ token: String, _ house: House) throws -> Bool {
        let keys = try #require(house.ring.verificationKeys())
        return (try? UnverifiedToken(token).verified(by: keys)) != nil
    }

    private func states(_ house: House) -> [KeyState] { house.ring.records().map(\.state) }

    private func sealedRows(_ house: House) async throws -> Int64 {
        try await house.count(SQL("SELECT count(*) FROM signing_keys WHERE sealed IS NOT NULL"))
    }

    @Test("is announced, active, retired and gone, each at its time and heard at once")
    func life() async throws {
        let house = try await House().started()
        let schedule = house.schedule
        let grant = try await house.signedIn()
        let old = try house.tokens.mint(for: grant).token
        let oldKey = try house.ring.signingKey().id
        #expect(states(house) == [.active])
        #expect(try await !house.keys.maintain())

        house.clock.advance(schedule.period - schedule.announcedFor - .milliseconds(1))
        #expect(try await !house.keys.maintain())
        house.clock.advance(.milliseconds(1))
        #expect(try await house.keys.maintain())
        #expect(states(house) == [.active, .announced])
        #expect(house.ring.verificationKeys()?.keys.count == 2)
        #expect(try house.ring.signingKey().id == oldKey)

        house.clock.advance(schedule.announcedFor - .milliseconds(1))
        #expect(try await !house.keys.maintain())
        house.clock.advance(.milliseconds(1))
        #expect(try await house.keys.maintain())
        #expect(states(house) == [.retired, .active])
        #expect(try house.ring.signingKey().id != oldKey)
        #expect(try verifies(old, house) && verifies(try house.tokens.mint(for: grant).token, house))

        house.clock.advance(schedule.retiredFor - .milliseconds(1))
        #expect(try await !house.keys.maintain())
        #expect(try verifies(old, house))
        #expect(try await sealedRows(house) == 2)
        house.clock.advance(.milliseconds(1))
        #expect(try await house.keys.maintain())
        #expect(states(house) == [.gone, .active])
        #expect(try !verifies(old, house))
        #expect(house.ring.verificationKeys()?.keys.count == 1)
        #expect(try await sealedRows(house) == 1)
        #expect(try await !house.keys.maintain())
    }

    struct Rotation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let haste: SigningKeys.Haste
        let before: [KeyState]
        let after: [KeyState]
        let oldVerifies: Bool
        let changesSigner: Bool
    }

    static let rotations = [
        Rotation(
            testDescription: "when published", haste: .whenPublished, before: [.active],
            after: [.active, .announced], oldVerifies: true, changesSigner: false),
        Rotation(
            testDescription: "when published, one announced already", haste: .whenPublished,
            before: [.active, .announced], after: [.active, .announced], oldVerifies: true,
            changesSigner: false),
        Rotation(
            testDescription: "now", haste: .now, before: [.active], after: [.active, .retired],
            oldVerifies: true,
            changesSigner: true),
        Rotation(
            testDescription: "now, one announced", haste: .now, before: [.active, .announced],
            after: [.active, .gone, .retired], oldVerifies: true, changesSigner: true),
        Rotation(
            testDescription: "emergency", haste: .emergency, before: [.active], after: [.active, .gone],
            oldVerifies: false, changesSigner: true),
        Rotation(
            testDescription: "emergency, one announced", haste: .emergency, before: [.active, .announced],
            after: [.active, .gone, .gone], oldVerifies: false, changesSigner: true),
    ]

    @Test(
        "can be cut short, and what that means for tokens that are out is what was asked for",
        arguments: rotations)
    func rotation(row: Rotation) async throws {
        let house = try await House().started()
        if row.before.count == 2 { _ = try await house.keys.rotate(.whenPublished) }
        let grant = try await house.signedIn()
        let old = try house.tokens.mint(for: grant).token
        let signer = try house.ring.signingKey().id
        let records = try await house.keys.rotate(row.haste)
        #expect(records.map(\.state.rawValue).sorted() == row.after.map(\.rawValue).sorted())
        #expect(house.ring.records() == records)
        #expect(try verifies(old, house) == row.oldVerifies)
        #expect((try house.ring.signingKey().id != signer) == row.changesSigner)
        #expect(try verifies(house.tokens.mint(for: grant).token, house))
        #expect(try await sealedRows(house) == Int64(records.count { $0.state != .gone }))
    }

    @Test("An emergency erases retired keys too")
    func emergencyRetired() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let old = try house.tokens.mint(for: grant).token
        _ = try await house.keys.rotate(.now)
        #expect(try verifies(old, house))
        _ = try await house.keys.rotate(.emergency)
        #expect(try !verifies(old, house))
        #expect(try await sealedRows(house) == 1)
    }

    @Test("No private half lies open in the file", arguments: [SignatureAlgorithm.es256, .ed25519, .hs256])
    func atRest(algorithm: SignatureAlgorithm) async throws {
        var schedule = KeySchedule()
        schedule.algorithm = algorithm
        let house = try await House(schedule: schedule).started()
        let jwk = try house.ring.signingKey().privateJWK
        let secret = try #require((jwk["d"] ?? jwk["k"])?.string)
        let raw = try #require(Base64URL.decode(secret))
        let sealed = try await house.database.read { transaction in
            try transaction.first(SQL("SELECT sealed FROM signing_keys"), []) { try $0.bytes(0) }
        }
        let row = try #require(sealed)
        #expect(!row.contains(raw) && !row.contains(Array(secret.utf8)))
    }

    @Test("Processes that start at once found one key between them")
    func together() async throws {
        let house = try await House()
        let others = [try await house.beside(), try await house.beside(), try await house.beside()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for other in others + [house] { group.addTask { try await other.keys.maintain() } }
            try await group.waitForAll()
        }
        #expect(try await house.keys.records().map(\.state) == [.active])
    }

    @Test("Another algorithm in the settings takes over after it was published")
    func otherAlgorithm() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let old = try house.tokens.mint(for: grant).token
        var schedule = KeySchedule()
        schedule.algorithm = .ed25519
        let restarted = try await House(
            on: house.path, clock: house.clock, masterKeys: house.masterKeys, schedule: schedule
        ).started()
        #expect(try restarted.ring.signingKey().algorithm == .es256)
        house.clock.advance(schedule.announcedFor)
        #expect(try await restarted.keys.maintain())
        #expect(try restarted.ring.signingKey().algorithm == .ed25519)
        #expect(try verifies(old, restarted))
    }

    @Test(
        "A rotation by somebody who does not know the settings keeps the algorithm",
        arguments: [
            SigningKeys.Haste.whenPublished, .now, .emergency,
        ])
    func keepsAlgorithm(haste: SigningKeys.Haste) async throws {
        var schedule = KeySchedule()
        schedule.algorithm = .ed25519
        let house = try await House(schedule: schedule).started()
        let commandLine = try await House(on: house.path, clock: house.clock, masterKeys: house.masterKeys)
        let records = try await commandLine.keys.rotate(haste)
        #expect(records.count == 2 && records.allSatisfy { $0.algorithm == .ed25519 })
    }

    @Test("Without a key nothing is signed, and the error says what to do")
    func noKey() async throws {
        let house = try await House()
        let grant = try await house.signedIn()
        let error = #expect(throws: KeyRing.NoSigningKey.self) { try house.tokens.mint(for: grant) }
        #expect(error?.description.contains("vidimus key rotate --now") == true)
    }
}
