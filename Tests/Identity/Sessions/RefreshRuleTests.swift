import Testing
import VidimusIdentity
import VidimusJOSE

@Suite("The rule of refreshing")
struct RefreshRuleTests {
    /// A session at generation 5 that was rotated an hour after it was opened; times in seconds from then.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var presented: Int64 = 5
        var milliseconds: Int64 = 1_000
        var change: @Sendable (inout RefreshRule.Standing) -> Void = { _ in }
        let expected: RefreshRule.Decision
    }

    static let rotated = Timestamp(seconds: 1_800_000_000)
    static let policy = SessionPolicy()
    static let day: Int64 = 86_400_000

    static let cases: [Case] = [
        Case(testDescription: "the current token", expected: .rotate),
        Case(testDescription: "at the very moment of the last rotation", milliseconds: 0, expected: .rotate),
        Case(testDescription: "the current token long after", milliseconds: 10 * day, expected: .rotate),
        Case(testDescription: "the current token, clock set back", milliseconds: -5_000, expected: .rotate),
        Case(testDescription: "replaced, at once", presented: 4, milliseconds: 0, expected: .repeatSuccessor),
        Case(testDescription: "replaced, in the grace", presented: 4, expected: .repeatSuccessor),
        Case(
            testDescription: "replaced, last of the grace", presented: 4, milliseconds: 10_000,
            expected: .repeatSuccessor),
        Case(
            testDescription: "replaced, after the grace", presented: 4, milliseconds: 10_001, expected: .reuse
        ),
        Case(testDescription: "replaced, clock set back", presented: 4, milliseconds: -1, expected: .reuse),
        Case(testDescription: "two behind, in the grace", presented: 3, expected: .reuse),
        Case(testDescription: "the very first", presented: 1, expected: .reuse),
        Case(testDescription: "zero", presented: 0, expected: .reuse),
        Case(testDescription: "one ahead", presented: 6, expected: .fromTheFuture),
        Case(testDescription: "far ahead", presented: 4_294_967_295, expected: .fromTheFuture),
        Case(
            testDescription: "the last repeat", presented: 4, change: { $0.repeats = 99 },
            expected: .repeatSuccessor),
        Case(
            testDescription: "a repeat too many", presented: 4, change: { $0.repeats = 100 },
            expected: .tooManyRepeats),
        Case(
            testDescription: "too many repeats, but late", presented: 4, milliseconds: 10_001,
            change: { $0.repeats = 100 }, expected: .reuse),
        Case(
            testDescription: "the current token after many repeats", change: { $0.repeats = 100 },
            expected: .rotate),
        Case(testDescription: "disabled", change: { $0.isDisabled = true }, expected: .suspended),
        Case(
            testDescription: "disabled, replaced, in the grace", presented: 4,
            change: { $0.isDisabled = true }, expected: .suspended),
        Case(
            testDescription: "disabled, stolen", presented: 3, change: { $0.isDisabled = true },
            expected: .reuse),
        Case(
            testDescription: "disabled, ahead", presented: 6, change: { $0.isDisabled = true },
            expected: .fromTheFuture),
        Case(testDescription: "ended", change: { $0.hasEnded = true }, expected: .ended),
        Case(
            testDescription: "ended, stolen", presented: 3, change: { $0.hasEnded = true }, expected: .ended),
        Case(testDescription: "ended, ahead", presented: 6, change: { $0.hasEnded = true }, expected: .ended),
        Case(
            testDescription: "ended and disabled",
            change: {
                $0.hasEnded = true
                $0.isDisabled = true
            }, expected: .ended),
        Case(testDescription: "idle, the last moment", milliseconds: 14 * day, expected: .rotate),
        Case(testDescription: "idle for too long", milliseconds: 14 * day + 1, expected: .expired),
        Case(
            testDescription: "idle for too long and stolen", presented: 3, milliseconds: 14 * day + 1,
            expected: .expired),
        Case(
            testDescription: "the last moment of its life", milliseconds: 1_999,
            change: { $0.expiresAt = rotated + .seconds(2) }, expected: .rotate),
        Case(
            testDescription: "at the end of its life", milliseconds: 2_000,
            change: { $0.expiresAt = rotated + .seconds(2) }, expected: .expired),
        Case(
            testDescription: "replaced, in the grace, at the end of its life", presented: 4,
            milliseconds: 2_000, change: { $0.expiresAt = rotated + .seconds(2) }, expected: .expired),
    ]

    @Test("decides each case by the session, the token and the time alone", arguments: cases)
    func decision(of row: Case) {
        var session = RefreshRule.Standing(
            generation: 5, rotatedAt: Self.rotated, repeats: 0, usedAt: Self.rotated,
            expiresAt: Self.rotated + .seconds(89 * 86_400), hasEnded: false, isDisabled: false)
        row.change(&session)
        let decision = RefreshRule.decide(
            session, presented: row.presented, at: Self.rotated + .milliseconds(row.milliseconds),
            policy: Self.policy)
        #expect(decision == row.expected)
    }

    @Test("Without a grace only the moment of the rotation repeats")
    func noGrace() {
        var policy = SessionPolicy()
        policy.grace = .zero
        let session = RefreshRule.Standing(
            generation: 2, rotatedAt: Self.rotated, repeats: 0, usedAt: Self.rotated,
            expiresAt: Self.rotated + .seconds(100), hasEnded: false, isDisabled: false)
        for (milliseconds, expected) in [(0, RefreshRule.Decision.repeatSuccessor), (1, .reuse)] {
            #expect(
                RefreshRule.decide(
                    session, presented: 1, at: Self.rotated + .milliseconds(milliseconds), policy: policy)
                    == expected)
        }
    }
}
