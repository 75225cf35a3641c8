import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Backup and restore")
struct BackupTests {
    private static let sql = """
        import sqlite3, sys
        with sqlite3.connect(sys.argv[1]) as database:
            database.executescript(sys.argv[2])
        """

    private func sqlite(_ file: String, _ script: String) async throws {
        let output = try await Child.run(Binary.python, ["-c", Self.sql, file, script])
        try #require(output.status == 0, "\(output.err)")
    }

    private func mode(_ file: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    }

    @Test(
        "What was revoked after the backup stays refused after the restore, and everybody can sign in again")
    func nothingRevoked() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        try await server.signUp("ada@example.com")
        _ = try await server.vidimus("user", "roles", "ada@example.com", "editor")
        let revoked = try Grant(try await server.signIn("ada@example.com"))
        let left = try await server.person("eve@example.com")
        let file = server.folder.file("vidimus.backup")
        let made = try await server.vidimus("backup", file)
        #expect(made.status == 0, "\(made.err)")
        #expect(made.out.contains("The master key is not in it"))
        #expect(made.out.contains("\(server.dataFolder)/master.key"))
        #expect(try mode(file) == 0o600)
        let key = try String(contentsOfFile: "\(server.dataFolder)/master.key", encoding: .utf8)
        let secret = key.split(separator: ":").last?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let raw = try #require(Base64URL.decode(secret))
        let bytes = try Data(contentsOf: URL(filePath: file))
        #expect(bytes.range(of: Data(secret.utf8)) == nil && bytes.range(of: Data(raw)) == nil)

        let out = try await server.call(.POST, "/v1/logout", token: revoked.access)
        #expect(out.status == 204)
        try await server.signUp("late@example.com")
        let inUse = try await server.vidimus("restore", file)
        #expect(inUse.status == 1)
        #expect(inUse.err.contains("stop the server first"), "\(inUse.err)")
        #expect(try await server.me(left.access) == "200")

