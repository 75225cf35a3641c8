import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Everything that takes tokens back, in the real program")
struct CauseTests {
    /// Somebody with two sessions, and an administrator who lets it be.
    struct Scene: Sendable {
        let server: RunningServer
        let admin: Grant
        let first: Grant
        let second: Grant

        var account: String { get throws { try claim("sub", first) } }

        func claim(_ name: String, _ grant: Grant) throws -> String {
            let payload = try JSON.parse(UnverifiedToken(grant.access).unverifiedPayload)
            return try #require(payload[name]?.string)
        }

        /// A call that must be answered like that.
        func call(
            _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, by grant: Grant, _ status: Int
        ) async throws {
            let reply = try await server.call(method, path, body, token: grant.access)
            try #require(reply.status == status, "\(method) \(path): \(reply.summary)")
        }

        func user(_ arguments: String...) async throws {
            let own = [arguments[0], "ada@example.com"] + arguments.dropFirst()
            let output = try await Child.run(
                Binary.path, ["user"] + own + ["--data", server.dataFolder])
            try #require(output.status == 0, "\(output.err)")
        }
    }

    /// A deed, and what the tokens of the first and the second session are answered from then on.
    struct Cause: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let first: String
        let second: String
        /// What is written down, and by whom: the account, another one, or `cli`.
        let event: String
        let actor: String
        let deed: @Sendable (Scene) async throws -> Void

