import Foundation
import Glibc
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
    ///
    /// By `posix_spawn`: Foundation's `Process.run` crashed in a process with many open files.
    @discardableResult
    func run(_ command: String) throws -> String {
        let script = "cd '\(folder.path)'; exec </dev/null >output 2>errors; \(command)"
        let id = try Self.spawn(["/bin/sh", "-euc", script])
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let text = String(decoding: try read("output"), as: UTF8.self)
        guard status == 0 else {
            throw Failed(
                description: "\(command): \(text)\(String(decoding: try read("errors"), as: UTF8.self))")
        }
        return text
    }

    private static func spawn(_ arguments: [String]) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of a test block signals, which a child would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let words = [arguments, variables].map { texts in texts.map { strdup($0) } + [nil] }
        defer { for word in words.joined() { free(word) } }
        var id: pid_t = 0
        guard let program = arguments.first,
            posix_spawn(&id, program, nil, &attributes, words[0], words[1]) == 0
        else { throw Failed(description: "\(arguments) did not start") }
        return id
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
