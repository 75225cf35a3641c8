import Synchronization
import Testing
import VidimusGuard
import VidimusJOSE

@testable import VidimusGuardRemote

@Suite("Keys heard from an issuer in another process")
struct RemoteKeysTests {
    @Test("A key that signs without a word before is fetched while its first token waits")
    func unknownKey() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer, listens: false, pollEvery: .seconds(60)) { own in
                #expect(await own.answer(try issuer.token()) == "good")
                let before = try issuer.token(2)
                try issuer.rotate(tell: false)
                #expect(await own.answer(try issuer.token()) == "good")
                #expect(await own.answer(before) == "good")
                #expect(issuer.count("keys") == 2)
            }
        }
    }

    @Test("An emergency rotation is obeyed at once: the key that went verifies nothing, remembered or not")
    func emergency() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                let (remembered, new) = (try issuer.token(1), try issuer.token(2))
                #expect(await own.answer(remembered) == "good")
                try await eventually { own.remote.statuses.condition.isConnected }
                try issuer.rotate(emergency: true)
                #expect(try await own.time(until: "invalid_token", for: remembered) < soon)
                #expect(await own.answer(new) == "invalid_token")
                #expect(await own.answer(try issuer.token(3)) == "good")
                // Its own name is not asked for again.
                #expect(issuer.count("keys") == 2)
            }
        }
    }

    @Test("Past a cache that keeps the old set, an emergency rotation is obeyed all the same")
    func cached() async throws {
        try await TestIssuer.with { issuer in
            issuer.faults.value.cachesKeys = true
            try await Guard.with(issuer) { own in
                let token = try issuer.token()
                #expect(await own.answer(token) == "good")
                try await eventually { own.remote.statuses.condition.isConnected }
                try issuer.rotate(emergency: true)
                #expect(try await own.time(until: "invalid_token", for: token) < soon)
                // Also when the set is fetched again, as it grows old.
                await own.remote.keys.refetch()
                #expect(await own.answer(token) == "invalid_token")
                #expect(await own.answer(try issuer.token()) == "good")
            }
        }
    }

    @Test("A guard that cannot fetch the keys it was told of closes when its view is too old, and heals")
    func behind() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer, { $0.maxStaleness = .seconds(1) }) { own in
                let token = try issuer.token()
                #expect(await own.answer(token) == "good")
                try await eventually { own.remote.statuses.condition.isConnected }
                issuer.faults.value.keySet = "not a key set"
                try issuer.rotate(tell: true)
                #expect(try await own.time(until: "status_unavailable", for: token) < .seconds(10))
                issuer.faults.value.keySet = nil
                #expect(try await own.time(until: "good", for: token) < .seconds(10))
            }
        }
    }

    @Test("The first token after an emergency rotation is good, whether the guard heard of it or not")
    func firstToken() async throws {
        try await TestIssuer.with { issuer in
            var pace = Guard.pace
            pace.cooldown = .zero
            try await Guard.with(issuer, pace: pace) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                for _ in 0..<5 {
                    try issuer.rotate(emergency: true)
                    #expect(await own.answer(try issuer.token()) == "good")
                }
            }
        }
    }

    @Test("100,000 tokens with invented keys cost one fetch a cooldown, and no memory")
    func flood() async throws {
        try await TestIssuer.with { issuer in
            var pace = Guard.pace
            pace.cooldown = .seconds(3_600)
            try await Guard.with(issuer, pace: pace) { own in
                let stranger = try SigningKey.generate(.es256)
                let parts = try issuer.token(by: stranger).split(separator: ".")
                #expect(await own.answer(try issuer.token()) == "good")
                let fetches = issuer.count("keys")
                await withTaskGroup(of: Void.self) { group in
                    for worker in 0..<4 {
                        group.addTask {
                            // Whole tokens, then what a verifier asks for each of them.
                            for number in 0..<500 {
                                let header = Base64URL.encode(
                                    Array(
                                        #"{"alg":"ES256","typ":"at+jwt","kid":"\#(worker)-\#(number)"}"#
                                            .utf8))
                                let answer = await own.answer("\(header).\(parts[1]).\(parts[2])")
                                if answer != "invalid_token" { Issue.record("\(answer)") }
                            }
                            for number in 500..<25_000 {
                                if number % 64 == 0 { await Task.yield() }
                                if await own.remote.keys.learn("\(worker)-\(number)") {
                                    Issue.record("\(number)")
                                }
                            }
                        }
                    }
                }
                #expect(issuer.count("keys") == fetches + 1)
                #expect(own.remote.keys.remembered <= KeyFetchRule.mostAbsent + KeyFetchRule.mostAsked)
                #expect(await own.answer(try issuer.token()) == "good")
                // The issuer's own word is not held up by it.
                try await eventually { own.remote.statuses.condition.isConnected }
                try issuer.rotate(emergency: true)
                #expect(try await own.time(until: "good", for: try issuer.token()) < soon)
            }
        }
    }

    @Test(
        "While the set cannot be had, or is not one, the last good one stays",
        arguments: [
            nil, "{}", "nonsense", #"{"keys":[]}"#, #"{"keys":[{"kty":"oct","k":"AAAA","alg":"HS256"}]}"#,
            "[" + String(repeating: " ", count: 300_000),
        ] as [String?])
    func lastGood(keySet: String?) async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer, { $0.maxStaleness = .seconds(60) }) { own in
                let token = try issuer.token()
                #expect(await own.answer(token) == "good")
                try await eventually { own.remote.statuses.condition.isConnected }
                issuer.faults.value.keySet = keySet
                if keySet == nil { issuer.faults.value.isGone = true }
                own.remote.keys.want()
                try await eventually { issuer.count("keys") + issuer.count("discovery") > 4 }
                #expect(own.remote.statuses.condition.lastError != nil)
                #expect(await own.answer(token) == "good")
                #expect(
                    await own.answer(try issuer.token(by: try SigningKey.generate(.es256))) == "invalid_token"
                )
            }
        }
    }

    @Test("A set that did not change is not sent again, and is asked for before it is too old")
    func tags() async throws {
        try await TestIssuer.with { issuer in
            issuer.state.withLock { $0.maxAge = 1 }
            try await Guard.with(issuer) { own in
                let generation = own.remote.keys.generation
                try await eventually { issuer.count("keys unchanged") >= 2 }
                #expect(own.remote.keys.generation == generation)
                #expect(await own.answer(try issuer.token()) == "good")
                let next = try issuer.rotate(tell: false)
                try await eventually {
                    own.remote.keys.keys().keys.contains { $0.id == next.verificationKey.id }
                }
            }
        }
    }

    @Test(
        "Another issuer's discovery document, and a redirect, are not believed",
        arguments: ["issuer", "redirect"])
    func strangers(fault: String) async throws {
        try await TestIssuer.with { issuer in
            if fault == "issuer" {
                issuer.faults.value.claimedIssuer = issuer.name + "/"
            } else {
                issuer.faults.value.redirectsKeys = true
            }
            try await Guard.with(issuer, ready: false) { own in
                let code: RemoteError.Code = fault == "issuer" ? .wrongIssuer : .unexpectedAnswer
                try await eventually { own.remote.statuses.condition.lastError?.code == code }
                #expect(own.remote.keys.keys().keys.isEmpty)
                #expect(await own.answer(try issuer.token()) == "invalid_token")
            }
        }
    }

    @Test("Without a discovery document the usual addresses are taken")
    func withoutDiscovery() async throws {
        try await TestIssuer.with { issuer in
            issuer.faults.value.hasDiscovery = false
            let token = try issuer.token()
            try await Guard.with(issuer) { own in #expect(await own.answer(token) == "good") }
        }
    }

    @Test("A set that is slow to come holds a verification up for so long and no longer")
    func patience() async throws {
        try await TestIssuer.with { issuer in
            var pace = Guard.pace
            pace.patience = .milliseconds(100)
            try await Guard.with(issuer, pace: pace) { own in
                issuer.faults.value.delay = .seconds(3)
                try issuer.rotate(tell: false)
                let start = ContinuousClock.now
                #expect(await own.answer(try issuer.token()) == "invalid_token")
                #expect(start.duration(to: .now) < .seconds(2))
                _ = try await own.time(until: "good", for: try issuer.token())
            }
        }
    }
}
