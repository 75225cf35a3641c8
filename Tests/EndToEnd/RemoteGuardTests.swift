import Foundation
import NIOHTTP1
import Testing
import VidimusGuard
import VidimusGuardRemote
import VidimusJOSE

@Suite("Guards of other services, fed by the real server")
struct RemoteGuardTests {
    @Test(
        "From the answer to a sign-out to refusal at ten guards takes a moment, also at the slowest of two hundred"
    )
    func signOut() async throws {
        try await RunningServer.with(["--session-limit", "10000"]) { server in
            try await server.signUp("ada@example.com")
            try await RemoteGuard.with(10, of: server) { guards in
                var times: [Duration] = []
                for _ in 0..<200 {
                    let session = try Grant(try await server.signIn("ada@example.com"))
                    for own in guards { try #require(await own.answer(session.access) == "good") }
                    try #require(
                        try await server.call(.POST, "/v1/logout", token: session.access).status == 204)
                    times.append(await guards.time(until: "revoked", for: session.access))
                }
                times.sort()
                // Half a second allows for the tests that run beside this one.
                #expect(times[197] < .milliseconds(500), "median \(times[100]), p99 \(times[197])")
                print(
                    "sign-out to refusal at ten guards: median \(times[100]), p99 \(times[197]), most \(times[199])"
                )
            }
        }
    }

    @Test(
        "A role that is taken away is stale at every guard; the refreshed token is good, the old one never again"
    )
    func role() async throws {
        try await RunningServer.with { server in
            let first = try await server.person()
            try await RemoteGuard.with(3, of: server) { guards in
                #expect(await guards.answers(first.access) == ["good"])
                #expect(try await server.vidimus("user", "roles", "ada@example.com", "editor").status == 0)
                #expect(await guards.time(until: "stale", for: first.access) < .seconds(1))
                let second = try Grant(try await server.refresh(first.refresh))
                #expect(await guards.answers(second.access) == ["good"])
                #expect(await guards.answers(first.access) == ["stale"])
                #expect(try await server.vidimus("user", "disable", "ada@example.com").status == 0)
                #expect(await guards.time(until: "suspended", for: second.access) < .seconds(1))
                #expect(try await server.vidimus("user", "enable", "ada@example.com").status == 0)
                let third = try Grant(try await server.refresh(second.refresh))
                #expect(await guards.answers(third.access) == ["good"])
                #expect(await guards.answers(second.access) == ["suspended"])
            }
        }
    }

    @Test("Killed and started again, the server is heard within a second, with what happened meanwhile")
    func killed() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        let (ada, bob) = (try await server.person(), try await server.person("bob@example.com"))
        try await RemoteGuard.with(3, of: server, { $0.maxStaleness = .seconds(7) }) { guards in
            #expect(await guards.answers(bob.access) == ["good"])
            server.signal(SIGKILL)
            _ = await server.exit()
            // By the command line, while nobody serves.
            #expect(try await server.vidimus("user", "disable", "ada@example.com").status == 0)
            #expect(await guards.answers(ada.access) == ["good"])
            #expect(await guards.time(until: "status_unavailable", for: bob.access) < .seconds(10))
            #expect(await guards.answers(ada.access) == ["status_unavailable"])
            let again = try await server.restarted()
            defer { again.signal(SIGKILL) }
            #expect(await guards.time(until: "good", for: bob.access) < .seconds(1))
            #expect(await guards.answers(ada.access) == ["suspended"])
        }
    }

    @Test("An emergency rotation is obeyed at once, and the first token of the new key is good")
    func emergency() async throws {
        try await RunningServer.with { server in
            let first = try await server.person()
            try await RemoteGuard.with(3, of: server) { guards in
                #expect(await guards.answers(first.access) == ["good"])
                #expect(try await server.vidimus("key", "rotate", "--emergency").status == 0)
                #expect(await guards.time(until: "invalid_token", for: first.access) < .seconds(1))
                let second = try Grant(try await server.refresh(first.refresh))
                #expect(await guards.answers(second.access) == ["good"])
            }
        }
    }

    @Test("A client that is disabled hears no more: its view grows old, and enabled again it is right again")
    func disabledClient() async throws {
        try await RunningServer.with(["--status-ttl", "1h"]) { server in
            let ada = try await server.person()
            try await RemoteGuard.with(1, of: server, { $0.maxStaleness = .seconds(6) }) { guards in
                let own = try #require(guards.first)
                #expect(await own.answer(ada.access) == "good")
                let changed = try await server.vidimus("client", "disable", own.clientID)
                try #require(changed.status == 0, "\(changed.err)")
                #expect(await guards.time(until: "status_unavailable", for: ada.access) < .seconds(10))
                #expect(own.remote.statuses.condition.lastError?.code == .credentialRefused)
                #expect(!own.remote.statuses.condition.isConnected)
            }
        }
    }
}

/// A guard of another service, which knows the server by its address and a credential.
struct RemoteGuard: Sendable {
    let remote: RemoteIssuer
    let clientID: String
    private let verifier: TokenVerifier

    /// Runs `body` with guards that have heard the server.
    static func with(
        _ count: Int, of server: RunningServer,
        _ change: (inout TokenVerifier.Configuration) -> Void = { _ in },
        _ body: ([RemoteGuard]) async throws -> Void
    ) async throws {
        let ways = Array(repeating: HTTPConnections.shared, count: count)
        try await with(ways, to: server, { configuration, _ in change(&configuration) }, body)
    }

    /// As many guards as there are ways to the server.
    static func with(
        _ ways: [some OutgoingHTTP], to server: RunningServer,
        _ change: (inout TokenVerifier.Configuration, Int) -> Void = { _, _ in },
        _ body: ([RemoteGuard]) async throws -> Void
    ) async throws {
        let client = try await server.vidimus(
            "client", "create", "orders", "--scope", "status:read", "--json")
        let id = try #require(client.json["client_id"]?.string, "\(client.err)")
        let secret = try #require(client.json["client_secret"]?.string)
        let guards = try ways.enumerated().map { number, way in
            var configuration = TokenVerifier.Configuration(issuer: server.address, audience: server.address)
            change(&configuration, number)
            let remote = try RemoteIssuer(server.address, clientID: id, clientSecret: secret, http: way)
            return RemoteGuard(
                remote: remote, clientID: id,
                verifier: TokenVerifier(configuration, keys: remote.keys, statuses: remote.statuses))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for own in guards { group.addTask { try await own.remote.run() } }
            defer { group.cancelAll() }
            for own in guards {
                try #require(await own.remote.ready(within: .seconds(20)))
                while !own.remote.statuses.condition.isConnected {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            try await body(guards)
        }
    }

    /// What a token is answered: `good`, or the code of its refusal.
    func answer(_ token: String) async -> String {
        do throws(Refusal) {
            _ = try await verifier.verifyAwaitingKeys(token[...])
        } catch {
            return error.code.rawValue
        }
        return "good"
    }
}

extension [RemoteGuard] {
    /// The answers of all of them, each once.
    func answers(_ token: String) async -> Set<String> {
        var answers: Set<String> = []
        for own in self { answers.insert(await own.answer(token)) }
        return answers
    }

    /// How long it takes until all of them answer a token like that, if not too long.
    func time(until answer: String, for token: String, atMost limit: Duration = .seconds(20)) async
        -> Duration
    {
        let start = ContinuousClock.now
        while await answers(token) != [answer], start.duration(to: .now) < limit {
            try? await Task.sleep(for: .milliseconds(1))
        }
        return start.duration(to: .now)
    }
}
