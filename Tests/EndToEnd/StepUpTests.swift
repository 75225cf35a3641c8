import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Signing in again, in the real program")
struct StepUpTests {
    @Test("A secret is not replaced by a sign-in of the past: challenge, sign-in, done; same session")
    func flow() async throws {
        try await RunningServer.with { server in
            // A session whose sign-in is old is to be had without waiting: the row is made older.
            try await server.signUp("ada@example.com")
            _ = try await server.vidimus("user", "roles", "ada@example.com", "admin")
            let first = try Grant(try await server.signIn("ada@example.com"))
            let made = try await server.call(.POST, "/v1/clients", ["name": "orders"], token: first.access)
            let path = "/v1/clients/\(try #require(made.json["client_id"]?.string))/secret"
            #expect(try await server.call(.POST, path, token: first.access).status == 200)
            let aged = try await Child.run(
                "/usr/bin/env",
                [
                    "python3", "-c",
                    """
                    import sqlite3, sys
                    database = sqlite3.connect(sys.argv[1], timeout=10)
                    database.execute("UPDATE sessions SET authenticated_at = authenticated_at - 301000")
                    database.commit()
                    """, "\(server.dataFolder)/vidimus.db",
                ])
            try #require(aged.status == 0, "\(aged.err)")
            let old = try Grant(try await server.refresh(first.refresh))
            let refused = try await server.call(.POST, path, token: old.access)
            #expect(refused.summary == "401 insufficient_user_authentication")
            #expect(refused.headers.first(name: "WWW-Authenticate")?.hasSuffix(#"max_age="300""#) == true)
            let reply = try await server.call(
                .POST, "/v1/login",
                [
                    "email": "ada@example.com", "password": .string(RunningServer.password),
                    "refresh_token": .string(old.refresh), "max_age": refused.json["max_age"] ?? .null,
                ])
            let again = try Grant(reply)
            #expect(try await server.call(.POST, path, token: again.access).status == 200)
            #expect(try await server.me(old.access) == "200")
        }
    }
}
