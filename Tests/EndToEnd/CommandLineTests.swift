import Foundation
import Testing
import VidimusJOSE

@Suite("The command line")
struct CommandLineTests {
    /// A folder with a database, an account in it, and no server.
    private static func vidimus(
        _ arguments: [String], in folder: Folder, input: String = "", environment: [String: String] = [:]
    ) async throws -> Output {
        let own = [
            "VIDIMUS_HASH_MEMORY": "64", "VIDIMUS_HASH_ITERATIONS": "1", "VIDIMUS_DATA": folder.file("data"),
        ]
        return try await Child.run(
            Binary.path, arguments, environment: own.merging(environment) { $1 }, input: input)
    }

    private static func create(_ email: String, _ more: [String] = [], in folder: Folder) async throws
        -> Output
    {
        try await vidimus(
            ["user", "create", email, "--password-stdin"] + more, in: folder,
            input: RunningServer.password + "\nsecond line\n")
    }

    @Test(
        "What is not understood is refused by name, with the nearest thing that is",
        arguments: [
            (["serve", "--prot", "1"], 64, "Unknown option '--prot'. Did you mean '--port'?"),
            (["user", "create", "a@example.com", "--rol", "x"], 64, "'--rol'"),
            (["user", "lst"], 64, "lst"), (["sevre"], 64, "sevre"), (["serve", "--port"], 64, "--port"),
            (["serve", "--port", "http"], 1, "--port: 'http' is not a whole number from 0 to 65535"),
            (
                ["serve", "--issuer", "http://id.example.com"], 1,
                "issuer: http://id.example.com is not https"
            ),
            (["serve", "--config", "/does/not/exist"], 1, "cannot read /does/not/exist"),
            (["serve", "--algorithm", "none"], 1, "--algorithm: 'none' is not one of HS256"),
            (["migrate", "--database", "postgres://localhost/x"], 1, "PostgreSQL is to come"),
            (["migrate", "--database", "mysql:x"], 1, "give sqlite:PATH"),
            (["user", "show", "nobody@example.com"], 1, "unknown_account: "),
            (["user", "disable", "00000000-0000-4000-8000-000000000000"], 1, "unknown_account: "),
            (["user", "create", "nobody"], 1, "malformed_email: "),
            (["user", "email", "nobody@example.com", "nobody"], 1, "malformed_email: "),
            (["user", "delete", "nobody@example.com"], 1, "unknown_account: "),
            (["user", "sessions", "nobody@example.com"], 1, "unknown_account: "),
            (["user", "sign-out", "nobody@example.com"], 1, "unknown_account: "),
            (["user", "create", "a@example.com", "--password-stdin"], 1, "missing_password: "),
            (["user", "create", "a@example.com"], 1, "use --password-stdin"),
            (["user", "roles", "a@example.com", "x", "--none"], 64, "not several of them"),
            (["user", "roles", "a@example.com", "--add", "a b"], 1, "invalid_role: "),
            (["token", "issue", "--subject", "x", "--claim", "exp=1"], 64, "'exp'"),
            (["token", "issue", "--subject", "x"], 1, "no key is active"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, sentence: String) async throws {
        let output = try await Self.vidimus(arguments, in: try Folder())
        #expect(output.status == status, "\(output)")
        #expect(output.err.contains(sentence), "\(output.err)")
        #expect(output.out.isEmpty)
    }

    @Test("A name in the file that is no setting is refused, one in the environment told")
    func configuration() async throws {
        let folder = try Folder()
        let file = try folder.write(#"{"acess_lifetime": "5m"}"#, to: "vidimus.json")
        let refused = try await Self.vidimus(["doctor", "--config", file], in: folder)
        #expect(refused.status == 1)
        #expect(refused.err.contains("acess_lifetime is not a setting; did you mean access_lifetime?"))
        let good = try folder.write(#"{"access_lifetime": "5m"}"#, to: "vidimus.json")
        let told = try await Self.vidimus(
            ["doctor", "--json", "--port", "1"], in: folder,
            environment: ["VIDIMUS_CONFIG": good, "VIDIMUS_HOTS": "x"])
        #expect(told.status == 0)
        #expect(told.err.contains("VIDIMUS_HOTS is not a setting of ours and was ignored"))
        #expect(told.json["settings"]?["access_lifetime"] == ["value": "5m", "from": "file"])
        #expect(told.json["settings"]?["hash_memory"] == ["value": "64", "from": "environment"])
        #expect(told.json["settings"]?["port"]?["from"] == "flag")
        #expect(told.json["settings"]?["host"]?["from"] == "default")
    }

    @Test("Accounts are made, listed, shown, changed and refused by name, with exit codes to tell by")
    func users() async throws {
        let folder = try Folder()
        let made = try await Self.create(
            "Ada@Example.com", ["--role", "admin", "--name", "Ada", "--json"], in: folder)
        #expect(made.status == 0)
        #expect(made.json["email"] == "ada@example.com")
        #expect(made.json["roles"] == ["admin"])
        let id = try #require(made.json["id"]?.string)
        let again = try await Self.create("ada@example.com", in: folder)
        #expect(again.status == 1)
        #expect(again.err.contains("email_taken"))
        let weak = try await Self.vidimus(
            ["user", "create", "b@example.com", "--password-stdin"], in: folder, input: "short\n")
        #expect(weak.status == 1)
        #expect(weak.err.contains("weak_password"))
        #expect(try await Self.create("eve@example.com", in: folder).status == 0)
        let list = try await Self.vidimus(["user", "list", "--json"], in: folder)
        #expect(
            list.json.array?.compactMap { $0["email"]?.string } == ["ada@example.com", "eve@example.com"])
        let table = try await Self.vidimus(["user", "list"], in: folder)
        #expect(table.lines.count == 3)
        #expect(table.lines.first?.hasPrefix("E-MAIL") == true)
        let shown = try await Self.vidimus(["user", "show", id, "--json"], in: folder)
        #expect(shown.json == made.json)
        let last = try await Self.vidimus(["user", "disable", id], in: folder)
        #expect(last.status == 1)
        #expect(last.err.contains("last_administrator"))
        let roles = try await Self.vidimus(
            ["user", "roles", "eve@example.com", "--add", "admin,editor", "--json"], in: folder)
        #expect(roles.json["roles"] == ["admin", "editor"])
        #expect(try await Self.vidimus(["user", "disable", id], in: folder).status == 0)
        let moved = ["user", "email", "eve@example.com"]
        let taken = try await Self.vidimus(moved + ["ADA@example.com"], in: folder)
        #expect(taken.status == 1 && taken.err.contains("email_taken"))
        let lovelace = try await Self.vidimus(moved + ["Lovelace@example.com", "--json"], in: folder)
        #expect(lovelace.json["email"] == "lovelace@example.com")
        let sole = try await Self.vidimus(["user", "delete", "lovelace@example.com"], in: folder)
        #expect(sole.status == 1 && sole.err.contains("last_administrator"))
        let nowhere = try await Self.vidimus(["user", "sessions", id], in: folder)
        #expect(nowhere.out == "ada@example.com is signed in nowhere.\n")
        #expect(try await Self.vidimus(["user", "sign-out", id], in: folder).out == "0 sessions ended.\n")
        let none = try await Self.vidimus(["user", "sign-out", id, "--session", id], in: folder)
        #expect(none.status == 1 && none.err.contains("unknown_session"))
        let many = ["user", "roles", id] + (1...33).flatMap { ["--add", "r\($0)"] }
        #expect(try await Self.vidimus(many, in: folder).err.contains("too_many_roles"))
        for output in [made, list, table, shown] { #expect(!output.out.contains("argon2")) }
    }

    @Test("`doctor` changes nothing, finds nothing wrong with a new installation, and hides secrets")
    func doctor() async throws {
        let folder = try Folder()
        let empty = try await Self.vidimus(["doctor"], in: folder)
        #expect(empty.status == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.file("data")))
        try await RunningServer.with { server in
            _ = try await server.vidimus(
                "user", "create", "a@example.com", "--role", "admin", "--password-stdin",
                input: RunningServer.password)
            let output = try await server.vidimus("doctor", "--json")
            #expect(output.status == 0)
            let checks = output.json["checks"]?.array ?? []
            #expect(
                checks.compactMap { $0["check"]?.string } == ["database", "keys", "administrator", "clock"])
            #expect(checks.allSatisfy { $0["verdict"] == "fine" }, "\(output.out)")
            let key = try String(contentsOfFile: "\(server.dataFolder)/master.key", encoding: .utf8)
            let secret = key.trimmingCharacters(in: .whitespacesAndNewlines)
            let given = try await server.vidimus("doctor", environment: ["VIDIMUS_MASTER_KEY": secret])
            #expect(given.status == 0)
            #expect(given.out.contains("(hidden)"))
            #expect(!given.out.contains(secret.dropFirst(2)))
            #expect(given.err.isEmpty)
        }
    }

    @Test("A wrong, missing or malformed master key is refused by name and never repeated")
    func masterKey() async throws {
        let folder = try Folder()
        _ = try await Self.create("ada@example.com", in: folder)
        let key = try String(contentsOfFile: folder.file("data/master.key"), encoding: .utf8)
        let secret = key.split(separator: ":").last?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        let cases = [
            ("1:\(other)", 1, "master key version 1 is not the one this database was sealed with"),
            ("2:\(other)", 1, "sealed with master key version 1, which was not given"),
            ("1:topsecret", 1, "VIDIMUS_MASTER_KEY: master key 1 is not 32 bytes"),
            ("x:y:z", 1, "VIDIMUS_MASTER_KEY: an entry of the master key is not VERSION:KEY"),
            ("1:\(secret),2:\(other)", 1, "master key version 2 is new to this database"),
            ("1:\(secret)", 0, ""),
        ]
        for (given, status, sentence) in cases {
            let output = try await Self.vidimus(
                ["user", "list"], in: folder, environment: ["VIDIMUS_MASTER_KEY": given])
            #expect(output.status == Int32(status), "\(output)")
            #expect(sentence.isEmpty || output.err.contains(sentence), "\(output.err)")
            #expect(
                !output.err.contains(other) && !output.err.contains("topsecret")
                    && !output.err.contains(secret))
        }
        try FileManager.default.removeItem(atPath: folder.file("data/master.key"))
        for command in [["user", "list"], ["serve", "--port", "0"]] {
            let output = try await Self.vidimus(command, in: folder)
            #expect(output.status == 1)
            #expect(output.err.contains("the database is sealed, but"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("data/master.key")))
    }

    @Test("A newer schema is refused by name, by every command, and left as it is")
    func newerSchema() async throws {
        let folder = try Folder()
        _ = try await Self.create("ada@example.com", in: folder)
        let script = """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1]) as database:
                database.execute("INSERT INTO migrations VALUES (99, 'wings', 0)")
            """
        let file = folder.file("data/vidimus.db")
        #expect(try await Child.run(Binary.python, ["-c", script, file]).status == 0)
        for command in [["user", "list"], ["migrate"], ["serve", "--port", "0"], ["doctor"]] {
            let output = try await Self.vidimus(command, in: folder)
            #expect(output.status == 1, "\(command)")
            #expect((output.err + output.out).contains("newer_schema: the database has schema 99 (wings)"))
        }
    }

    @Test("`migrate` makes the schema, and again does nothing")
    func migrate() async throws {
        let folder = try Folder()
        let first = try await Self.vidimus(["migrate"], in: folder)
        #expect(first.out.hasPrefix("Migrated to 1 ("))
        #expect(try await Self.vidimus(["migrate"], in: folder).out == "The schema is up to date.\n")
        #expect(try await Self.vidimus(["key", "list", "--json"], in: folder).json == .array([]))
    }

    @Test("Tokens are inspected without being believed, and verified with a code to tell by")
    func tokens() async throws {
        let key = try SigningKey.generate(.es256, id: "k")
        let other = try SigningKey.generate(.es256, id: "k")
        let folder = try Folder()
        let keys = try folder.write(
            String(decoding: JWKSet(keys: [key.verificationKey]).json.encoded(), as: UTF8.self),
            to: "jwks.json")
        let now = Int64(Date().timeIntervalSince1970)
        func token(_ expiry: Int64, audience: JSON = "us", by signer: SigningKey) throws -> String {
            try Token.sign(
                ["exp": .integer(expiry), "aud": audience, "sub": "ada"], type: "JWT", with: signer)
        }
        let good = try token(now + 3_600, by: key)
        let inspected = try await Child.run(Binary.path, ["token", "inspect", "--json"], input: good + "\n")
        #expect(inspected.json["header"]?["kid"] == "k")
        #expect(inspected.json["payload"]?["sub"] == "ada")
        #expect(inspected.json["verified"]?.bool == false)
        let cases = [
            (good, 0, ""), (try token(now - 61, by: key), 1, "expired: "),
            (try token(now + 3_600, audience: "them", by: key), 1, "wrong_audience: "),
            (try token(now + 3_600, by: other), 1, "invalid_signature: "), ("a.b.c", 1, "malformed: "),
            ("eyJhbGciOiJub25lIn0.e30.", 1, "malformed: "),
            ("eyJhbGciOiJub25lIn0.e30.AA", 1, "unsupported_algorithm: "),
        ]
        for (token, status, start) in cases {
            let arguments = ["token", "verify", token, "--jwks", keys, "--audience", "us"]
            let output = try await Child.run(Binary.path, arguments)
            #expect(output.status == Int32(status))
            #expect(output.err.hasPrefix(start), "\(output.err)")
            #expect(output.out.isEmpty == (status != 0))
        }
        #expect(try await Child.run(Binary.path, ["token", "verify", good]).status == 64)
        let start = ContinuousClock.now
        let unreachable = try await Child.run(
            Binary.path, ["token", "verify", good, "--issuer", "http://127.0.0.1:1"])
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(unreachable.status == 1)
        #expect(unreachable.err.contains("unreachable: "))
    }
}
