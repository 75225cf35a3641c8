import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Changes made by the command line beside a running server")
struct OtherProcessTests {
    @Test(
        "A role changed there is stale here within a second, a refresh brings it, and the old token stays refused"
    )
    func roles() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        let first = try await server.person()
        #expect(try await server.me(first.access) == "200")
        let output = try await server.vidimus("user", "roles", "ada@example.com", "editor", "--json")
        #expect(output.json["roles"] == ["editor"])
        #expect(try await server.time(until: "401 stale", for: first.access) < .seconds(1))
        let second = try Grant(try await server.refresh(first.refresh))
        #expect(try await server.call(.GET, "/v1/me", token: second.access).json["roles"] == ["editor"])
        #expect(try await server.me(first.access) == "401 stale")
        server.signal(SIGKILL)
        _ = await server.exit()
        let again = try await server.restarted()
        defer { again.signal(SIGKILL) }
        #expect(try await again.me(first.access) == "401 stale")
        #expect(try await again.me(second.access) == "200")
    }

    @Test(
        "Disabled is suspended within a second; enabled again, a refresh goes on and the old token stays refused"
    )
    func disable() async throws {
        try await RunningServer.with { server in
            let first = try await server.person()
            #expect(try await server.vidimus("user", "disable", "ada@example.com").status == 0)
            #expect(try await server.time(until: "401 suspended", for: first.access) < .seconds(1))
            #expect(try await server.refresh(first.refresh).summary == "401 suspended")
            #expect(try await server.signIn("ada@example.com").summary == "401 invalid_credentials")
            #expect(try await server.vidimus("user", "enable", "ada@example.com").status == 0)
            let second = try Grant(try await server.refresh(first.refresh))
            #expect(try await server.me(second.access) == "200")
            #expect(try await server.me(first.access) == "401 suspended")
        }
    }

    @Test("A rotated key is announced and does not sign yet; with --now it signs, and older tokens stay good")
    func rotate() async throws {
        try await RunningServer.with(["--algorithm", "RS256"]) { server in
            let first = try await server.person()
            let announced = try await server.vidimus("key", "rotate", "--json")
            #expect(announced.json.states == ["active RS256", "announced RS256"])
            // Longer than an upkeep round: the server takes the step for its own and keeps it.
            try await Task.sleep(for: .milliseconds(1500))
            #expect(try await keyCount(server) == 2)
            #expect(try await server.vidimus("key", "list", "--json").json == announced.json)
            let signed = try Grant(try await server.refresh(first.refresh))
            #expect(try keyID(signed) == (try keyID(first)))
            let now = try await server.vidimus("key", "rotate", "--now", "--json")
            #expect(now.json.states == ["active RS256", "gone RS256", "retired RS256"])
            let fresh = try await eventually(server) { try keyID($0) != (try keyID(first)) }
            #expect(try await server.me(fresh.access) == "200")
            #expect(try await server.me(first.access) == "200")
            #expect(try await keyCount(server) == 2)
        }
    }

    @Test("An emergency rotation refuses every older token at once; a refresh brings a good one")
    func emergency() async throws {
        try await RunningServer.with { server in
            let first = try await server.person()
            #expect(try await server.me(first.access) == "200")
            #expect(try await server.vidimus("key", "rotate", "--emergency").status == 0)
            #expect(try await server.time(until: "401 invalid_token", for: first.access) < .seconds(1))
            let second = try Grant(try await server.refresh(first.refresh))
            #expect(try await server.me(second.access) == "200")
            #expect(try keyID(second) != (try keyID(first)))
            #expect(try await keyCount(server) == 1)
        }
    }

    @Test("`token issue` beside a server does not touch its keys, whatever the server's own flags are")
    func issue() async throws {
        try await RunningServer.with(["--algorithm", "PS256"]) { server in
            let before = try await server.vidimus("key", "list", "--json").json
            let issued = try await server.vidimus(
                "token", "issue", "--subject", "service", "--claim", "level=3", "--issuer", server.address)
            #expect(issued.status == 0)
            let token = try #require(issued.lines.first)
            #expect(try UnverifiedToken(token).header.algorithm == .ps256)
            #expect(try await server.vidimus("key", "list", "--json").json == before)
            // It has no status, so our own guard does not take it.
            #expect(try await server.me(token) == "401 invalid_token")
            let verified = try await Child.run(
                Binary.path,
                ["token", "verify", token, "--issuer", server.address, "--audience", server.address])
            #expect(verified.status == 0)
            #expect(verified.json["level"] == 3)
        }
    }

    private func keyID(_ grant: Grant) throws -> String? { try UnverifiedToken(grant.access).header.keyID }

    private func keyCount(_ server: RunningServer) async throws -> Int? {
        try await server.call(.GET, "/.well-known/jwks.json").json["keys"]?.array?.count
    }

    private func eventually(_ server: RunningServer, _ holds: (Grant) throws -> Bool) async throws -> Grant {
        for _ in 0..<100 {
            let grant = try Grant(try await server.signIn("ada@example.com"))
            if try holds(grant) { return grant }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RunningServer.NotStarted(description: "the new key does not sign")
    }
}

extension JSON {
    /// The keys' states and algorithms, sorted.
    fileprivate var states: [String] {
        (array ?? []).map { "\($0["state"]?.string ?? "") \($0["algorithm"]?.string ?? "")" }.sorted()
    }
}
