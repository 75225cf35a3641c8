import Foundation
import Testing

/// A guide's commands: what stands in its blocks marked `sh`, in order. scripts/release-check runs install.md.
struct Guide {
    let blocks: [String]

    init(_ name: String) throws { try self.init(path: "docs/guides/\(name)") }

    init(path: String) throws {
        let text = try String(contentsOf: Binary.packageRoot.appending(path: path), encoding: .utf8)
        var blocks: [String] = []
        var isInside = false
        for line in text.components(separatedBy: "\n") {
            // A block may stand in a list.
            let fence = line.trimmingCharacters(in: CharacterSet(charactersIn: " 0123456789.-"))
            if fence == "```sh" {
                blocks.append("")
                isInside = true
            } else if fence.hasPrefix("```") {
                isInside = false
            } else if isInside, let last = blocks.indices.last {
                blocks[last] += line.trimmingCharacters(in: .whitespaces) + "\n"
            }
        }
        self.blocks = blocks
    }
}

@Suite("The guides")
struct GuideTests {
    @Test("The commands of the guide to backups, run in its order, do what it says of them")
    func backup() async throws {
        let guide = try Guide("backup.md")
        try #require(guide.blocks.count == 4)
        let (nightly, back, compare, drill) = (
            guide.blocks[0], guide.blocks[1], guide.blocks[2], guide.blocks[3]
        )
        try await RunningServer.with { server in
            _ = try await server.person()
            _ = try await run(nightly, on: server)
            let day = try await Child.run("/bin/date", ["+%F"]).out.trimmingCharacters(in: .newlines)
            let backup = server.folder.file("vidimus-\(day).db")
            let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions]
            #expect(mode as? Int == 0o600)

            // The drill leaves the running server alone.
            let drilled = try await run(drill, on: server)
            #expect(drilled.contains("1 sessions ended") && !drilled.contains("BAD"))
            #expect(try await server.signIn("ada@example.com").status == 200)

            // While it runs a restore is refused; once it is stopped it is done, and the old database kept.
            try await server.signUp("eve@example.com")
            let dated = back.replacingOccurrences(of: "2026-11-20", with: day)
            try #require(dated != back)
            await #expect(throws: Failed.self) { try await run(dated, on: server) }
            server.signal(SIGTERM)
            #expect(await server.exit() == 0)
            let restored = try await run(dated, on: server)
            let kept = try #require(
                FileManager.default.contentsOfDirectory(atPath: server.dataFolder).first {
                    $0.hasPrefix("vidimus.db.before-epoch-")
                        && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
                })
            #expect(restored.contains(kept))
            let named = compare.replacingOccurrences(of: "vidimus.db.before-epoch-1800000000", with: kept)
            try #require(named != compare)
            let lists = try await run(named, on: server)
            // Eve signed up after the backup: she is in the old database only.
            #expect(lists.components(separatedBy: "ada@example.com").count == 3)
            #expect(lists.components(separatedBy: "eve@example.com").count == 2)
        }
    }

    struct Failed: Error, CustomStringConvertible { let description: String }

    /// Runs commands in the server's folder, which stands for the ones the guide names.
    private func run(_ commands: String, on server: RunningServer) async throws -> String {
        let script =
            commands
            .replacingOccurrences(of: "/var/backups", with: server.folder.path)
            .replacingOccurrences(of: "/var/lib/vidimus", with: server.dataFolder)
        let place = URL(filePath: try Binary.path).deletingLastPathComponent().path
        let output = try await Child.run(
            "/bin/sh", ["-euc", "cd '\(server.folder.path)'; PATH='\(place)':$PATH\n\(script)"])
        guard output.status == 0 else { throw Failed(description: "\(commands): \(output.err)") }
        return output.out
    }
}