        init(
            _ name: String, _ first: String, _ second: String, _ event: String, by actor: String,
            _ deed: @escaping @Sendable (Scene) async throws -> Void
        ) {
            (testDescription, self.first, self.second) = (name, first, second)
            (self.event, self.actor, self.deed) = (event, actor, deed)
        }
    }

    private static let (revoked, stale, suspended) = ("401 revoked", "401 stale", "401 suspended")

    static let causes =
        byOwner + byAdministrator + byCommandLine + [
            Cause("theft", revoked, "200", "session.refresh_reused", by: "-") { scene in
                let next = try Grant(try await scene.server.refresh(scene.first.refresh))
                _ = try Grant(try await scene.server.refresh(next.refresh))
                let reply = try await scene.server.refresh(scene.first.refresh)
                try #require(reply.summary == "401 refresh_token_reused")
            }
        ]

    private static let byOwner = [
        Cause("signing out of this", revoked, "200", "session.ended", by: "-") {
            try await $0.call(.POST, "/v1/logout", ["scope": "this"], by: $0.first, 204)
        },
        Cause("signing out of the others", "200", revoked, "session.ended", by: "-") {
            try await $0.call(.POST, "/v1/logout", ["scope": "others"], by: $0.first, 204)
        },
        Cause("signing out of all", revoked, revoked, "session.ended", by: "-") {
            try await $0.call(.POST, "/v1/logout", ["scope": "all"], by: $0.first, 204)
        },
        Cause("ending another session", "200", revoked, "session.ended", by: "owner") {
            try await $0.call(.DELETE, "/v1/sessions/\($0.claim("sid", $0.second))", by: $0.first, 204)
        },
        Cause("another password", "200", revoked, "account.password_changed", by: "owner") {
            let body: JSON = [
                "current_password": .string(RunningServer.password), "new_password": "another good long one",
            ]
            try await $0.call(.POST, "/v1/password/change", body, by: $0.first, 204)
        },
        Cause("another address", "200", revoked, "account.email_changed", by: "owner") {
            try await $0.call(.PATCH, "/v1/me", ["email": "lovelace@example.com"], by: $0.first, 200)
        },
        Cause("deleting one's account", revoked, revoked, "account.deleted", by: "owner") {
            try await $0.call(.DELETE, "/v1/me", by: $0.first, 204)
        },
    ]

    private static let byAdministrator = [
        Cause("disabled", suspended, suspended, "account.disabled", by: "administrator") {
            try await $0.call(.PATCH, "/v1/users/\($0.account)", ["disabled": true], by: $0.admin, 200)
        },
        Cause("disabled and enabled", suspended, suspended, "account.enabled", by: "administrator") { scene in
            for flag in [true, false] {
                try await scene.call(
                    .PATCH, "/v1/users/\(scene.account)", ["disabled": .bool(flag)], by: scene.admin, 200)
            }
        },
        Cause("other roles", stale, stale, "account.roles_changed", by: "administrator") {
            try await $0.call(.PATCH, "/v1/users/\($0.account)", ["roles": ["editor"]], by: $0.admin, 200)
        },
        Cause("address changed", revoked, revoked, "account.email_changed", by: "administrator") {
            try await $0.call(
                .PATCH, "/v1/users/\($0.account)", ["email": "lovelace@example.com"], by: $0.admin, 200)
        },
        Cause("a session ended", revoked, "200", "session.ended", by: "administrator") {
            try await $0.call(
                .DELETE, "/v1/users/\($0.account)/sessions/\($0.claim("sid", $0.first))", by: $0.admin, 204)
        },
        Cause("all sessions ended", revoked, revoked, "session.ended", by: "administrator") {
            try await $0.call(.POST, "/v1/users/\($0.account)/logout", by: $0.admin, 204)
        },
        Cause("deleted", revoked, revoked, "account.deleted", by: "administrator") {
            try await $0.call(.DELETE, "/v1/users/\($0.account)", by: $0.admin, 204)
        },
    ]

    private static let byCommandLine = [
        Cause("cli: disabled", suspended, suspended, "account.disabled", by: "cli") {
            try await $0.user("disable")
        },
        Cause("cli: enabled again", suspended, suspended, "account.enabled", by: "cli") {
            try await $0.user("disable")
            try await $0.user("enable")
        },
        Cause("cli: other roles", stale, stale, "account.roles_changed", by: "cli") {
            try await $0.user("roles", "editor")
        },
        Cause("cli: address changed", revoked, revoked, "account.email_changed", by: "cli") {
            try await $0.user("email", "lovelace@example.com")
        },
        Cause("cli: a session ended", revoked, "200", "session.ended", by: "cli") {
            try await $0.user("sign-out", "--session", $0.claim("sid", $0.first))
        },
        Cause("cli: all sessions ended", revoked, revoked, "session.ended", by: "cli") {
            try await $0.user("sign-out")
        },
        Cause("cli: deleted", revoked, revoked, "account.deleted", by: "cli") {
            try await $0.user("delete")
        },
    ]

    @Test(
        "refuse the tokens that are out at once and after kill -9, in one transaction with record and change",
        arguments: causes)
    func cause(_ cause: Cause) async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        let first = try await server.person()
        let second = try Grant(try await server.signIn("ada@example.com"))
        try await server.signUp("root@example.com")
        _ = try await server.vidimus("user", "roles", "root@example.com", "admin")
        let admin = try Grant(try await server.signIn("root@example.com"))
        let scene = Scene(server: server, admin: admin, first: first, second: second)
        let before = try await trail(of: server)
        try await cause.deed(scene)

        #expect(try await server.time(until: cause.first, for: first.access) < .seconds(1))
        #expect(try await server.time(until: cause.second, for: second.access) < .seconds(1))
        #expect(try await server.me(admin.access) == "200")

        let after = try await trail(of: server)
        let record = try #require(after.records.last { $0["event"]?.string == cause.event })
        let actors = [
            "-": nil, "owner": try scene.account, "administrator": try scene.claim("sub", admin),
            "cli": "cli",
        ]
        #expect(record["actor"]?.string == actors[cause.actor])
        let changes = after.changes.dropFirst(before.changes.count)
        let refused = [cause.first, cause.second].filter { $0 != "200" }.count
        #expect(changes.count >= refused)
        // By the clock that the transaction read once: record and changes are of one and the same.
        if !cause.testDescription.contains("enabled") {
            #expect(changes.suffix(refused).allSatisfy { $0["at"] == record["at"] })
        }
        #expect(after.changes.compactMap { $0["number"]?.integer } == Array(1...Int64(after.changes.count)))

        server.signal(SIGKILL)
        _ = await server.exit()
        let again = try await server.restarted()
        defer { again.signal(SIGKILL) }
        #expect(try await again.me(first.access) == cause.first)
        #expect(try await again.me(second.access) == cause.second)
        #expect(try await again.me(admin.access) == "200")
    }

    @Test("A status rises from deed to deed and never falls, and outlives session and account")
    func rising() async throws {
        try await RunningServer.with { server in
            let first = try await server.person()
            let user = { (arguments: [String]) in
                let output = try await Child.run(
                    Binary.path,
                    ["user", arguments[0], "ada@example.com"] + arguments.dropFirst()
                        + ["--data", server.dataFolder])
                try #require(output.status == 0, "\(output.err)")
            }
            for (arguments, answer) in [
                (["roles", "editor"], "401 stale"), (["disable"], "401 suspended"),
                (["roles", "viewer"], "401 suspended"), (["enable"], "401 suspended"),
                (["sign-out"], "401 revoked"), (["disable"], "401 revoked"), (["enable"], "401 revoked"),
                (["roles", "editor"], "401 revoked"), (["delete"], "401 revoked"),
            ] {
                try await user(arguments)
                #expect(try await server.time(until: answer, for: first.access) < .seconds(1))
            }
            // The same address is somebody else's; the token is not theirs.
            let other = try await server.person()
            #expect(try await server.me(other.access) == "200")
            #expect(try await server.me(first.access) == "401 revoked")
        }
    }

    private func trail(of server: RunningServer) async throws -> (changes: [JSON], records: [JSON]) {
        let script = """
            import json, sqlite3, sys
            database = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True, timeout=10)
            def rows(columns, table, order):
                query = "SELECT %s FROM %s ORDER BY %s" % (", ".join(columns), table, order)
                return [dict(zip(columns, row)) for row in database.execute(query)]
            print(json.dumps({
                "changes": rows(["number", "kind", "status", "at"], "changes", "number"),
                "records": rows(["event", "actor", "at"], "audit", "at, id")}))
            """
        let output = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script, "\(server.dataFolder)/vidimus.db"])
        try #require(output.status == 0, "\(output.err)")
        let lists = ["changes", "records"].map { output.json[$0]?.array ?? [] }
        return (lists[0], lists[1])
    }
}
