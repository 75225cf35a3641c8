import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("One-time tokens, in the real program")
struct OneTimeTests {
    private func service(_ server: RunningServer) async throws -> String {
        let made = try await server.vidimus(
            "client", "create", "orders", "--scope", "one-time:issue", "--json")
        let id = try #require(made.json["client_id"]?.string)
        let secret = try #require(made.json["client_secret"]?.string)
        let basic = Data("\(id):\(secret)".utf8).base64EncodedString()
        let output = try await Child.run(
            "/usr/bin/curl",
            [
                "-s", "\(server.address)/oauth/token", "-H", "Authorization: Basic \(basic)", "-d",
                "grant_type=client_credentials",
            ])
        return try #require(output.json["access_token"]?.string)
    }

    private func issue(_ server: RunningServer, _ access: String, number: Int64) async throws -> JSON {
        let order: JSON = ["purpose": "invite", "ttl": 600, "claims": ["number": .integer(number)]]
        let reply = try await server.call(.POST, "/v1/one-time", order, token: access)
        return try #require(reply.json["token"], "\(reply.summary)")
    }

    private func redeem(_ server: RunningServer, _ token: JSON) async throws -> Reply {
        try await server.call(.POST, "/v1/one-time/redeem", ["token": token])
    }

    @Test("Of fifty redemptions at once exactly one wins, for each of ten tokens")
    func fifty() async throws {
        try await RunningServer.with { server in
            let access = try await service(server)
            for number in 0..<10 {
                let token = try await issue(server, access, number: Int64(number))
                let replies = try await concurrently(50) { _ in try await redeem(server, token) }
                #expect(replies.count { $0.status == 200 } == 1)
                #expect(replies.count { $0.summary == "410 one_time_token_gone" } == 49)
            }
        }
    }

    @Test("kill -9 amid redemptions: what was answered stays used, what was not can be used once at most")
    func kill() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        let access = try await service(server)
        let tokens = try await concurrently(200) { try await issue(server, access, number: Int64($0)) }
        let killer = Task {
            try await Task.sleep(for: .milliseconds(30))
            server.signal(SIGKILL)
        }
        let answered = await concurrently(200) { number in
            try? await redeem(server, tokens[number]).status
        }
        try await killer.value
        #expect(await server.exit() == -SIGKILL)
        let again = try await server.restarted()
        defer { again.signal(SIGKILL) }
        _ = try await concurrently(200) { number in
            let first = try await redeem(again, tokens[number])
            if answered[number] != nil {
                #expect(answered[number] == 200 && first.status == 410)
            } else if first.status == 200 {
                #expect(first.json["claims"]?["number"]?.integer == Int64(number))
            } else {
                #expect(first.status == 410)
            }
            #expect(try await redeem(again, tokens[number]).status == 410)
        }
    }
}
