import Foundation
import Spawning
import Testing

/// A folder of its own in which other people's programs make and read keys.
final class Tool: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a shell command in the folder and gives its output.
    @discardableResult
    func run(_ command: String) throws -> String {
        let script = "cd '\(folder.path)'; exec </dev/null >output 2>errors; \(command)"
        let status = try Spawned(["/bin/sh", "-euc", script]).wait()
        let text = String(decoding: try read("output"), as: UTF8.self)
        guard status == 0 else {
            throw Failed(
                description: "\(command): \(text)\(String(decoding: try read("errors"), as: UTF8.self))")
        }
        return text
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    static let isThere: Bool = {
        guard let tool = try? Tool() else { return false }
        return (try? tool.run("openssl version && command -v ssh-keygen")) != nil
    }()
}
