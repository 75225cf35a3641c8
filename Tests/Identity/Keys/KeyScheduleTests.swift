import Testing
import VidimusIdentity
import VidimusJOSE

@Suite("The schedule of the keys")
struct KeyScheduleTests {
    /// Keys by the time they came to their station, in seconds before now.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var algorithm = SignatureAlgorithm.es256
        let keys: [KeyRecord]
        let expected: [KeySchedule.Step]
    }

    static let now = Timestamp(seconds: 1_800_000_000)
    static let period: Int64 = 90 * 86_400
    /// `max-age`, and a second for an answer that was under way.
    static let announcedFor: Int64 = 301
    static let retiredFor: Int64 = 1_020

    static func announced(
        _ id: String, _ age: Int64, milliseconds: Int64 = 0, _ algorithm: SignatureAlgorithm = .es256
    ) -> KeyRecord {
        KeyRecord(
            id: id, algorithm: algorithm, state: .announced,
            announcedAt: now - .seconds(age) + .milliseconds(milliseconds))
    }

    static func active(_ id: String, _ age: Int64, milliseconds: Int64 = 0) -> KeyRecord {
        let since = now - .seconds(age) + .milliseconds(milliseconds)
        return KeyRecord(
            id: id, algorithm: .es256, state: .active, announcedAt: since - .seconds(300), activatedAt: since)
    }

    static func retired(_ id: String, _ age: Int64, milliseconds: Int64 = 0) -> KeyRecord {
        KeyRecord(
            id: id, algorithm: .es256, state: .retired, announcedAt: now - .seconds(9_999_999),
            activatedAt: now - .seconds(9_999_000),
            retiredAt: now - .seconds(age) + .milliseconds(milliseconds))
    }

    static let gone = KeyRecord(
        id: "old", algorithm: .es256, state: .gone, announcedAt: now - .seconds(99_999_999))

    static let cases: [Case] = [
        Case(testDescription: "first start", keys: [], expected: [.found(.es256)]),
        Case(testDescription: "only gone keys", keys: [gone], expected: [.found(.es256)]),
        Case(testDescription: "a young key", keys: [active("a", 0)], expected: []),
        Case(
            testDescription: "just before the next is due",
            keys: [active("a", period - announcedFor, milliseconds: 1)], expected: []),
        Case(
            testDescription: "the next is due", keys: [active("a", period - announcedFor)],
            expected: [.announce(.es256)]),
        Case(
            testDescription: "long overdue", keys: [active("a", 3 * period)], expected: [.announce(.es256)]),
        Case(
            testDescription: "announced, not yet in every cache",
            keys: [active("a", period), announced("b", announcedFor, milliseconds: 1)], expected: []),
        Case(
            testDescription: "announced for long enough",
            keys: [active("a", period), announced("b", announcedFor)],
            expected: [.retire("a"), .activate("b")]),
        Case(
            testDescription: "announced by a clock ahead of ours",
            keys: [active("a", period), announced("b", -3_600)], expected: []),
        Case(
            testDescription: "retired, may still be out",
            keys: [active("b", 60), retired("a", retiredFor, milliseconds: 1)], expected: []),
        Case(
            testDescription: "retired, all it signed is over",
            keys: [active("b", 60), retired("a", retiredFor)],
            expected: [.remove("a")]),
        Case(
            testDescription: "retired keys go, and one is founded when none is active",
            keys: [retired("a", retiredFor)], expected: [.remove("a"), .found(.es256)]),
        Case(
            testDescription: "announced but none active", keys: [announced("b", 10)],
            expected: [.found(.es256)]),
        Case(
            testDescription: "the setting names another algorithm", algorithm: .ed25519,
            keys: [active("a", 60)], expected: [.announce(.ed25519)]),
        Case(
            testDescription: "the other algorithm is announced", algorithm: .ed25519,
            keys: [active("a", 60), announced("b", 10, .ed25519)], expected: []),
        Case(
            testDescription: "the other algorithm takes over", algorithm: .ed25519,
            keys: [active("a", 60), announced("b", announcedFor, .ed25519)],
            expected: [.retire("a"), .activate("b")]),
        Case(
            testDescription: "the setting changed back before it was used",
            keys: [active("a", 60), announced("b", announcedFor, .ed25519)], expected: [.remove("b")]),
        Case(
            testDescription: "the setting changed to a third before it was used", algorithm: .rs256,
            keys: [active("a", 60), announced("b", 10, .ed25519)],
            expected: [.remove("b"), .announce(.rs256)]),
    ]

    @Test("names the steps that are due, both sides of each border", arguments: cases)
    func steps(row: Case) {
        var schedule = KeySchedule()
        schedule.algorithm = row.algorithm
        #expect(schedule.due(row.keys, at: Self.now) == row.expected)
    }
}
