import Measuring

/// Compares ways of knowing who is signed in, under one load on one machine, and writes that into a page.
///
/// `Compare [--page FILE]`; `QUICK=1` is for seeing that it works. `Compare serve KIND` is one of its verifiers.
@main
struct Compare {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "serve" { return try await CheckedService.run(arguments[2]) }
        await Run.main("compare") { setting, _, page in
            let outcomes = try await measure(setting)
            let table = outcomes.table(setting)
            try page?.write(table, between: "compare")
            try page?.write(Plot(outcomes: outcomes).svg, beside: "sessions-or-tokens.svg")
            return table
        }
    }

    private static func measure(_ setting: Setting) async throws -> [Outcome] {
        let field = Field(setting)
        defer { field.stop() }
        try await field.start()
        note("requests")
        let costs = try Requesting(contestants: field.contestants, setting: setting).run()
        note("sign-outs")
        return try zip(field.contestants, costs).map { contestant, cost in
            note("  \(contestant.name)")
            return Outcome(contestant, cost, try SigningOut(contestant: contestant).run())
        }
    }
}