        server.signal(SIGTERM)
        _ = await server.exit()
        let restored = try await server.vidimus("restore", file)
        #expect(restored.status == 0, "\(restored.err)")
        let names = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder).sorted()
        #expect(names.count == 4 && names[0] == "master.key" && names[1] == "vidimus.db", "\(names)")
        #expect(names[2].hasPrefix("vidimus.db.before-epoch-") && names[3] == "vidimus.db.lock")
        #expect(restored.out.contains(names[2]))
        #expect(try mode("\(server.dataFolder)/vidimus.db") == 0o600)

        let again = try await server.restarted()
        defer { again.signal(SIGKILL) }
        for old in [revoked, left] {
            #expect(try await again.me(old.access) == "401 invalid_token")
            #expect(try await again.refresh(old.refresh).status == 401)
        }
        #expect(try await again.signIn("late@example.com").summary == "401 invalid_credentials")
        let fresh = try Grant(try await again.signIn("ada@example.com"))
        let me = try await again.call(.GET, "/v1/me", token: fresh.access)
        #expect(me.json["roles"] == ["editor"])
        #expect(
            try await again.call(.GET, "/v1/sessions", token: fresh.access).json["sessions"]?.array?.count
                == 1)
        #expect(try await again.refresh(fresh.refresh).status == 200)
        let kept = try await again.vidimus(
            "user", "list", "--json", "--database", "sqlite:\(again.dataFolder)/\(names[2])")
        #expect(kept.json.array?.count == 3)
    }

    @Test("A backup is not written over another file, unless told to, and never over the database")
    func overwriting() async throws {
        let folder = try Folder()
        func vidimus(_ arguments: String...) async throws -> Output {
            try await Child.run(
                Binary.path, arguments, environment: ["VIDIMUS_DATA": folder.file("data")],
                input: RunningServer.password + "\n")
        }
        let file = folder.file("backup")
        #expect(try await vidimus("backup", file).err.contains("there is nothing to back up"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("data")))
        _ = try await vidimus("user", "create", "ada@example.com", "--password-stdin")
        _ = try folder.write("precious", to: "backup")
        #expect(try await vidimus("backup", file).err.contains("--force replaces it"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        #expect(try await vidimus("backup", file, "--force").status == 0)
        #expect(try mode(file) == 0o600)
        for forced in [["--force"], []] {
            let own = try await Child.run(
                Binary.path, ["backup", folder.file("data/vidimus.db")] + forced,
                environment: ["VIDIMUS_DATA": folder.file("data")])
            #expect(own.err.contains("is the database itself"))
        }
        #expect(try await vidimus("user", "list", "--json").json.array?.count == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["backup", "data"])
    }

    @Test("What cannot be restored is refused by name, and the database stays as it is")
    func refused() async throws {
        let folder = try Folder()
        func vidimus(_ arguments: String..., key: String? = nil) async throws -> Output {
            var environment = ["VIDIMUS_DATA": folder.file("data")]
            environment["VIDIMUS_MASTER_KEY"] = key
            return try await Child.run(
                Binary.path, arguments, environment: environment, input: RunningServer.password + "\n")
        }
        _ = try await vidimus("user", "create", "ada@example.com", "--password-stdin")
        let good = folder.file("good")
        #expect(try await vidimus("backup", good).status == 0)
        _ = try await vidimus("user", "create", "eve@example.com", "--password-stdin")

        _ = try folder.write(String(repeating: "garbage ", count: 1000), to: "garbage")
        _ = try folder.write("", to: "empty")
        try await sqlite(folder.file("foreign"), "CREATE TABLE recipes (x)")
        for (name, script) in [
            ("newer", "INSERT INTO migrations VALUES (99, 'wings', 0)"),
            ("trigger", "CREATE TRIGGER t AFTER UPDATE ON installation BEGIN DELETE FROM audit; END"),
            ("nothing", "DELETE FROM installation"), ("live", "SELECT 1"),
        ] {
            try FileManager.default.copyItem(atPath: good, toPath: folder.file(name))
            try await sqlite(folder.file(name), script)
        }
        _ = try folder.write("log", to: "live-wal")
        let other = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        let cases: [(String, String?, String)] = [
            ("missing", nil, "is not there or empty"), ("empty", nil, "is not there or empty"),
            ("garbage", nil, "is not a vidimus database"), ("foreign", nil, "is not a vidimus database"),
            ("trigger", nil, "it holds a trigger"), ("nothing", nil, "nothing is stored in it"),
            ("newer", nil, "newer_schema: the database has schema 99 (wings)"),
            ("live", nil, "This is a database in use, not a backup"),
            ("data/vidimus.db", nil, "is the database itself"),
            ("good", other, "master key version 1 is not the one this database was sealed with"),
            ("good", "2" + other.dropFirst(), "sealed with master key version 1, which was not given"),
        ]
        for (name, key, sentence) in cases {
            let output = try await vidimus("restore", folder.file(name), key: key)
            #expect(output.status == 1, "\(name)")
            #expect(output.err.contains(sentence), "\(name): \(output.err)")
            #expect(output.out.isEmpty)
        }
        #expect(try await vidimus("user", "list", "--json").json.array?.count == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("data")).sorted()
        #expect(
            names.filter { !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal") } == [
                "master.key", "vidimus.db", "vidimus.db.lock",
            ])
    }

    @Test("A database that is destroyed is replaced too, and what is left of it kept; so is one that is lost")
    func destroyed() async throws {
        let folder = try Folder()
        func vidimus(_ arguments: String...) async throws -> Output {
            try await Child.run(
                Binary.path, arguments, environment: ["VIDIMUS_DATA": folder.file("data")],
                input: RunningServer.password + "\n")
        }
        _ = try await vidimus("user", "create", "ada@example.com", "--password-stdin")
        #expect(try await vidimus("backup", folder.file("good")).status == 0)
        _ = try folder.write(String(repeating: "garbage ", count: 1000), to: "data/vidimus.db")
        _ = try folder.write("a log of something else", to: "data/vidimus.db-wal")
        let first = try await vidimus("restore", folder.file("good"))
        #expect(first.status == 0 && first.out.contains("before-epoch-"), "\(first.err)")
        #expect(try await vidimus("user", "list", "--json").json.array?.count == 1)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("data"))
        where name.hasPrefix("vidimus.db") {
            try FileManager.default.removeItem(atPath: folder.file("data/\(name)"))
        }
        let second = try await vidimus("restore", folder.file("good"))
        #expect(second.status == 0 && !second.out.contains("before-epoch-"), "\(second.err)")
        #expect(try await vidimus("user", "list", "--json").json.array?.count == 1)
    }
}
