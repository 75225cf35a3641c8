import Foundation
import Glibc

/// A server under load: started, looked at through /proc, and ended.
final class Program {
    private let process = Process()
    private let out = Pipe()
    let started: Double
    /// The first line it printed that held `sign`.
    private(set) var greeting = ""
    /// Seconds from the start of the process to that line.
    private(set) var startSeconds = 0.0

    struct NotStarted: Error, CustomStringConvertible { let description: String }

    /// Starts a program and waits until it printed a line with `sign`.
    init(
        _ path: String, _ arguments: [String], sign: String, environment: [String: String] = [:],
        folder: String? = nil
    ) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardOutput = out
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        started = HTTPLoad.now()
        try process.run()
        var printed = ""
        while !printed.contains(sign) || !printed.hasSuffix("\n") {
            let chunk = out.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw NotStarted(description: "\(path) did not start: \(printed)") }
            printed += String(decoding: chunk, as: UTF8.self)
            if printed.contains(sign), startSeconds == 0 { startSeconds = HTTPLoad.now() - started }
        }
        greeting = printed.split(separator: "\n").first { $0.contains(sign) }.map(String.init) ?? ""
    }

    /// The port after `http://127.0.0.1:` in the greeting.
    var port: Int {
        let rest = greeting.components(separatedBy: "127.0.0.1:").dropFirst().first ?? ""
        return Int(rest.prefix { $0.isNumber }) ?? 0
    }

    /// Asks it to end, and ends it with its children if it does not. Python gets the signals blocked, as this
    /// process's threads have them.
    func stop() {
        let members = family
        process.terminate()
        let deadline = HTTPLoad.now() + 3
        while process.isRunning, HTTPLoad.now() < deadline { usleep(10_000) }
        if process.isRunning {
            for member in members { kill(member, SIGKILL) }
        }
        process.waitUntilExit()
    }

    /// CPU seconds so far, of the program and of the children it works through.
    var cpu: Double {
        family.reduce(0) { $0 + Self.ticks(of: $1) } / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// MB that are in memory now. Pages that two processes of a family share count once.
    var memory: Double {
        let members = family
        if members.count == 1 { return Self.status(of: members[0], "VmRSS:") / 1024 }
        return members.reduce(0) { $0 + Self.number("/proc/\($1)/smaps_rollup", "Pss:") } / 1024
    }

    /// The most MB that were in memory since ``forgetPeak()``.
    var peakMemory: Double { Self.status(of: process.processIdentifier, "VmHWM:") / 1024 }

    func forgetPeak() {
        try? "5".write(
            toFile: "/proc/\(process.processIdentifier)/clear_refs", atomically: false, encoding: .utf8)
    }

    private var family: [Int32] {
        let own = process.processIdentifier
        let tasks = (try? String(contentsOfFile: "/proc/\(own)/task/\(own)/children", encoding: .utf8)) ?? ""
        return [own] + tasks.split(separator: " ").compactMap { Int32($0) }
    }

    private static func ticks(of process: Int32) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        // What follows the name, which stands in brackets; utime and stime are the 14th and 15th of all.
        let fields = text.components(separatedBy: ") ").last?.split(separator: " ") ?? []
        guard fields.count > 12 else { return 0 }
        return (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
    }

    private static func status(of process: Int32, _ name: String) -> Double {
        number("/proc/\(process)/status", name)
    }

    /// KiB.
    private static func number(_ path: String, _ name: String) -> Double {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") ?? 0
    }
}
