import NIOHTTP1
import Testing
import VidimusJOSE

/// Who holds back the last byte of a request holds on to no right: what counts is the moment of the deed.
@Suite("Requests that were begun with a right and finished without")
struct HeldRequestTests {
    private func held(
        _ method: HTTPMethod, _ path: String, _ body: JSON, by token: String, at server: RunningServer,
        _ meanwhile: () async throws -> Void
    ) async throws -> String {
        let body = String(decoding: body.encoded(), as: UTF8.self)
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return try await Connection.holding(
            back: String(body.suffix(1)), of: head + body, port: server.port, meanwhile)
    }

    @Test("An administrator who was demoted does not make himself one again")
    func demoted() async throws {
        try await RunningServer.with { server in
            try await server.signUp("root@example.com")
            try await server.signUp("eve@example.com")
            for email in ["root@example.com", "eve@example.com"] {
                _ = try await server.vidimus("user", "roles", email, "admin")
            }
            let eve = try Grant(try await server.signIn("eve@example.com"))
            let id = try #require(
                try await server.call(.GET, "/v1/me", token: eve.access).json["id"]?.string)
            let answer = try await held(
                .PATCH, "/v1/users/\(id)", ["roles": ["admin"]], by: eve.access, at: server
            ) {
                _ = try await server.vidimus("user", "roles", "eve@example.com", "--none")
                #expect(try await server.time(until: "401 stale", for: eve.access) < .seconds(1))
            }
            #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains(#""code":"stale""#))
            let after = try Grant(try await server.signIn("eve@example.com"))
            #expect(try await server.call(.GET, "/v1/users", token: after.access).status == 403)
        }
    }

    @Test(
        "Who was signed out makes no account, no client, no key and no password",
        arguments: [
            (
                "/v1/users",
                [
                    "email": "mallory@example.com", "password": .string(RunningServer.password),
                    "roles": ["admin"],
                ]
            ),
            ("/v1/clients", ["name": "mallory", "scopes": ["introspect"]]),
            ("/v1/keys/rotate", ["haste": "now"]),
            (
                "/v1/password/change",
                [
                    "current_password": .string(RunningServer.password),
                    "new_password": "another of some length",
                ]
            ),
        ] as [(String, JSON)])
    func revoked(path: String, body: JSON) async throws {
        try await RunningServer.with { server in
            for email in ["root@example.com", "eve@example.com"] {
                try await server.signUp(email)
                _ = try await server.vidimus("user", "roles", email, "admin")
            }
            let eve = try Grant(try await server.signIn("eve@example.com"))
            let answer = try await held(.POST, path, body, by: eve.access, at: server) {
                _ = try await server.vidimus("user", "sign-out", "eve@example.com")
                #expect(try await server.time(until: "401 revoked", for: eve.access) < .seconds(1))
            }
            #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains(#""code":"revoked""#), "\(answer)")
            #expect(try await server.signIn("eve@example.com").status == 200)
        }
    }
}
