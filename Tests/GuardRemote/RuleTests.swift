import Testing
import VidimusJOSE

@testable import VidimusGuardRemote

@Suite("When the key set is fetched")
struct KeyFetchRuleTests {
    let start = ContinuousClock.now
    var rule: KeyFetchRule

    init() {
        var pace = Pace()
        (pace.cooldown, pace.absence) = (.seconds(5), .seconds(60))
        rule = KeyFetchRule(pace)
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private mutating func fetched(_ keys: Set<String>, at seconds: Double, before: [String] = []) {
        let asked = rule.begin()
        rule.succeed(
            at: at(seconds), age: .seconds(300), missing: asked + before, holds: keys.contains,
            jitter: \.upperBound)
    }

    @Test("At once at first, then before the set is too old, and at once when the issuer says so")
    mutating func schedule() {
        #expect(rule.wait(at: at(0)) == .zero)
        fetched(["a"], at: 0)
        #expect(rule.wait(at: at(0)) == .seconds(270))
        rule.want()
        #expect(rule.wait(at: at(1)) == .zero)
    }

    @Test("A word of the issuer's during a fetch is followed by another fetch")
    mutating func wantedMeanwhile() {
        _ = rule.begin()
        rule.want()
        rule.succeed(at: at(0), age: .seconds(300), missing: [], holds: { _ in true }, jitter: \.upperBound)
        #expect(rule.wait(at: at(0)) == .zero)
        _ = rule.begin()
        rule.want()
        rule.fail(at: at(0), jitter: \.upperBound)
        #expect(rule.wait(at: at(0)) == .zero)
    }

    @Test("Invented keys are asked for once a cooldown, all of them together")
    mutating func cooldown() {
        fetched(["a"], at: 0)
        var fetches = 0
        for number in 0..<20_000 {
            let second = Double(number) / 1_000
            if rule.ask(for: "invented \(number)", at: at(second)) == .wait {
                #expect(rule.wait(at: at(second)) <= .zero)
            }
            if rule.wait(at: at(second)) <= .zero {
                fetches += 1
                fetched(["a"], at: second)
            }
            #expect(rule.remembered <= KeyFetchRule.mostAbsent + KeyFetchRule.mostAsked)
        }
        #expect(fetches == 4)
    }

    @Test("A key that was looked for is not looked for again while its absence lasts, nor is one that went")
    mutating func absence() {
        fetched(["a", "old"], at: 0)
        #expect(rule.ask(for: "b", at: at(1)) == .wait)
        fetched(["a"], at: 1, before: ["a", "old"])
        for second in [2.0, 10, 60] {
            #expect(rule.ask(for: "b", at: at(second)) == .refuse)
            #expect(rule.ask(for: "old", at: at(second)) == .refuse)
        }
        #expect(rule.ask(for: "b", at: at(62)) == .wait)
    }

    @Test("A key that is asked for while a fetch is under way is not absent because that fetch lacks it")
    mutating func askedMeanwhile() {
        fetched(["a"], at: 0)
        rule.want()
        let asked = rule.begin()
        #expect(rule.ask(for: "b", at: at(1)) == .wait)
        rule.succeed(
            at: at(1), age: .seconds(300), missing: asked, holds: { $0 == "a" }, jitter: \.upperBound)
        #expect(rule.ask(for: "b", at: at(1)) == .wait)
    }

    @Test("A failure is tried again soon, and takes nothing for absent")
    mutating func failure() {
        fetched(["a"], at: 0)
        #expect(rule.ask(for: "b", at: at(1)) == .wait)
        _ = rule.begin()
        rule.fail(at: at(1), jitter: \.upperBound)
        #expect(rule.wait(at: at(1)) == .milliseconds(50))
        for _ in 0..<10 {
            _ = rule.begin()
            rule.fail(at: at(1), jitter: \.upperBound)
        }
        #expect(rule.wait(at: at(1)) == .milliseconds(700))
        #expect(rule.ask(for: "b", at: at(1)) == .wait)
    }

    @Test("A name longer than any key has is refused")
    mutating func longName() {
        #expect(rule.ask(for: String(repeating: "k", count: 257), at: at(0)) == .refuse)
    }

    @Test(
        "The age of a set is what its answer says, within bounds",
        arguments: [
            (nil, 300), ("public, max-age=60", 60), ("Max-Age=60", 60), ("max-age = 7", 7),
            ("max-age=99999999", 86_400),
            ("max-age=-1", 300), ("max-age=x", 300), ("max-age", 300), ("no-store", 300), ("s-maxage=5", 300),
        ] as [(String?, Int)])
    func age(header: String?, seconds: Int) {
        #expect(KeySetFetch.age(header) == .seconds(seconds))
    }
}

@Suite("The wait after a failure")
struct BackoffTests {
    @Test("It doubles up to a cap, is anything from nothing to that, and begins anew after a success")
    func growth() {
        var backoff = Backoff(first: .milliseconds(50), cap: .milliseconds(700))
        #expect(
            (0..<6).map { _ in backoff.next(\.upperBound).wholeMilliseconds } == [
                50, 100, 200, 400, 700, 700,
            ])
        #expect(backoff.next(\.lowerBound) == .zero)
        for _ in 0..<1_000 { #expect(backoff.next { .random(in: $0) } <= .milliseconds(700)) }
        backoff.reset()
        #expect(backoff.next(\.upperBound) == .milliseconds(50))
    }
}

@Suite("Addresses that may be asked")
struct AddressTests {
    @Test(
        "An issuer is reached by https, or by http on this machine",
        arguments: [
            "https://id.example", "https://id.example/", "https://id.example:8443/tenant",
            "http://localhost:8080",
            "http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:8080", "HTTPS://ID.EXAMPLE",
        ])
    func good(issuer: String) throws {
        let address = try IssuerAddress(issuer)
        #expect(!address.address("/status").contains("//status"))
        #expect(throws: Never.self) { try address.checkOwn(address.address("/status/1.1")) }
    }

