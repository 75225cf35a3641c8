import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("The whole life, with the real binary")
struct LifeTests {
    @Test(
        "Start, set up, sign up, sign in, be let in, refresh, sign out; a second start keeps data and sessions"
    )
    func life() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        #expect(try await server.call(.GET, "/healthz").status == 200)
        #expect(try await server.call(.GET, "/readyz").status == 200)

        let link = try await server.setUpToken()
        let root: JSON = [
            "token": .string(link), "email": "root@example.com", "password": .string(RunningServer.password),
        ]
        #expect(try await server.call(.GET, "/setup?token=\(link)").status == 200)
        #expect(try await server.call(.POST, "/setup", root).status == 201)
        #expect(try await server.call(.POST, "/setup", root).summary == "410 set_up_closed")
        let admin = try Grant(try await server.signIn("root@example.com"))
        #expect(try await server.call(.GET, "/v1/users", token: admin.access).status == 200)

        let first = try await server.person()
        #expect(try await server.me(first.access) == "200")
        let second = try Grant(try await server.refresh(first.refresh))
        #expect(try await server.call(.POST, "/v1/logout", token: second.access).status == 204)
        #expect(try await server.me(second.access) == "401 revoked")
        #expect(try await server.refresh(second.refresh).summary == "401 revoked")

        server.signal(SIGTERM)
        #expect(await server.exit() == 0)
        let again = try await server.restarted()
        defer { again.signal(SIGKILL) }
        #expect(try await again.me(admin.access) == "200")
        #expect(try await again.me(second.access) == "401 revoked")
        #expect(try Grant(try await again.refresh(admin.refresh)).refresh != admin.refresh)
        #expect(try await again.signIn("ada@example.com").status == 200)
        #expect(!again.out.contains("/setup"))
        for log in [server.err, again.err] {
            for secret in [link, first.access, first.refresh, second.refresh, RunningServer.password] {
                #expect(!log.contains(secret))
            }
        }
    }

    @Test("The data folder is 0700 and every file in it 0600, whatever the umask")
    func modes() async throws {
        try await RunningServer.with(["--set-up-link", "file"]) { server in
            _ = try await server.person()
            #expect(try mode(server.dataFolder) == 0o700)
            let names = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder)
            #expect(
                Set(names).isSuperset(of: ["vidimus.db", "vidimus.db-wal", "vidimus.db-shm", "master.key"]))
            for name in names { #expect(try mode("\(server.dataFolder)/\(name)") == 0o600, "\(name)") }
        }
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
    }

    @Test("Without a terminal the set-up link goes to a file of the owner's, and not to the output")
    func link() async throws {
        try await RunningServer.with(["--set-up-link", "terminal"]) { server in
            let path = "\(server.dataFolder)/set-up-link"
            for _ in 0..<200 where !FileManager.default.fileExists(atPath: path) {
                try await Task.sleep(for: .milliseconds(20))
            }
            let link = try String(contentsOfFile: path, encoding: .utf8)
            #expect(link.hasPrefix("\(server.address)/setup?token="))
            #expect(try mode(path) == 0o600)
            #expect(!server.out.contains("token="))
            #expect(!server.err.contains("token="))
        }
    }

    @Test("A second server on the same port says so and ends with 1")
    func portTaken() async throws {
        try await RunningServer.with { server in
            let other = try Folder()
            let output = try await Child.run(
                Binary.path, ["serve", "--port", "\(server.port)", "--data", other.file("data")])
            #expect(output.status == 1)
            #expect(output.err.contains("vidimus: "))
        }
    }
}
