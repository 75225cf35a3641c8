import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

/// docs/guides/forward-auth.md, with the programs it is about.
@Suite("The guide to proxies")
struct ForwardAuthTests {
    private static let host = "orders.example.com"

    /// The blocks of a language in the guide, in their order.
    private func blocks(_ language: String) throws -> [String] {
        let text = try String(
            contentsOf: Binary.packageRoot.appending(path: "docs/guides/forward-auth.md"), encoding: .utf8)
        return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    /// The three addresses of the guide become those of the test, and nothing else changes.
    private func placed(_ configuration: String, proxy: Int, server: RunningServer, service: Int) throws
        -> String
    {
        var text = configuration
        for (written, port) in [("127.0.0.1:8080", server.port), ("127.0.0.1:9000", service)] {
            try #require(text.contains(written))
            text = text.replacingOccurrences(of: written, with: "127.0.0.1:\(port)")
        }
        let listening = text.replacingOccurrences(of: "127.0.0.1:80;", with: "127.0.0.1:\(proxy);")
            .replacingOccurrences(of: "http://\(Self.host) {", with: "http://\(Self.host):\(proxy) {")
        try #require(listening != text)
        return listening
    }

    private func freePort() throws -> Int {
        let listener = try Connection.listener()
        defer { close(listener.socket) }
        return listener.port
    }

    private func program(_ name: String) throws -> String {
        let found = ["/usr/sbin/\(name)", "/usr/bin/\(name)"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        return try #require(found, "there is no \(name); `make test` installs it")
    }

    private struct Answer {
        let status: String
        let fields: [String: String]
        let body: JSON
    }

    /// One request from outside.
    private func ask(_ port: Int, _ path: String = "/", _ fields: [String] = [], method: String = "GET")
        async throws -> Answer
    {
        let output = try await Child.run(
            "/usr/bin/curl",
            [
                "-sS", "-i", "--max-time", "30", "-X", method, "-H", "Host: \(Self.host)",
                "http://127.0.0.1:\(port)\(path)",
            ] + fields.flatMap { ["-H", $0] })
        try #require(output.status == 0, "\(output.err)")
        let parts = output.out.components(separatedBy: "\r\n\r\n")
        let lines = (parts.first ?? "").components(separatedBy: "\r\n")
        var answered: [String: String] = [:]
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            guard let name = field.first, let value = field.last, field.count == 2 else { continue }
            answered[name.lowercased()] = value.trimmingCharacters(in: .whitespaces)
        }
        return Answer(
            status: lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? "",
            fields: answered,
            body: (try? JSON.parse(Array(parts.dropFirst().joined().utf8))) ?? .null)
    }

    /// The server, a service that tells what reached it, and a proxy before them.
    private func withProxy(
        _ start: (RunningServer, _ service: Int, _ port: Int, Folder) throws -> Child,
        _ body: (RunningServer, _ proxy: Int) async throws -> Void
    ) async throws {
        try await RunningServer.with(["--trusted-proxies", "127.0.0.1"]) { server in
            let echo = try Child(
                Binary.python, ["-u", Binary.packageRoot.appending(path: "Tests/Interop/echo.py").path])
            defer { echo.signal(SIGKILL) }
            let deadline = ContinuousClock.now + .seconds(30)
            while !echo.out.hasSuffix("\n"), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            let service = try #require(Int(echo.out.trimmingCharacters(in: .newlines)))
            let (folder, port) = (try Folder(), try freePort())
            let proxy = try start(server, service, port, folder)
            defer { proxy.signal(SIGKILL) }
            var isListening = false
            while !isListening, proxy.isRunning, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
                isListening =
                    try await Child.run("/usr/bin/curl", ["-s", "http://127.0.0.1:\(port)/"]).status == 0
            }
            try #require(isListening, "\(proxy.err)\(proxy.out)")
            try await body(server, port)
        }
    }

