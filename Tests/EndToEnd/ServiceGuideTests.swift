import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

/// docs/guides/other-languages.md: each snippet is taken out of the guide and run as it stands.
@Suite("The guide to services in other languages")
struct ServiceGuideTests {
    /// The only block of a language under a heading of the guide.
    private func snippet(_ language: String, under heading: String) throws -> String {
        let text = try String(
            contentsOf: Binary.packageRoot.appending(path: "docs/guides/other-languages.md"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n### \(heading)\n").dropFirst().first)
        let block = try #require(section.components(separatedBy: "```\(language)\n").dropFirst().first)
        return try #require(block.components(separatedBy: "```").first)
    }

    /// A folder with what stands in Tests/Interop/guides and a snippet beside it.
    private func folder(_ harness: String, _ name: String, _ snippet: String) throws -> Folder {
        let folder = try Folder()
        let place = Binary.packageRoot.appending(path: "Tests/Interop/guides/\(harness)")
        _ = try folder.write(try String(contentsOf: place, encoding: .utf8), to: harness)
        _ = try folder.write(snippet, to: name)
        return folder
    }

    private func ask(_ port: Int, _ authorization: String? = nil) async throws -> (
        status: String, text: String
    ) {
        let field = authorization.map { ["-H", "Authorization: \($0)"] } ?? []
        let output = try await Child.run(
            "/usr/bin/curl",
            ["-sS", "--max-time", "30", "-w", "\n%{http_code}", "http://127.0.0.1:\(port)/orders"] + field)
        let lines = output.out.components(separatedBy: "\n")
        return (lines.last ?? "", lines.dropLast().joined(separator: "\n"))
    }

    private func wait(
        _ seconds: Int = 60, for status: String, _ port: Int, _ authorization: String? = nil
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await ask(port, authorization).status != status {
            try #require(ContinuousClock.now < deadline, "no \(status) within \(seconds) s")
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Starts the service with a port of its own, and checks what the guide says of every library.
    private func check(_ start: (RunningServer, _ port: Int) throws -> Child) async throws {
        try await RunningServer.with { server in
            let listener = try Connection.listener()
            close(listener.socket)
            let port = listener.port
            let service = try start(server, port)
            defer { service.signal(SIGKILL) }
            do {
                try await wait(for: "401", port)
            } catch {
                throw Binary.Missing(description: "the service did not start: \(service.err)\(service.out)")
            }
            let token = try await server.person().access
            let id = try #require(try await server.call(.GET, "/v1/me", token: token).json["id"]?.string)
            let good = try await ask(port, "Bearer \(token)")
            #expect(good.status == "200" && good.text == id, "\(good) \(service.err)")

            let parts = token.split(separator: ".").map(String.init)
            let none = Base64URL.encode(Array(#"{"alg":"none","typ":"at+jwt"}"#.utf8))
            func issued(_ arguments: [String]) async throws -> String {
                let flags = ["token", "issue", "--subject", "ada", "--issuer", server.address]
                let output = try await Child.run(
                    Binary.path, flags + arguments + ["--data", server.dataFolder])
                try #require(output.status == 0, "\(output.err)")
                return output.out.trimmingCharacters(in: .newlines)
            }
            let short = try await issued(["--type", "at+jwt", "--lifetime", "1"])
            let bad: [(String, String)] = [
                ("no token", "Bearer"), ("another scheme", "Basic \(token)"), ("nonsense", "Bearer x.y.z"),
                ("forged", "Bearer \(token.dropLast(8))AAAAAAAA"),
                ("alg none", "Bearer \(none).\(parts[1])."),
                ("of another kind", "Bearer \(try await issued([]))"),
                (
                    "for somebody else",
                    "Bearer \(try await issued(["--type", "at+jwt", "--audience", "https://other.example"]))"
                ),
            ]
            for (name, authorization) in bad {
                #expect(try await ask(port, authorization).status == "401", "\(name)")
            }
            let own = try await issued(["--type", "at+jwt"])
            #expect(try await ask(port, "Bearer \(own)").status == "200")
            try await wait(5, for: "401", port, "Bearer \(short)")

            #expect(try await server.vidimus("key", "rotate", "--emergency").status == 0)
            // The server hears of what another process did a moment later; until then it signs by the old key.
            var fresh = token
            for _ in 0..<100 where fresh.prefix(while: { $0 != "." }) == token.prefix(while: { $0 != "." }) {
                try await Task.sleep(for: .milliseconds(100))
                fresh = try Grant(try await server.signIn("ada@example.com")).access
            }
            try await wait(20, for: "200", port, "Bearer \(fresh)")
            // The half of the promise that the guide says is missing.
            #expect(try await server.call(.POST, "/v1/logout", token: fresh).status == 204)
            #expect(try await ask(port, "Bearer \(fresh)").status == "200")
        }
    }

    @Test("Its Flask service hears of a sign-out within the list's ttl")
    func flask() async throws {
        let guide = try String(
            contentsOf: Binary.packageRoot.appending(path: "docs/guides/other-languages.md"), encoding: .utf8)
        let blocks = guide.components(separatedBy: "```python\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        let reader = try #require(blocks.first { $0.contains("class StatusLists:") })
        let current = try #require(blocks.first { $0.contains("def current(token):") })
        let own = Binary.packageRoot.appending(path: "Examples/flask/app.py")
        let app = try String(contentsOf: own, encoding: .utf8)
        // After `verified`, which it calls, and before the decorator, which calls it.
        let changed = app.replacingOccurrences(
            of: "def token_required(", with: "\(reader)\n\n\(current)\n\ndef token_required("
        )
        .replacingOccurrences(of: "g.claims = verified(", with: "g.claims = current(")
        #expect(changed.contains("class StatusLists:") && changed.contains("g.claims = current("))
        let folder = try Folder()
        let path = try folder.write(changed, to: "app.py")
        try await RunningServer.with(["--status-ttl", "1s"]) { server in
            let listener = try Connection.listener()
            close(listener.socket)
            let service = try Child(
                try Binary.python, ["-B", "-m", "flask", "--app", path, "run", "--port", "\(listener.port)"],
                environment: ["VIDIMUS_ISSUER": server.address, "FLASK_SKIP_DOTENV": "1"])
            defer { service.signal(SIGKILL) }
            try await wait(for: "401", listener.port)
            let token = try await server.person().access
            let first = try await ask(listener.port, "Bearer \(token)")
            #expect(first.status == "200", "\(first) \(service.err)")
            #expect(try await server.call(.POST, "/v1/logout", token: token).status == 204)
            try await wait(10, for: "401", listener.port, "Bearer \(token)")
        }
    }

    @Test("Its two commands of introspection say that a token is active, and after a sign-out that it is not")
    func introspection() async throws {
        let guide = try Guide("other-languages.md")
        try #require(guide.blocks.count == 1)
        let lines = guide.blocks[0].split(separator: "\n").map(String.init)
        try #require(lines.count == 2)
        try await RunningServer.with { server in
            let place = URL(filePath: try Binary.path).deletingLastPathComponent().path
            func run(_ line: String, _ environment: [String: String]) async throws -> Output {
                let commands = "cd '\(server.folder.path)'; PATH='\(place)':$PATH; \(line)"
                let output = try await Child.run("/bin/sh", ["-euc", commands], environment: environment)
                try #require(output.status == 0, "\(output.err)")
                return output
            }
            let made = try await run(lines[0], ["VIDIMUS_ISSUER": server.address])
            func value(_ name: String) throws -> String {
                let line = try #require(made.lines.first { $0.hasPrefix(name) })
                return String(line.dropFirst(name.count)).trimmingCharacters(in: .whitespaces)
            }
            let token = try await server.person().access
            let asked = lines[1].replacingOccurrences(of: "https://id.example.com", with: server.address)
            try #require(asked != lines[1])
            let variables = [
                "client_id": try value("client id"), "client_secret": try value("client secret"),
                "access": token,
            ]
            #expect(try await run(asked, variables).json["active"]?.bool == true)
            #expect(try await server.call(.POST, "/v1/logout", token: token).status == 204)
            #expect(try await run(asked, variables).out == #"{"active":false}"#)
        }
    }

    @Test("Its Django decorator lets in whom the server signed in, and nobody else")
    func django() async throws {
        let place = try folder("site.py", "signed_in.py", try snippet("python", under: "Django"))
        try await check { server, port in
            try Child(
                try Binary.python, ["-B", place.file("site.py"), server.address, "\(port)"])
        }
    }

    @Test("So does its Express middleware", .enabled(if: Guides.areRun, Guides.why))
    func express() async throws {
        let place = try folder("server.mjs", "signed-in.mjs", try snippet("js", under: "Express"))
        // Debian has its modules in a folder of its own, which its own node looks into.
        try FileManager.default.createSymbolicLink(
            atPath: place.file("node_modules"), withDestinationPath: "/usr/share/nodejs")
        try await check { server, port in
            try Child(
                "/usr/bin/env", ["node", place.file("server.mjs"), "\(port)"],
                environment: ["NODE_PATH": "/usr/share/nodejs", "VIDIMUS_ISSUER": server.address])
        }
    }

    @Test("So does its Go handler", .enabled(if: Guides.areRun, Guides.why))
    func go() async throws {
        let place = try folder("main.go", "signed_in.go", try snippet("go", under: "Go"))
        let built = try await Child.run(
            "/usr/bin/env",
            [
                "-C", place.path, "GO111MODULE=off", "GOPATH=/usr/share/gocode",
                "GOCACHE=\(place.file("go"))",
                "go", "build", "-o", "service", ".",
            ])
        try #require(built.status == 0, "\(built.err)")
        try await check { server, port in try Child(place.file("service"), [server.address, "\(port)"]) }
    }
}

/// Tests that want packages which `make test` does not install.
enum Guides {
    static let areRun = ProcessInfo.processInfo.environment["VIDIMUS_GUIDES"] == "true"
    static let why: Comment = "`make guides` runs it: it wants Go, Express or the examples"
}
