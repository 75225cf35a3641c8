import Foundation
import NIOHTTP1
import Testing
import VidimusGuard
import VidimusJOSE

@Suite("Guards that lose the real server, or are told things late, twice and in the wrong order")
struct LostServerTests {
    private static let soon = Duration.seconds(1)

    /// The first guard closes, the second stays open.
    private static func patience(_ configuration: inout TokenVerifier.Configuration, _ number: Int) {
        configuration.maxStaleness = .seconds(60)
        configuration.whenStale = number == 0 ? .failClosed : .failOpen
    }

    enum Loss: CaseIterable { case stream, everything, everythingAndServer }

    @Test(
        "Cut off, a guard closes or goes on as it was told, and is right again within a second, nothing missed",
        arguments: Loss.allCases)
    func lost(loss: Loss) async throws {
        // So that the lists themselves tell nothing meanwhile.
        let settings = ["--status-ttl", "1h"]
        let server = try await RunningServer.start(settings)
        defer { server.signal(SIGKILL) }
        let (ada, bob) = (try await server.person(), try await server.person("bob@example.com"))
        let ways = [UnreliableHTTP(), UnreliableHTTP()]
        try await RemoteGuard.with(ways, to: server, Self.patience) { guards in
            let (closed, open) = (try #require(guards.first), try #require(guards.last))
            #expect(await guards.answers(ada.access) == ["good"])
            let cut = ContinuousClock.now
            for way in ways {
                way.faults = .init(losesStream: loss == .stream, losesEverything: loss != .stream)
            }
            var running = server
            if loss == .everythingAndServer {
                server.signal(SIGKILL)
                _ = await server.exit()
                let changed = try await server.vidimus("user", "sign-out", "ada@example.com")
                try #require(changed.status == 0, "\(changed.err)")
                running = try await server.restarted(settings)
            } else {
                try #require(
                    try await server.call(.POST, "/v1/logout", token: ada.access).status == 204)
            }
            defer { running.signal(SIGKILL) }
            #expect(try await running.me(ada.access) == "401 revoked")
            // What they were not told they cannot know.
            #expect(await guards.answers(ada.access) == ["good"])
            let closing = await [closed].time(
                until: "status_unavailable", for: bob.access, atMost: .seconds(90))
            #expect(closing < .seconds(62))
            // The last word heard was at most a heartbeat before the cut.
            #expect(cut.duration(to: .now) > .seconds(55))
            #expect(await closed.answer(ada.access) == "status_unavailable")
            #expect(await open.answer(bob.access) == "good")
            for way in ways { way.faults = .init() }
            #expect(await guards.time(until: "revoked", for: ada.access) < Self.soon)
            #expect(await guards.time(until: "good", for: bob.access) < Self.soon)
        }
    }

    @Test("A backlog that no longer reaches back makes a guard read everything, and nothing is missed")
    func overrun() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        let (ada, bob) = (try await server.person(), try await server.person("bob@example.com"))
        try await RemoteGuard.with(3, of: server) { guards in
            #expect(await guards.answers(ada.access) == ["good"])
            server.signal(SIGKILL)
            _ = await server.exit()
            for _ in 1...2 {
                let changed = try await server.vidimus("user", "disable", "ada@example.com")
                try #require(changed.status == 0, "\(changed.err)")
            }
            // As upkeep does with what is older than a day.
            let purged = try await Child.run(
                "/usr/bin/env",
                [
                    "python3", "-c",
                    """
                    import sqlite3, sys
                    database = sqlite3.connect(sys.argv[1], timeout=10)
                    database.execute("DELETE FROM changes")
                    database.commit()
                    """, "\(server.dataFolder)/vidimus.db",
                ])
            try #require(purged.status == 0, "\(purged.err)")
            let again = try await server.restarted()
            defer { again.signal(SIGKILL) }
            #expect(await guards.time(until: "suspended", for: ada.access) < Self.soon)
            #expect(await guards.answers(bob.access) == ["good"])
        }
    }

    @Test(
        "A role taken away, then refreshed: the old token stays refused in every guard, whatever comes in what order"
    )
    func disorder() async throws {
        try await RunningServer.with { server in
            try await server.signUp("ada@example.com")
            _ = try await server.vidimus("user", "roles", "ada@example.com", "editor")
            let first = try Grant(try await server.signIn("ada@example.com"))
            let ways = (0..<4).map { _ in UnreliableHTTP() }
            try await RemoteGuard.with(ways, to: server) { guards in
                #expect(await guards.answers(first.access) == ["good"])
                for way in ways { way.faults.holdsEvents = true }
                _ = try await server.vidimus("user", "roles", "ada@example.com", "--none")
                #expect(try await server.time(until: "401 stale", for: first.access) < Self.soon)
                let second = try Grant(try await server.refresh(first.refresh))
                _ = try await server.vidimus("user", "disable", "ada@example.com")
                _ = try await server.vidimus("user", "enable", "ada@example.com")
                #expect(try await server.time(until: "401 suspended", for: second.access) < Self.soon)
                let third = try Grant(try await server.refresh(second.refresh))
                while ways.contains(where: { $0.held.count < 2 }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                // In order; from the end; each twice, from the end; and one of them first not at all.
                ways[0].say(ways[0].held)
                ways[1].say(ways[1].held.reversed())
                ways[2].say(ways[2].held.reversed().flatMap { [$0, $0] } + ways[2].held)
                ways[3].say(Array(ways[3].held.dropFirst()))
                ways[3].say(ways[3].held)
                #expect(await guards.time(until: "stale", for: first.access) < Self.soon)
                #expect(await guards.time(until: "suspended", for: second.access) < Self.soon)

                // The list from before all of it, truly signed, is all there is to fetch.
                for way in ways {
                    way.faults.repeatsLists = true
                    way.say(["id: 1\nevent: reset\ndata: {}\n\n"])
                }
                while ways.contains(where: { $0.repeated == 0 }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                for way in ways { way.say(way.held) }
                for _ in 1...50 {
                    #expect(await guards.answers(first.access) == ["stale"])
                    #expect(await guards.answers(second.access) == ["suspended"])
                    #expect(await guards.answers(third.access) == ["good"])
                    try await Task.sleep(for: .milliseconds(10))
                }
                for way in ways { way.faults = .init() }
                _ = try await server.vidimus("user", "roles", "ada@example.com", "viewer")
                #expect(await guards.time(until: "stale", for: third.access) < Self.soon)
                #expect(await guards.answers(second.access) == ["suspended"])
            }
        }
    }
}
