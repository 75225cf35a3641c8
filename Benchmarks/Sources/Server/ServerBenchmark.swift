import Foundation

/// Measures the server and the guard by ratios that are taken in one run, and writes them into a page.
///
/// `ServerBenchmark [--page FILE] [SECTION…]`; sections are sign-in, refresh, guard, key-set, memory, start and
/// peers, by default all. `QUICK=1` is for seeing that it works.
@main
struct ServerBenchmark {
    static func main() async throws {
        #if DEBUG
            note(
                "a debug build is many times slower than what is shipped: build with --configuration release")
            exit(1)
        #else
            var sections = Array(CommandLine.arguments.dropFirst())
            var page: String?
            if let flag = sections.firstIndex(of: "--page"), sections.indices.contains(flag + 1) {
                page = sections[flag + 1]
                sections.removeSubrange(flag...flag + 1)
            }
            let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
                .deletingLastPathComponent()
            let scratch = FileManager.default.temporaryDirectory.appending(
                path: "vidimus-benchmark-\(getpid())")
            defer { try? FileManager.default.removeItem(at: scratch) }
            let setting = Setting(
                programs: programs.path(), peers: "Benchmarks/peers",
                python: "\(FileManager.default.currentDirectoryPath)/Benchmarks/.venv/bin/python",
                scratch: scratch.path(), isQuick: ProcessInfo.processInfo.environment["QUICK"] != nil)
            do {
                let report = try await measure(setting, sections)
                print(report.markdown)
                if let page { try report.write(to: page) }
            } catch {
                note("\(error)")
                try? FileManager.default.removeItem(at: scratch)
                exit(1)
            }
        #endif
    }

    private static func measure(_ setting: Setting, _ sections: [String]) async throws -> Report {
        var report = Report()
        func wants(_ section: String) -> Bool {
            let isWanted = sections.isEmpty || sections.contains(section)
            if isWanted { note(section) }
            return isWanted
        }
        if wants("sign-in") { report.figures += try await SignIn(setting: setting).run() }
        if wants("refresh") { report.figures += try await Refresh(setting: setting).run() }
        if wants("guard") { report.figures += try Guarding(setting: setting).run() }
        if wants("key-set") { report.figures += try await KeySet(setting: setting).run() }
        if wants("memory") { report.figures += try await Memory(setting: setting).run() }
        if wants("start") { report.figures += try await Start(setting: setting).run() }
        if wants("peers") {
            let peers = try await Peers(setting: setting).run()
            report.peers = peers.rows
            report.figures += peers.figures
        }
        return report
    }
}
