import Foundation
import Testing
import VidimusJOSE

@testable import VidimusServer

/// packaging/vidimus.json: what is live there, and what stands there as a remark.
@Suite("The example configuration")
struct ExampleConfigurationTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "packaging/vidimus.json").path

    private func lines() throws -> [String] {
        try String(contentsOfFile: Self.path, encoding: .utf8).components(separatedBy: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Whether a line is a member of the object, live or as a remark.
    private func isMember(_ line: String) -> Bool { line.hasPrefix("// \"") || line.hasPrefix("\"") }

    private func read(_ text: String) throws -> SettingsSources {
        try SettingsSources(flags: [:], environment: [:], file: ("vidimus.json", Array(text.utf8)))
    }

    /// The file with every remark that is a setting made live.
    private func everything() throws -> String {
        try lines().map { isMember($0) && $0.hasPrefix("// ") ? String($0.dropFirst(3)) : $0 }
            .joined(separator: "\n")
    }

    @Test("As it is, it is accepted, and sets the two settings that have no good default")
    func asItIs() throws {
        let sources = try read(try lines().joined(separator: "\n"))
        #expect(sources.origins == ["issuer": "file", "data": "file"])
    }

    @Test("It has every setting once, none that there is not, and each value is accepted")
    func everySetting() throws {
        let sources = try read(try everything())
        let names = SettingsTable.all.map(\.name)
        #expect(Set(sources.origins.keys) == Set(names))
        #expect(try lines().count(where: isMember) == names.count)
    }

    @Test("Each setting has words of its own just above it")
    func explained() throws {
        for (above, line) in zip(try lines(), try lines().dropFirst()) where isMember(line) {
            #expect(above.hasPrefix("// ") && !isMember(above) && above.count > 8, "\(line)")
        }
    }

    @Test("What it calls a default is the default")
    func defaults() throws {
        // They have no default, or one that follows from another setting.
        let examples: Set = [
            "issuer", "audience", "data", "database", "master_key", "master_key_file", "tls_certificate",
            "tls_key", "trusted_proxies", "cors_origins", "host_audiences",
        ]
        let (example, defaults) = (try read(try everything()).settings, Settings())
        for setting in SettingsTable.all where !examples.contains(setting.name) {
            #expect(setting.show(example) == setting.show(defaults), "\(setting.name)")
        }
        // Those that follow are written as what they are for this issuer and data folder.
        let live = try read(try lines().joined(separator: "\n")).settings
        #expect(example.audience == live.audience && example.database == live.database)
    }

    @Test(
        "A line that begins with // is a remark, and no other place is one",
        arguments: [
            ("// said\n{\n  // \"port\": 2,\n\t//\n\"port\": 1\n}\n//", 1),
            ("{\"port\": 1} // said", nil), ("{\"port\": /* said */ 1}", nil), ("/\n/{\"port\": 1}", nil),
            ("{\"host\": \"//\n//x\", \"port\": 1}", nil), ("{\"audience\": \"//x\",\n\"port\": 1}", 1),
        ])
    func remarks(text: String, port: Int?) { #expect((try? read(text))?.settings.port == port) }
}
