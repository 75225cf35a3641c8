import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
    @Test("Its transcript, run as written, says what it says there")
    func transcript() async throws {
        let readme = try String(
            contentsOf: Binary.packageRoot.appending(path: "README.md"), encoding: .utf8)
        let section = try #require(
            readme.components(separatedBy: "\n## A minute with curl\n").dropFirst().first)
        let block = try #require(section.components(separatedBy: "```console\n").dropFirst().first)
        let lines = block.components(separatedBy: "\n```")[0].components(separatedBy: "\n")
        let commands = lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        let patterns = lines.filter { !$0.hasPrefix("$ ") && !$0.isEmpty }
        try #require(!commands.isEmpty && !patterns.isEmpty)
        try #require(commands.contains { $0.contains("http://localhost:8080") })
        try await RunningServer.with { server in
            let script = commands.joined(separator: "\n")
                .replacingOccurrences(of: "http://localhost:8080", with: server.address)
            let output = try await Child.run("/bin/bash", ["-euo", "pipefail", "-c", script])
            #expect(output.status == 0, "\(output.err)")
            let said = output.out.replacingOccurrences(of: server.address, with: "http://localhost:8080")
                .components(separatedBy: "\n").filter { !$0.isEmpty }
            #expect(said.count == patterns.count)
            for (line, pattern) in zip(said, patterns) {
                #expect(matches(line, pattern), "\(line) is not \(pattern)")
            }
        }
    }

    /// Whether a line is a pattern, in which `…` is anything.
    private func matches(_ line: String, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "…")
            .map(NSRegularExpression.escapedPattern(for:)).joined(separator: ".*")
        return line.range(of: "^\(parts)$", options: .regularExpression) != nil
    }
}
