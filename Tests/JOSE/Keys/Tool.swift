import Foundation
import Synchronization
import Testing

/// A folder of its own in which other people's programs make and read keys.
final class Tool: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static let spawning = Mutex(())

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a shell command in the folder and gives its output.
    @discardableResult
    func run(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-euc", command]
        process.currentDirectoryURL = folder
        let (output, errors) = (Pipe(), folder.appending(path: "errors"))
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        // Foundation's `run` is not safe beside itself in a process with many open files.
        try Self.spawning.withLock { _ in try process.run() }
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
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