    @Test(
        "Nothing else is an issuer",
        arguments: [
            "", "id.example", "http://id.example", "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://0.0.0.0", "ftp://localhost", "https://", "https://user:password@id.example",
            "https://id.example#x",
            "https://id.example?x", "https://id.example\n", "https://id.exämple", "file:///etc/passwd",
        ])
    func bad(issuer: String) {
        #expect { try IssuerAddress(issuer) } throws: { ($0 as? RemoteError)?.code == .invalidAddress }
    }

    @Test(
        "A list, or an address for secrets, is the issuer's own",
        arguments: [
            "https://evil.example/status/1.1", "http://id.example/status/1.1",
            "https://id.example:444/status/1.1",
            "https://id.example.evil.example/", "https://id.example@evil.example/", "/status/1.1",
        ])
    func others(address: String) throws {
        let issuer = try IssuerAddress("https://id.example")
        #expect { try issuer.checkOwn(address) } throws: { ($0 as? RemoteError)?.code == .invalidAddress }
    }

    @Test("A discovery document may place keys elsewhere, but neither statuses nor the address for secrets")
    func discovery() throws {
        let issuer = try IssuerAddress("https://id.example")
        func read(_ members: String) throws -> Discovery {
            try Discovery(
                parsing: Array("{\"issuer\":\"https://id.example\"\(members)}".utf8), issuer: issuer)
        }
        #expect(try read("") == Discovery(defaultsOf: issuer))
        #expect(try read(#","jwks_uri":"https://keys.example/set""#).keySet == "https://keys.example/set")
        for bad in [
            #","jwks_uri":"http://keys.example/set""#, #","token_endpoint":"https://evil.example/token""#,
            #","status_list_aggregation_endpoint":"https://evil.example/lists""#,
        ] {
            #expect { try read(bad) } throws: { ($0 as? RemoteError)?.code == .invalidAddress }
        }
        for bad in ["{}", #"{"issuer":"https://id.example/"}"#, #"{"issuer":1}"#] {
            #expect { try Discovery(parsing: Array(bad.utf8), issuer: issuer) } throws: {
                ($0 as? RemoteError)?.code == .wrongIssuer
            }
        }
        #expect { try Discovery(parsing: [0x5B], issuer: issuer) } throws: {
            ($0 as? RemoteError)?.code == .malformed
        }
    }
}
