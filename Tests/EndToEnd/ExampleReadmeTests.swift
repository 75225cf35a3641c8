import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

/// The command blocks of Examples/*/README.md, as they stand there but for addresses and ports.
@Suite("The examples' READMEs", .enabled(if: Guides.areRun, Guides.why))
struct ExampleReadmeTests {
    private struct Place {
        let server: RunningServer
        let port: Int

        init(_ server: RunningServer) throws {
            self.server = server
            let listener = try Connection.listener()
            close(listener.socket)
            port = listener.port
        }

        /// Commands with the addresses that the README has made those of this test.
        func named(_ commands: String) -> String {
            commands.replacingOccurrences(of: "http://localhost:8080", with: server.address)
                .replacingOccurrences(of: "8081", with: "\(port)")
        }
    }

    private func bash(
        _ commands: String, in folder: String, environment: [String: String] = [:]
    ) async throws -> Output {
        let output = try await Child.run(
            "/bin/bash", ["-euo", "pipefail", "-c", "cd '\(folder)'\n\(commands)"], environment: environment)
        try #require(output.status == 0, "\(commands): \(output.err)")
        return output
    }

    /// A block that starts a service: its last line becomes the process itself.
    private func started(
        _ line: String, in folder: String, environment: [String: String] = [:]
    ) throws -> Child {
        // `exec env` takes the variables that stand before a command.
        try Child("/bin/bash", ["-c", "cd '\(folder)'; exec env \(line)"], environment: environment)
    }

    /// Runs the block of calls, once the service listens, and gives what it answered.
    private func called(
        _ block: String, _ place: Place, _ service: Child, _ access: String
    ) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await Child.run("/usr/bin/curl", ["-s", "http://localhost:\(place.port)/"]).status != 0 {
            try #require(
                service.isRunning && ContinuousClock.now < deadline, "\(service.err)\(service.out)")
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await bash(place.named(block), in: "/", environment: ["access": access]).out
    }

    @Test("Flask's installs what it needs, starts, and answers by either header")
    func flask() async throws {
        let guide = try Guide(path: "Examples/flask/README.md")
        try #require(guide.blocks.count == 2)
        let lines = guide.blocks[0].split(separator: "\n").map(String.init)
        try #require(lines.count == 2)
        try await RunningServer.with { server in
            let (place, folder) = (try Place(server), try Folder())
            for name in ["app.py", "requirements.txt"] {
                let own = Binary.packageRoot.appending(path: "Examples/flask/\(name)")
                _ = try folder.write(try String(contentsOf: own, encoding: .utf8), to: name)
            }
            _ = try await bash(lines[0], in: folder.path)
            let service = try started(place.named(lines[1]), in: folder.path)
            defer { service.signal(SIGKILL) }
            let token = try await server.person().access
            let id = try #require(try await server.call(.GET, "/v1/me", token: token).json["id"]?.string)
            let said = try await called(guide.blocks[1], place, service, token)
            #expect(said.components(separatedBy: "the orders that \(id) may see").count == 3, "\(said)")
        }
    }

    @Test("Hummingbird's makes a client, starts with its secret, and answers")
    func hummingbird() async throws {
        let guide = try Guide(path: "Examples/hummingbird-service/README.md")
        try #require(guide.blocks.count == 2)
        // `make guides` made the examples, which is the first line.
        let lines = guide.blocks[0].split(separator: "\n").map(String.init)
        try #require(lines.count == 4 && lines[0].hasPrefix("make examples "))
        let orders = try #require(ProcessInfo.processInfo.environment["VIDIMUS_ORDERS"])
        try await RunningServer.with { server in
            let place = try Place(server)
            let client = lines[1].replacingOccurrences(of: ".build/debug/vidimus", with: try Binary.path)
            try #require(client != lines[1])
            // The README's server has the issuer and the folder that are the defaults.
            let made = try await bash(
                client, in: server.folder.path, environment: ["VIDIMUS_ISSUER": server.address])
            func value(_ name: String) throws -> String {
                let line = try #require(made.lines.first { $0.hasPrefix(name) })
                return String(line.dropFirst(name.count)).trimmingCharacters(in: .whitespaces)
            }
            var export = lines[2]
            for name in ["client id", "client secret"] {
                let mark = try #require(export.range(of: "…"))
                export.replaceSubrange(mark, with: try value(name))
            }
            let start = place.named(lines[3]).replacingOccurrences(
                of: ".build/examples/debug/Orders",
                with: Binary.packageRoot.appending(path: orders).path)
            let service = try Child("/bin/bash", ["-c", "\(export)\nexec \(start)"])
            defer { service.signal(SIGKILL) }
            let token = try await server.person().access
            let id = try #require(try await server.call(.GET, "/v1/me", token: token).json["id"]?.string)
            let said = try await called(guide.blocks[1], place, service, token)
            #expect(said.contains("the orders that \(id) may see"), "\(said)")
        }
    }

    @Test("The one of the token library alone prints what it verified")
    func jose() async throws {
        let guide = try Guide(path: "Examples/jose/README.md")
        let block = try #require(guide.blocks.first)
        let said = try await bash(block, in: Binary.packageRoot.path)
        #expect(said.out.hasPrefix("ada has seat 12"), "\(said.out)")
    }
}
