import Testing
import VidimusJOSE

@testable import VidimusIdentity

@Suite("Limits on attempts")
struct AttemptLimitsTests {
    let clock = TestClock()

    private func limits(account: Double = 3, address: Double = 5) -> AttemptLimits {
        var policy = AttemptLimits.Policy()
        policy.account = .init(burst: account, interval: .seconds(60))
        policy.address = .init(burst: address, interval: .seconds(10))
        policy.signUp = .init(burst: 2, interval: .seconds(5))
        return AttemptLimits(policy, now: { [clock] in clock.now })
    }

    /// Seconds to wait; nil if admitted.
    private func wait(_ body: () throws -> AttemptLimits.Permit) -> Duration? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? AttemptLimits.Limited)?.retryAfter ?? .seconds(-1)
        }
    }

    @Test("A bucket refills with time, no further than its burst, and a clock set back takes nothing")
    func bucket() {
        let rate = AttemptLimits.Rate(burst: 10, interval: .seconds(60))
        let bucket = TokenBucket(tokens: 2, filledAt: Timestamp(seconds: 1_000))
        let levels: [(Int64, Double)] = [
            (1_000, 2), (1_030, 2.5), (1_060, 3), (1_480, 10), (9_999, 10), (0, 2),
        ]
        for (second, level) in levels {
            #expect(bucket.level(rate, at: Timestamp(seconds: second)) == level)
        }
    }

    @Test("An account is limited from any address, and says when again")
    func account() {
        let limits = limits()
        for number in 1...3 {
            #expect(
                wait { try limits.admitSignIn(account: House.email("a"), address: "192.0.2.\(number)") }
                    == nil)
        }
        #expect(
            wait { try limits.admitSignIn(account: House.email("a"), address: "192.0.2.9") } == .seconds(60))
        #expect(wait { try limits.admitSignIn(account: House.email("b"), address: "192.0.2.9") } == nil)
        clock.advance(.seconds(45))
        #expect(
            wait { try limits.admitSignIn(account: House.email("a"), address: "192.0.2.9") } == .seconds(15))
        clock.advance(.milliseconds(14_999))
        #expect(wait { try limits.admitSignIn(account: House.email("a"), address: nil) } == .seconds(1))
        clock.advance(.milliseconds(1))
        #expect(wait { try limits.admitSignIn(account: House.email("a"), address: nil) } == nil)
    }

    @Test("An address is limited over all accounts, and what is refused takes nothing from the account")
    func address() {
        let limits = limits()
        for number in 1...5 {
            #expect(
                wait { try limits.admitSignIn(account: House.email("\(number)"), address: "192.0.2.1") }
                    == nil)
        }
        for _ in 1...10 {
            #expect(
                wait { try limits.admitSignIn(account: House.email("victim"), address: "192.0.2.1") }
                    == .seconds(10))
        }
        for _ in 1...3 {
            #expect(
                wait { try limits.admitSignIn(account: House.email("victim"), address: "192.0.2.2") } == nil)
        }
    }

    @Test("An attempt that proved harmless is given back, and never more than was there")
    func givingBack() throws {
        let limits = limits()
        for _ in 1...50 {
            limits.giveBack(try limits.admitSignIn(account: House.email("a"), address: "192.0.2.1"))
        }
        let permit = try limits.admitSignIn(account: House.email("a"), address: "192.0.2.1")
        for _ in 1...9 { limits.giveBack(permit) }
        for _ in 1...3 {
            #expect(wait { try limits.admitSignIn(account: House.email("a"), address: "192.0.2.1") } == nil)
        }
        #expect(wait { try limits.admitSignIn(account: House.email("a"), address: "192.0.2.1") } != nil)
    }

    @Test("What is no e-mail address counts for its network only")
    func noAccount() {
        let limits = limits(account: 1, address: 4)
        for _ in 1...4 { #expect(wait { try limits.admitSignIn(account: nil, address: "192.0.2.1") } == nil) }
        #expect(wait { try limits.admitSignIn(account: nil, address: "192.0.2.1") } == .seconds(10))
        #expect(wait { try limits.admitSignIn(account: nil, address: "192.0.2.2") } == nil)
    }

    @Test("A stranger's attempts on an account keep nobody from showing a password within a session")
    func passwordCheck() {
        let limits = limits(account: 2)
        for _ in 1...5 { _ = wait { try limits.admitSignIn(account: House.email("a"), address: nil) } }
        let (mine, other) = (ID<Session>(bytes: [1]), ID<Session>(bytes: [2]))
        for _ in 1...2 { #expect(wait { try limits.admitPasswordCheck(session: mine) } == nil) }
        #expect(wait { try limits.admitPasswordCheck(session: mine) } == .seconds(60))
        #expect(wait { try limits.admitPasswordCheck(session: other) } == nil)
    }

    @Test("Signing up has a bucket of its own")
    func signUp() {
        let limits = limits()
        for _ in 1...2 { #expect(wait { try limits.admitSignUp(address: "192.0.2.1") } == nil) }
        #expect(wait { try limits.admitSignUp(address: "192.0.2.1") } == .seconds(5))
        #expect(wait { try limits.admitSignUp(address: "192.0.2.2") } == nil)
        #expect(wait { try limits.admitSignIn(account: House.email("a"), address: "192.0.2.1") } == nil)
    }

    static let networks: [(String, String, Bool)] = [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("2001:db8::1", "2001:db8::2", true), ("2001:db8::1", "2001:DB8:0:0:ffff:ffff:ffff:ffff", true),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true), ("::FFFF:c000:201", "192.0.2.1", true),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false), ("::1", "::2", true), ("unix", "unix", true),
        ("unix", "other", false),
    ]

    @Test(
        "Addresses count by /64 in IPv6 and one by one in IPv4, however they are written", arguments: networks
    )
    func network(one: String, other: String, isSame: Bool) {
        #expect((AttemptLimits.network(of: one) == AttemptLimits.network(of: other)) == isSame)
    }

    @Test("Memory is bounded, and the account under attack stays limited")
    func memory() {
        let limits = limits(account: 2)
        for _ in 1...2 { _ = wait { try limits.admitSignIn(account: House.email("victim"), address: nil) } }
        for number in 0..<150_000 {
            _ = wait { try limits.admitSignIn(account: House.email("\(number)"), address: nil) }
        }
        #expect(limits.size <= 100_000)
        #expect(wait { try limits.admitSignIn(account: House.email("victim"), address: nil) } != nil)
    }
}
