import Testing
import VidimusDatabase
import VidimusJOSE

@testable import VidimusIdentity

private let moment = Timestamp(seconds: 1_800_000_000)

private func key(_ id: String, _ algorithm: SignatureAlgorithm, _ state: KeyState) -> KeyRecord {
    KeyRecord(id: id, algorithm: algorithm, state: state, announcedAt: moment)
}

@Suite("Keys made elsewhere")
struct KeyImportTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var id = "new"
        var algorithm = SignatureAlgorithm.es256
        var purpose = KeyImportPurpose.signing
        var keys: [KeyRecord] = [key("old", .es256, .active)]
        var refusal: KeyImportOutcome?
        var state: KeyState?
    }

    private static let verifying = KeyImportPurpose.verifying(for: .seconds(3_600))

    static let cases: [Case] = [
        Case(testDescription: "the next to sign", refusal: nil, state: .announced),
        Case(testDescription: "the first to sign", keys: [], refusal: nil, state: .active),
        Case(
            testDescription: "the first after all are gone", keys: [key("old", .es256, .gone)], refusal: nil,
            state: .active),
        Case(
            testDescription: "of another algorithm", algorithm: .rs256, refusal: .otherAlgorithm([.es256])),
        Case(
            testDescription: "a secret beside a key for lists", algorithm: .hs256,
            keys: [key("a", .hs256, .active), key("b", .es256, .active)], refusal: nil, state: .announced),
        Case(
            testDescription: "a secret where none signs", algorithm: .hs256,
            refusal: .otherAlgorithm([.es256])),
        Case(
            testDescription: "a former issuer's", algorithm: .rs256, purpose: verifying, refusal: nil,
            state: .retired),
        Case(
            testDescription: "a former issuer's secret", algorithm: .hs256, purpose: verifying,
            keys: [key("a", .hs256, .active)], refusal: .secret),
        Case(testDescription: "there already", id: "old", refusal: .known(.active)),
        Case(
            testDescription: "gone, with its name", id: "old", purpose: verifying,
            keys: [key("old", .es256, .gone), key("a", .es256, .active)], refusal: .known(.gone)),
        Case(
            testDescription: "gone, under another name",
            keys: [key("thumbprint", .es256, .gone), key("a", .es256, .active)], refusal: .known(.gone)),
        Case(
            testDescription: "there already, under another name",
            keys: [key("same", .es256, .retired), key("a", .es256, .active)], refusal: .known(.retired)),
    ]

    @Test("are let in, in a station, or refused by name", arguments: cases)
    func rule(row: Case) {
        let rule = KeyImportRule(
            id: row.id, thumbprint: row.algorithm.isSymmetric ? nil : "thumbprint", algorithm: row.algorithm,
            purpose: row.purpose)
        #expect(rule.refusal(row.keys, thumbprints: ["same": "thumbprint"]) == row.refusal)
        guard row.refusal == nil else { return }
        let record = rule.record(among: row.keys, at: moment)
        #expect(record.state == row.state)
        #expect(record.announcedAt == moment)
        #expect(record.activatedAt == (row.state == .active ? moment : nil))
        #expect(record.retiredAt == (row.state == .retired ? moment + .seconds(3_600) : nil))
    }

    private func take(_ key: SigningKey, _ purpose: KeyImportPurpose, in house: House) async throws
        -> KeyImportOutcome
    {
        try await house.keys.take(in: key, for: purpose, origin: .commandLine)
    }

    private func token(by key: SigningKey) throws -> UnverifiedToken {
        try UnverifiedToken(try Token.sign(["sub": "ada"], type: "JWT", with: key))
    }

    private func verifies(_ token: UnverifiedToken, _ house: House) -> Bool {
        house.ring.verificationKeys().map { (try? token.verified(by: $0)) != nil } ?? false
    }

    @Test("The next to sign lives the life of our own, and takes the place of one that only waited")
    func signing() async throws {
        let house = try await House().started()
        _ = try await house.keys.rotate(.whenPublished)
        let key = try SigningKey.generate(.es256, id: "from elsewhere")
        guard case .imported = try await take(key, .signing, in: house) else {
            throw House.Unexpected(what: "not imported")
        }
        #expect(
            house.ring.records().map(\.state).sorted { $0.rawValue < $1.rawValue } == [
                .active, .announced, .gone,
            ])
        #expect(verifies(try token(by: key), house))
        #expect(try house.ring.signingKey().id != key.id)
        house.clock.advance(house.schedule.announcedFor)
        #expect(try await house.keys.maintain())
        #expect(try house.ring.signingKey().id == key.id)
        // Another process opens it by the master key.
        #expect(try await house.beside().started().ring.signingKey().id == key.id)
        #expect(try await house.audited(.keysChanged) == 4)
    }

    @Test("A former issuer's verifies until its time is up and tokens have died, and never signs")
    func verifying() async throws {
        let house = try await House().started()
        let key = try SigningKey.generate(.rs256, id: "former")
        _ = try await take(key, .verifying(for: .seconds(3_600)), in: house)
        let old = try token(by: key)
        #expect(verifies(old, house))
        #expect(house.ring.verificationKeys()?.json["keys"]?.array?.count == 2)
        house.clock.advance(.seconds(3_600) + house.schedule.retiredFor - .milliseconds(1))
        try await house.keys.maintain()
        #expect(verifies(old, house))
        house.clock.advance(.milliseconds(1))
        #expect(try await house.keys.maintain())
        #expect(!verifies(old, house))
        #expect(
            try await house.count(SQL("SELECT count(*) FROM signing_keys WHERE sealed IS NULL")) == 1)
    }

    @Test("An emergency takes an imported key too, and it never comes back, under whatever name")
    func emergency() async throws {
        let house = try await House().started()
        let members = try SigningKey.generate(.rs256).privateJWK
        let key = try SigningKey(try JWK(members))
        _ = try await take(key, .verifying(for: .seconds(3_600)), in: house)
        _ = try await house.keys.rotate(.emergency)
        #expect(verifies(try token(by: key), house) == false)
        for again in [key, try SigningKey(try JWK(members).with(id: "innocent"))] {
            #expect(try await take(again, .verifying(for: .seconds(60)), in: house) == .known(.gone))
        }
        #expect(house.ring.verificationKeys()?.keys.count == 1)
    }

    @Test("A secret that is imported signs, and is in no key set")
    func secret() async throws {
        var schedule = KeySchedule()
        schedule.algorithm = .hs256
        let house = try await House(schedule: schedule).started()
        let key = try SigningKey.generate(.hs256, id: "shared")
        _ = try await take(key, .signing, in: house)
        house.clock.advance(house.schedule.announcedFor)
        try await house.keys.maintain()
        #expect(try house.ring.signingKey().id == "shared")
        let published = try #require(house.ring.verificationKeys()?.json["keys"]?.array)
        #expect(published.compactMap { $0["kty"]?.string } == ["EC"])
        #expect(published.allSatisfy { $0["kid"] != "shared" && $0["k"] == nil })
    }

    @Test("A key is shown again as it is; that its private half was is written down; one that is gone is not")
    func shown() async throws {
        let house = try await House().started()
        let id = try house.ring.signingKey().id
        #expect(try await house.keys.key(id, withPrivateHalf: false, origin: .commandLine)?.id == id)
        #expect(try await house.audited(.keyExported) == 0)
        let key = try #require(try await house.keys.key(id, withPrivateHalf: true, origin: .commandLine))
        #expect(key.privateJWK == (try house.ring.signingKey().privateJWK))
        #expect(try await house.audited(.keyExported) == 1)
        _ = try await house.keys.rotate(.emergency)
        for gone in [id, "none"] {
            #expect(try await house.keys.key(gone, withPrivateHalf: true, origin: .commandLine) == nil)
        }
        #expect(try await house.audited(.keyExported) == 1)
    }
}
