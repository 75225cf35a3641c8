import Measuring

/// Measures what the front page promises, at scale, and writes it into a page.
///
/// `Promise [--page FILE] [SECTION…]`; sections are sign-out, roles, memory, start and change, by default all.
/// `QUICK=1` is for seeing that it works.
@main
struct Promise {
    static func main() async {
        await Run.main("promise") { setting, sections, page in
            let figures = try await measure(setting, sections)
            let text = "Measured on \(Machine.description), on \(Machine.day).\n\n" + figures.table
            try page?.write(text, between: "promise")
            return text
        }
    }

    private static func measure(_ setting: Setting, _ sections: [String]) async throws -> [Figure] {
        func wants(_ section: String) -> Bool {
            let isWanted = sections.isEmpty || sections.contains(section)
            if isWanted { note(section) }
            return isWanted
        }
        var figures: [Figure] = []
        if wants("sign-out") { figures += try await SignOuts(setting: setting).run() }
        if wants("roles") { figures += try await RoleChanges(setting: setting).run() }
        if wants("memory") { figures += try await ListMemory(setting: setting).run() }
        if wants("start") { figures += try await ServedList(setting: setting).run() }
        if wants("change") { figures += try await ChangeCost(setting: setting).run() }
        return figures
    }
}

/// How large the promise is measured.
enum Scale {
    static let guards = 10

    /// Accounts with a session each; one session in a hundred is over.
    static func live(_ setting: Setting) -> Int { setting.isQuick ? 10_000 : 100_000 }
    static func accounts(_ setting: Setting) -> Int { live(setting) * 100 / 99 + 1 }
    static func changes(_ setting: Setting) -> Int { setting.isQuick ? 100 : 1000 }
}

/// Times as milliseconds.
struct Spread {
    private let sorted: [Double]

    init(seconds: [Double]) { sorted = seconds.map { $0 * 1000 }.sorted() }

    var p50: Double { quantile(0.5, of: sorted) }
    var p99: Double { quantile(0.99, of: sorted) }
    var most: Double { sorted.last ?? 0 }

    var detail: String {
        "median \(Figure.text(p50)) ms, most \(Figure.text(most)) ms, of \(sorted.count)"
    }
}
