import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Refreshing, under pressure")
struct RefreshTests {
    @Test("kill -9 during 64 concurrent refreshes loses no refresh that was answered, and revives none")
    func kill() async throws {
        let server = try await RunningServer.start(["--refresh-grace", "120s"])
        defer { server.signal(SIGKILL) }
        try await server.signUp("ada@example.com")
        let starts = try await concurrently(64) { _ in try Grant(try await server.signIn("ada@example.com")) }
        let killer = Task {
            try await Task.sleep(for: .milliseconds(1500))
            server.signal(SIGKILL)
        }
        // Each session refreshes until the server is gone, and notes what was answered.
        let histories = await concurrently(64) { number in
            var answered = [starts[number]]
            while let last = answered.last, let reply = try? await server.refresh(last.refresh),
                let next = try? Grant(reply)
            {
                answered.append(next)
            }
            return answered
        }
        try await killer.value
        #expect(await server.exit() == -SIGKILL)
        let count = histories.map(\.count).reduce(0, +)
        #expect(count > 64 * 3, "only \(count) refreshes before the kill")

        let again = try await server.restarted(["--refresh-grace", "120s"])
        defer { again.signal(SIGKILL) }
        _ = try await concurrently(64) { number in
            let answered = histories[number]
            let last = try #require(answered.last)
            // What was under way at the kill may be durable: then this is its repetition, else a refresh.
            let next = try Grant(try await again.refresh(last.refresh))
            #expect(try await again.me(next.access) == "200")
            #expect(try await again.me(last.access) == "200")
            // A replaced token comes back, though within the grace: its successor was used.
            if answered.count >= 2 {
                let replaced = answered[number % 2 == 0 ? 0 : answered.count - 2]
                #expect(try await again.refresh(replaced.refresh).summary == "401 refresh_token_reused")
                #expect(try await again.refresh(next.refresh).summary == "401 revoked")
                #expect(try await again.me(next.access) == "401 revoked")
            }
        }
    }

    @Test("A token replaced before a restart is refused after it, once the grace is over")
    func graceOverRestart() async throws {
        let server = try await RunningServer.start(["--refresh-grace", "1s"])
        defer { server.signal(SIGKILL) }
        let first = try await server.person()
        let second = try Grant(try await server.refresh(first.refresh))
        server.signal(SIGKILL)
        _ = await server.exit()
        let again = try await server.restarted(["--refresh-grace", "1s"])
        defer { again.signal(SIGKILL) }
        try await Task.sleep(for: .milliseconds(1100))
        #expect(try await again.refresh(first.refresh).summary == "401 refresh_token_reused")
        #expect(try await again.refresh(second.refresh).summary == "401 revoked")
        #expect(try await again.me(second.access) == "401 revoked")
    }

    @Test("50 at once with one token get one successor; once that was used, the old one ends the session")
    func fifty() async throws {
        try await RunningServer.with { server in
            let first = try await server.person()
            let grants = try await concurrently(50) { _ in try Grant(try await server.refresh(first.refresh))
            }
            #expect(Set(grants.map(\.refresh)).count == 1)
            let successor = try #require(grants.first)
            #expect(successor.refresh != first.refresh)
            let sessions = try await server.call(.GET, "/v1/sessions", token: successor.access)
            #expect(sessions.json["sessions"]?.array?.count == 1)
            let third = try Grant(try await server.refresh(successor.refresh))
            #expect(try await server.me(third.access) == "200")
            #expect(try await server.refresh(first.refresh).summary == "401 refresh_token_reused")
            for access in [first.access, third.access] + grants.map(\.access) {
                #expect(try await server.me(access) == "401 revoked")
            }
            #expect(try await server.refresh(third.refresh).summary == "401 revoked")
        }
    }
}

/// Does something `count` times at once; the results in order.
func concurrently<T: Sendable>(
    _ count: Int, _ body: @Sendable @escaping (Int) async throws -> T
) async rethrows -> [T] {
    try await withThrowingTaskGroup(of: (Int, T).self) { group in
        for number in 0..<count { group.addTask { (number, try await body(number)) } }
        var results: [(Int, T)] = []
        for try await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
