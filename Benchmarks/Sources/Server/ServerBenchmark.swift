import Measuring

/// Measures the server and the guard by ratios that are taken in one run, and writes them into a page.
///
/// `ServerBenchmark [--page FILE] [SECTION…]`; sections are sign-in, refresh, guard, key-set, memory, start and
/// peers, by default all. `QUICK=1` is for seeing that it works.
@main
struct ServerBenchmark {
    static func main() async {
        await Run.main("benchmark") { setting, sections, page in
            let report = try await measure(setting, sections)
            if let page { try report.write(to: page) }
            return report.markdown
        }
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