    /// What the guide promises of each proxy.
    private func check(_ server: RunningServer, _ proxy: Int, drafts: Bool) async throws {
        let person = try await server.person()
        let bearer = "Authorization: Bearer \(person.access)"
        let id = try #require(try await server.call(.GET, "/v1/me", token: person.access).json["id"]?.string)

        let nobody = try await ask(proxy)
        #expect(nobody.status == "401")
        #expect(nobody.fields["www-authenticate"] == "Bearer realm=\"vidimus\"")
        #expect(try await ask(proxy, "/", ["X-Auth-Subject: root", "X-Auth-Roles: admin"]).status == "401")
        #expect(try await ask(proxy, "/", [bearer.dropLast(8) + "AAAAAAAA"]).status == "401")

        let forged = [
            "X-Auth-Subject: root", "x-auth-roles: admin", "X-Auth-Session: s", "X-Auth-Client: c",
            "X-Auth-Scope: everything", "X_Auth_Roles: admin", "X_Auth_Subject: root",
        ]
        for method in ["GET", "POST"] {
            let answer = try await ask(
                proxy, "/orders?role=x&role=y", [bearer, "Cookie: a=b"] + forged, method: method)
            #expect(answer.status == "200")
            #expect(answer.body["method"]?.string == method)
            #expect(answer.body["path"] == "/orders?role=x&role=y")
            let fields = answer.body["fields"]
            #expect(fields?["x-auth-subject"]?.string == id)
            #expect(fields?["x-auth-client"] == "vidimus" && fields?["x-auth-scope"] == "account")
            #expect(fields?["x-auth-session"]?.string?.count == 36)
            let roles = fields?["x-auth-roles"]?.string ?? ""
            #expect(roles.isEmpty)
            #expect(fields?["authorization"] == nil && fields?["cookie"] == "a=b")
            let names = (answer.body["names"]?.array ?? []).compactMap(\.string)
            #expect(Set(names).count == names.count && !names.contains { $0.hasPrefix("x_auth") })
        }
        if drafts {
            #expect(try await ask(proxy, "/drafts/1", [bearer]).status == "403")
            #expect(try await ask(proxy, "/_vidimus/editor", [bearer]).status == "404")
        }
        #expect(try await server.vidimus("user", "roles", "ada@example.com", "editor,author").status == 0)
        #expect(try await server.time(until: "401 stale", for: person.access) < .seconds(5))
        #expect(try await ask(proxy, "/", [bearer]).status == "401")
        let editor = try Grant(try await server.refresh(person.refresh)).access
        let path = drafts ? "/drafts/1" : "/"
        let header = "x-access-token: \(editor)"
        let answer = try await ask(proxy, path, [header])
        #expect(answer.status == "200" && answer.body["fields"]?["x-auth-roles"] == "author,editor")
        #expect(answer.body["fields"]?["x-access-token"] == nil)

        #expect(try await server.call(.POST, "/v1/logout", token: editor).status == 204)
        #expect(try await ask(proxy, path, [header]).status == "401")
        server.signal(SIGKILL)
        _ = await server.exit()
        let status = try await ask(proxy, "/", [header]).status
        #expect(status.hasPrefix("5"), "\(status)")
    }

    @Test("nginx as the guide configures it tells the service who asks, and lets pass nobody who may not")
    func nginx() async throws {
        let blocks = try blocks("nginx")
        try #require(blocks.count == 3)
        try await withProxy { server, service, port, folder in
            let snippets = folder.url.appending(path: "snippets")
            try FileManager.default.createDirectory(at: snippets, withIntermediateDirectories: true)
            _ = try folder.write(blocks[0], to: "snippets/vidimus-ask.conf")
            _ = try folder.write(blocks[1], to: "snippets/vidimus-tell.conf")
            _ = try folder.write(
                try placed(blocks[2], proxy: port, server: server, service: service), to: "orders.conf")
            let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder.file($0));"
            }
            let main = try folder.write(
                """
                daemon off; master_process off; pid \(folder.file("pid")); error_log stderr;
                events {}
                http { access_log off; \(places.joined(separator: " ")) include orders.conf; }
                """, to: "nginx.conf")
            return try Child(try program("nginx"), ["-p", folder.path, "-e", "stderr", "-c", main])
        } _: { server, proxy in
            try await check(server, proxy, drafts: true)
        }
    }

    @Test("So does Caddy")
    func caddy() async throws {
        let block = try #require(try blocks("caddy").first)
        try await withProxy { server, service, port, folder in
            let path = try folder.write(
                "{\n\tadmin off\n\tauto_https off\n}\n"
                    + (try placed(block, proxy: port, server: server, service: service)), to: "Caddyfile")
            return try Child(
                try program("caddy"), ["run", "--config", path, "--adapter", "caddyfile"],
                environment: [
                    "HOME": folder.path, "XDG_DATA_HOME": folder.path, "XDG_CONFIG_HOME": folder.path,
                ])
        } _: { server, proxy in
            try await check(server, proxy, drafts: false)
        }
    }
}
