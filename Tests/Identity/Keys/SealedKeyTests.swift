import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("Signing keys at rest")
struct SealedKeyTests {
    private let random = TestRandom(seed: 7)

    private func sealed(_ key: SigningKey, _ masterKeys: MasterKeys) throws -> [UInt8] {
        try SealedKey.seal(key, masterKeys: masterKeys, random: { random.bytes($0) })
    }

    @Test("A key comes back whole and does not show itself meanwhile", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let masterKeys = try House.masterKeys()
        let key = try SigningKey.generate(algorithm)
        let sealed = try sealed(key, masterKeys)
        let opened = try SealedKey.open(
            sealed, kid: key.id, algorithm: algorithm, version: 1, masterKeys: masterKeys)
        #expect(opened.privateJWK == key.privateJWK)
        for name in ["d", "k"] {
            guard let secret = key.privateJWK[name]?.string else { continue }
            #expect(!String(decoding: sealed, as: UTF8.self).contains(secret))
        }
    }

    @Test("A row that says anything else than when it was sealed does not open")
    func altered() throws {
        let masterKeys = try MasterKeys(
            parsing: "1:\(String(repeating: "b8", count: 32)),2:\(String(repeating: "a7", count: 32))")
        let (key, other) = (try SigningKey.generate(.es256), try SigningKey.generate(.es256))
        let sealed = try sealed(key, masterKeys)
        func opens(
            _ bytes: [UInt8], kid: String, _ algorithm: SignatureAlgorithm = .es256, version: Int = 2,
            under ring: MasterKeys? = nil
        ) -> Bool {
            (try? SealedKey.open(
                bytes, kid: kid, algorithm: algorithm, version: version, masterKeys: ring ?? masterKeys))
                != nil
        }
        #expect(opens(sealed, kid: key.id))
        #expect(!opens(sealed, kid: other.id))
        #expect(!opens(sealed, kid: key.id, .es384))
        #expect(!opens(sealed, kid: key.id, version: 1))
        #expect(!opens(sealed, kid: key.id, version: 3))
        #expect(!opens(sealed, kid: key.id, under: try House.masterKeys("c9", version: 2)))
        #expect(!opens([], kid: key.id))
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(!opens(changed, kid: key.id))
        }
    }

    @Test("Rows swapped between keys are refused by the names of the keys, and neither signs nor verifies")
    func swapped() async throws {
        let house = try await House().started()
        _ = try await house.keys.rotate(.whenPublished)
        let kids = house.ring.records().map(\.id)
        #expect(kids.count == 2)
        try await house.database.write { transaction in
            let rows = try SigningKeys.rows(in: transaction)
            for (row, other) in zip(rows, rows.reversed()) {
                try transaction.execute(
                    SQL("UPDATE signing_keys SET sealed = $1 WHERE kid = $2"), [other.sealed, row.record.id])
            }
        }
        let other = try await house.beside().started()
        #expect(other.ring.unreadable().count == 2)
        for kid in kids {
            #expect(
                other.ring.unreadable().contains { $0.hasPrefix("signing key \(kid) cannot be unsealed") })
        }
        #expect(other.ring.verificationKeys()?.keys.isEmpty == true)
        #expect(throws: KeyRing.NoSigningKey.self) { try other.ring.signingKey() }
    }

    @Test("A key that cannot be opened keeps no revocation back, and the other keys in force")
    func unreadableKey() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let old = try house.ring.signingKey().id
        let other = try await house.beside().started()
        _ = try await other.keys.rotate(.now)
        try await other.execute(
            SQL("UPDATE signing_keys SET sealed = $1 WHERE kid = $2"), [[1, 2, 3] as [UInt8], old])
        try await house.sessions.signOut(
            grant.session.id, of: grant.account.id, reach: .this, origin: Origin())
        #expect(house.status(grant) == .revoked)
        #expect(house.ring.unreadable().count == 1)
        #expect(try house.ring.signingKey().id == other.ring.signingKey().id)
        #expect(house.ring.verificationKeys()?.keys.count == 1)
    }

    @Test("A key sealed by a master key that was not given is told apart from an altered one")
    func unknownMasterKey() throws {
        let key = try SigningKey.generate(.es256)
        let sealed = try sealed(key, House.masterKeys("a7", version: 2))
        let error = #expect(throws: SealedKey.UnknownMasterKey.self) {
            try SealedKey.open(
                sealed, kid: key.id, algorithm: .es256, version: 2, masterKeys: House.masterKeys())
        }
        #expect(error?.version == 2)
    }
}
