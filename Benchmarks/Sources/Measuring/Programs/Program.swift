import Foundation
import Glibc

/// A server under load: started, looked at through /proc, and ended.
package final class Program {
    private let process = Process()
    private let out = Pipe()
    package let started: Double
    /// The first line it printed that held `sign`.
    package private(set) var greeting = ""
    /// Seconds from the start of the process to that line.
    package private(set) var startSeconds = 0.0

    package struct NotStarted: Error, CustomStringConvertible { package let description: String }

    /// Starts a program and waits until it printed a line with `sign`.
    package init(
        _ path: String, _ arguments: [String], sign: String, environment: [String: String] = [:],
        folder: String? = nil
    ) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardOutput = out
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        started = Stopwatch.now()
        try process.run()
        Leftovers.add(process: process.processIdentifier)
        var printed = ""
        while !printed.contains(sign) || !printed.hasSuffix("\n") {
            let chunk = out.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw NotStarted(description: "\(path) did not start: \(printed)") }
            printed += String(decoding: chunk, as: UTF8.self)
            if printed.contains(sign), startSeconds == 0 { startSeconds = Stopwatch.now() - started }
        }
        greeting = printed.split(separator: "\n").first { $0.contains(sign) }.map(String.init) ?? ""
    }

    /// Runs a program to its end and returns what it printed.
    package static func output(of path: String, _ arguments: [String]) throws -> [UInt8] {
        let (process, out) = (Process(), Pipe())
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = out
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        Leftovers.add(process: process.processIdentifier)
        defer { Leftovers.forget(process: process.processIdentifier) }
        let printed = [UInt8](out.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unexpected(
                "\(path) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
        return printed
    }

    /// The port after `http://127.0.0.1:` in the greeting.
    package var port: Int {
        let rest = greeting.components(separatedBy: "127.0.0.1:").dropFirst().first ?? ""
        return Int(rest.prefix { $0.isNumber }) ?? 0
    }

    /// Asks it to end, and ends it with its children if it does not. Python gets the signals blocked, as this
    /// process's threads have them.
    package func stop() { Self.stop([self]) }

    /// The same for several at once.
    package static func stop(_ programs: [Program]) {
        let members = programs.flatMap(\.family)
        for program in programs { program.process.terminate() }
        let deadline = Stopwatch.now() + 3
        while programs.contains(where: \.process.isRunning), Stopwatch.now() < deadline { usleep(10_000) }
        if programs.contains(where: \.process.isRunning) {
            for member in members { kill(member, SIGKILL) }
        }
        for program in programs {
            program.process.waitUntilExit()
            Leftovers.forget(process: program.process.processIdentifier)
        }
    }

    /// CPU seconds so far, of the program and of the children it works through.
    package var cpu: Double {
        family.reduce(0) { $0 + Self.ticks(of: $1) } / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// MB that are in memory now. Pages that two processes of a family share count once.
    package var memory: Double {
        let members = family
        if members.count == 1 { return Self.status(of: members[0], "VmRSS:") / 1024 }
        return members.reduce(0) { $0 + Self.number("/proc/\($1)/smaps_rollup", "Pss:") } / 1024
    }

    /// The most MB that were in memory since ``forgetPeak()``.
    package var peakMemory: Double { Self.status(of: process.processIdentifier, "VmHWM:") / 1024 }

    package func forgetPeak() {
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

extension Program {
    /// Seconds from the start of the process to a good answer.
    package func ready(_ path: String) throws -> Double {
        while true {
            let outcome = try HTTPLoad(port: port, connections: 1, request: { _ in Requests.get(path) })
                .run(.requests(each: 1))
            if outcome.statuses[200] == 1 { return Stopwatch.now() - started }
            guard Stopwatch.now() - started < 60 else { throw Unexpected(outcome, path) }
            usleep(2000)
        }
    }
}
