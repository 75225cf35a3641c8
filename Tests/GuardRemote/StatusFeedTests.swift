import Synchronization
import Testing
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

@testable import VidimusGuardRemote

@Suite("Statuses heard from an issuer in another process")
struct StatusFeedTests {
    @Test(
        "A token is good, and refused a moment after its status rose",
        arguments: [Status.stale, .suspended, .revoked])
    func rises(status: Status) async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                let token = try issuer.token(5)
                #expect(await own.answer(token) == "good")
                issuer.raise(5, to: status)
                #expect(try await own.time(until: "\(status)", for: token) < soon)
                #expect(await own.answer(try issuer.token(6)) == "good")
                #expect(issuer.count("lists") == 1)
            }
        }
    }

    @Test("What rose before the guard began is in the list it fetched, and after that nothing is asked again")
    func before() async throws {
        try await TestIssuer.with { issuer in
            issuer.raise(7, to: .revoked)
            try await Guard.with(issuer) { own in
                #expect(await own.answer(try issuer.token(7)) == "revoked")
                try await eventually { own.remote.statuses.condition.isConnected }
                try await Task.sleep(for: .milliseconds(300))
                #expect((issuer.count("lists"), issuer.count("names"), issuer.count("keys")) == (1, 1, 1))
                #expect(issuer.state.withLock { $0.seenEventIDs } == ["1"])
            }
        }
    }

    @Test("A stream that broke is taken up after the last number, and no list is fetched again")
    func resumes() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                issuer.raise(1, to: .stale)
                _ = try await own.time(until: "stale", for: try issuer.token(1))
                issuer.faults.value.isGone = true
                issuer.cut()
                issuer.raise(2, to: .revoked)
                issuer.raise(3, to: .suspended)
                try await eventually {
                    !own.remote.statuses.condition.isConnected
                        && own.remote.statuses.condition.lastError != nil
                }
                #expect(await own.answer(try issuer.token(2)) == "good")
                issuer.faults.value.isGone = false
                #expect(try await own.time(until: "revoked", for: try issuer.token(2)) < soon)
                #expect(try await own.time(until: "suspended", for: try issuer.token(3)) < soon)
                #expect(issuer.count("lists") == 1)
                #expect(issuer.state.withLock { $0.seenEventIDs.last } == "1")
                #expect(own.remote.statuses.condition.reconnects == 1)
                #expect(own.remote.statuses.condition.lastError == nil)
            }
        }
    }

    @Test("After a backlog that ran over everything is fetched again, and nothing is missed")
    func overrun() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                issuer.faults.value.isGone = true
                issuer.cut()
                issuer.raise(2, to: .revoked)
                issuer.forgetBacklog()
                try await Task.sleep(for: .milliseconds(200))
                issuer.faults.value.isGone = false
                #expect(try await own.time(until: "revoked", for: try issuer.token(2)) < soon)
                #expect(issuer.count("lists") == 2)
            }
        }
    }

    @Test("A server that is gone altogether and comes back is heard again within a second")
    func restarted() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                for round in 1...3 {
                    await issuer.stop()
                    issuer.raise(round, to: .revoked)
                    try await Task.sleep(for: .milliseconds(400 * round))
                    try await issuer.start()
                    #expect(
                        try await own.time(until: "revoked", for: try issuer.token(Int64(round)))
                            < soon)
                }
            }
        }
    }

    @Test("A stream that falls silent is left and taken up again")
    func silent() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                issuer.faults.value.beats = false
                try await eventually { issuer.count("streams") == 2 }
            }
        }
    }

    @Test("A view older than maxStaleness closes the guard or leaves it open, as its owner chose, and heals")
    func staleness() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer, { $0.maxStaleness = .milliseconds(1_500) }) { closed in
                try await Guard.with(
                    issuer, { ($0.maxStaleness, $0.whenStale) = (.milliseconds(1_500), .failOpen) }
                ) {
                    open in
                    let (good, revoked) = (try issuer.token(1), try issuer.token(2))
                    issuer.raise(2, to: .revoked)
                    _ = try await closed.time(until: "revoked", for: revoked)
                    _ = try await open.time(until: "revoked", for: revoked)
                    issuer.faults.value.isGone = true
                    issuer.cut()
                    #expect(await closed.answer(good) == "good")
                    #expect(try await closed.time(until: "status_unavailable", for: good) > .seconds(1))
                    #expect(await closed.answer(revoked) == "status_unavailable")
                    #expect(await open.answer(good) == "good")
                    #expect(await open.answer(revoked) == "revoked")
                    issuer.faults.value.isGone = false
                    #expect(try await closed.time(until: "good", for: good) < soon)
                }
            }
        }
    }

    @Test("Without a first list the guard is closed, also one that fails open")
    func neverReached() async throws {
        try await TestIssuer.with { issuer in
            issuer.faults.value.names = "{}"
            try await Guard.with(issuer, ready: false, { $0.whenStale = .failOpen }) { own in
                let token = try issuer.token()
                try await eventually { issuer.count("names") > 1 }
                #expect(await own.answer(token) == "status_unavailable")
                #expect(own.remote.statuses.condition.lastError?.code == .malformed)
                issuer.faults.value.names = nil
                #expect(try await own.time(until: "good", for: token) < soon)
            }
        }
    }

    @Test(
        "A list that is announced is fetched, one that is dropped goes, and the one between stays the same object"
    )
    func lists() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer) { own in
                let first = own.remote.statuses.lists()[issuer.list()]
                let token = try issuer.token(1, list: "1.2")
                #expect(await own.answer(token) == "invalid_token")
                issuer.announce("1.2")
                issuer.raise(2, to: .revoked, in: "1.2")
                _ = try await own.time(until: "good", for: token)
                _ = try await own.time(until: "revoked", for: try issuer.token(2, list: "1.2"))
                issuer.drop("1.2")
                _ = try await own.time(until: "invalid_token", for: token)
                #expect(own.remote.statuses.lists()[issuer.list()] === first)
            }
        }
    }

    @Test("Events late, twice and in the wrong order, and an older list, leave the worst that was ever heard")
    func disorder() async throws {
        try await TestIssuer.with { issuer in
            let older = try issuer.signed()
            try await Guard.with(issuer) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                let token = try issuer.token(9)
                func event(_ number: Int, _ status: Int) -> String {
                    """
                    id: \(number)
                    event: status
                    data: {"list":"\(issuer.list())","changes":[[9,\(status)]]}


                    """
                }
                issuer.say(event(30, 1) + event(10, 3) + event(20, 2) + event(10, 3) + event(5, 0))
                _ = try await own.time(until: "revoked", for: token)
                // The list from before all that, again and again.
                issuer.faults.value.lists["1.1"] = older
                issuer.say("id: 31\nevent: reset\ndata: {}\n\n")
                try await eventually { issuer.count("lists") > 1 }
                try await Task.sleep(for: .milliseconds(50))
                #expect(await own.answer(token) == "revoked")
            }
        }
    }

    @Test("A list older than the stream confirms nothing until one comes that holds what was left out")
    func laggingList() async throws {
        try await TestIssuer.with { issuer in
            let older = try issuer.signed(age: .seconds(5))
            try await Guard.with(issuer, { $0.maxStaleness = .milliseconds(1_500) }) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                issuer.faults.value.lists["1.1"] = older
                issuer.raise(3, to: .revoked, tell: false)
                issuer.announce("1.2")
                let token = try issuer.token(1)
                _ = try await own.time(until: "status_unavailable", for: token)
                issuer.faults.value.lists = [:]
                _ = try await own.time(until: "good", for: token)
                #expect(await own.answer(try issuer.token(3)) == "revoked")
            }
        }
    }

    @Test("Without a credential the lists are fetched again and again, and that is all")
    func polls() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer, listens: false, pollEvery: .milliseconds(100)) { own in
                let token = try issuer.token(4)
                #expect(await own.answer(token) == "good")
                issuer.raise(4, to: .revoked)
                #expect(try await own.time(until: "revoked", for: token) < soon)
                #expect((issuer.count("streams"), issuer.count("tokens")) == (0, 0))
                #expect(!own.remote.statuses.condition.isConnected)
            }
        }
    }

    @Test("A credential that is refused costs the stream, not the lists")
    func refusedCredential() async throws {
        try await TestIssuer.with { issuer in
            try await Guard.with(issuer, secret: "wrong", pollEvery: .milliseconds(100)) { own in
                let token = try issuer.token(4)
                try await eventually { own.remote.statuses.condition.lastError?.code == .credentialRefused }
                issuer.raise(4, to: .revoked)
                #expect(try await own.time(until: "revoked", for: token) < soon)
                #expect(issuer.count("streams") == 0)
            }
        }
    }

    @Test("The credential's token is renewed before it is over, and the stream taken up without a fetch")
    func renews() async throws {
        try await TestIssuer.with { issuer in
            issuer.state.withLock { $0.tokenLife = 1 }
            try await Guard.with(issuer) { own in
                try await eventually { issuer.count("streams") >= 3 }
                #expect(issuer.count("tokens") >= 3)
                #expect(issuer.count("lists") == 1)
                #expect(own.remote.statuses.condition.lastError == nil)
                issuer.raise(4, to: .revoked)
                #expect(try await own.time(until: "revoked", for: try issuer.token(4)) < soon)
            }
        }
    }

    @Test(
        "A list that is not what it should be is refused, and the one before stays",
        arguments: ["address", "type", "issuer", "signature", "symmetric", "size", "nonsense"])
    func refusedLists(fault: String) async throws {
        try await TestIssuer.with { issuer in
            issuer.raise(2, to: .revoked)
            let other = try SigningKey.generate(.es256)
            try await Guard.with(issuer) { own in
                try await eventually { own.remote.statuses.condition.isConnected }
                let body =
                    switch fault {
                    case "address": try issuer.signed(address: issuer.list("1.7"))
                    case "type": try issuer.signed(type: "at+jwt")
                    case "issuer": try issuer.signed(issuer: "https://evil.example")
                    case "signature": try issuer.signed(by: other)
                    case "symmetric": try issuer.signed(by: try SigningKey.generate(.hs256))
                    case "size":
                        try { () throws in
                            issuer.state.withLock { $0.lists["1.1"] = StatusList(size: 64) }
                            return try issuer.signed()
                        }()
                    default: "nonsense"
                    }
                issuer.faults.value.lists["1.1"] = body
                issuer.say("id: 9\nevent: reset\ndata: {}\n\n")
                try await eventually { own.remote.statuses.condition.lastError?.code == .invalidList }
                #expect(await own.answer(try issuer.token(2)) == "revoked")
                #expect(await own.answer(try issuer.token(3)) == "good")
            }
        }
    }
}
