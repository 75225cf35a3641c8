import Foundation
import Glibc
import Synchronization
import Testing
import VidimusJOSE

/// The `vidimus` that was built with these tests.
enum Binary {
    /// It lies beside the test bundle.
    static var path: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            var folder = URL(filePath: own).deletingLastPathComponent()
            for _ in 0..<4 {
                let candidate = folder.appending(path: "vidimus").path
                if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
                folder.deleteLastPathComponent()
            }
            throw Missing(description: "vidimus is not beside the test bundle; run `swift build`")
        }
    }

    /// The folder with Package.swift.
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A Python with what Tests/Interop/requirements.txt names.
    static var python: String {
        get throws {
            let given = ProcessInfo.processInfo.environment["VIDIMUS_PYTHON"]
            let path = given ?? packageRoot.appending(path: ".venv/bin/python").path
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw Missing(
                    description: "there is no Python with PyJWT at \(path); `make test` installs it")
            }
            return path
        }
    }

    struct Missing: Error, CustomStringConvertible { let description: String }
}

/// How a command ended and what it said.
struct Output: Sendable {
    let status: Int32
    let out: String
    let err: String

    /// What it said on standard output, as JSON.
    var json: JSON { (try? JSON.parse(Array(out.utf8), limits: .init(bytes: 1 << 20))) ?? .null }

    var lines: [String] { out.split(separator: "\n").map(String.init) }
}

/// A process of ours, its output in files, so that no pipe fills up.
///
/// By `posix_spawn`: Foundation's `Process.run` crashed when many ran at once in a process with many open files.
final class Child: Sendable {
    private let id: pid_t
    private let folder: Folder
    private let ended: Ended

    /// How it ended, once it has, and who waits for that.
    private final class Ended: Sendable {
        let state = Mutex<(status: Int32?, waiting: [CheckedContinuation<Int32, Never>])>((nil, []))
    }

    init(_ path: String, _ arguments: [String], environment: [String: String] = [:], input: String = "")
        throws
    {
        folder = try Folder()
        try Data(input.utf8).write(to: folder.url.appending(path: "in"))
        var inherited = ProcessInfo.processInfo.environment
        for name in inherited.keys where name.hasPrefix("VIDIMUS_") { inherited[name] = nil }
        let variables = inherited.merging(environment) { $1 }.map { "\($0)=\($1)" }
        id = try Self.spawn([path] + arguments, variables, in: folder)
        ended = Ended()
        Thread.detachNewThread { [id, ended] in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            // A signal is told as minus its number.
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
            let waiting = ended.state.withLock { state in
                state.status = code
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume(returning: code) }
        }
    }

    deinit { signal(SIGKILL) }

    private static func spawn(_ arguments: [String], _ variables: [String], in folder: Folder) throws -> pid_t
    {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, folder.file("in"), O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder.file("out"), O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder.file("err"), O_WRONLY | O_CREAT, 0o600)
        // The threads of a test block signals, which a child would inherit.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let (list, environment) = (arguments.map { strdup($0) } + [nil], variables.map { strdup($0) } + [nil])
        defer { for text in list + environment { free(text) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, arguments[0], &actions, &attributes, list, environment)
        guard code == 0 else {
            throw Binary.Missing(description: "\(arguments[0]): \(String(cString: strerror(code)))")
        }
        return id
    }

    func signal(_ number: Int32) {
        // Under the lock, so that the number is not somebody else's by now.
        ended.state.withLock { state in if state.status == nil { kill(id, number) } }
    }

    var isRunning: Bool { ended.state.withLock { $0.status == nil } }

    var out: String { text("out") }

    var err: String { text("err") }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: folder.url.appending(path: name), encoding: .utf8)) ?? ""
    }

    /// Waits for the end.
    @discardableResult
    func exit() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = ended.state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Runs a command to its end.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> Output {
        let child = try Child(path, arguments, environment: environment, input: input)
        let status = await child.exit()
        return Output(status: status, out: child.out, err: child.err)
    }
}

/// A folder that goes away with its last user.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "vidimus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func file(_ name: String) -> String { url.appending(path: name).path }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        return file(name)
    }
}
