import Measuring

/// CPU of the server for one request, of several kinds in turn.
struct CPUComparison {
    let server: Program
    let setting: Setting
    let kinds: [[UInt8]]

    /// Microseconds of CPU a request: for each kind one number a round.
    func run() throws -> [[Double]] {
        var costs = [[Double]](repeating: [], count: kinds.count)
        for round in 0...setting.rounds {
            for (index, request) in kinds.enumerated() {
                let load = HTTPLoad(port: server.port, connections: 64, request: { _ in request })
                let before = server.cpu
                let outcome = try load.run(.seconds(setting.seconds / 2))
                guard outcome.statuses.keys.allSatisfy({ $0 == 200 }) else {
                    throw Unexpected(outcome, String(decoding: request.prefix(30), as: UTF8.self))
                }
                // The first round warms up.
                if round > 0 {
                    costs[index].append((server.cpu - before) / Double(outcome.requests) * 1_000_000)
                }
            }
        }
        return costs
    }
}

/// A route behind the guard over the same route before it.
struct Guarding {
    let setting: Setting

    func run() throws -> [Figure] {
        let server = try Program(setting.program("ServerGuarded"), [], sign: " ")
        defer { server.stop() }
        let words = server.greeting.split(separator: " ").map(String.init)
        let token = words.last ?? ""
        let costs = try CPUComparison(
            server: server, setting: setting,
            kinds: [
                Requests.get("/open", token: token), Requests.get("/guarded", token: token),
                Requests.get("/open"),
            ]
        ).run()
        let overSame = zip(costs[1], costs[0]).map { $0 / $1 }
        let overNone = zip(costs[1], costs[2]).map { $0 / $1 }
        let detail = "\(Figure.text(median(costs[1]))) µs over \(Figure.text(median(costs[0]))) µs"
        return [
            Figure(
                name: "CPU of a guarded request over the same request unguarded, token seen before",
                value: median(overSame), goal: .atMost(1.25), detail: detail),
            Figure(
                name: "the same over a request without a token", value: median(overNone), goal: .atMost(1.25),
                detail: "over \(Figure.text(median(costs[2]))) µs"),
        ]
    }
}

/// The published keys over the plainest route of the same server.
struct KeySet {
    let setting: Setting

    func run() async throws -> [Figure] {
        let server = try setting.vidimus(try setting.folder("key-set"))
        defer { server.stop() }
        let costs = try CPUComparison(
            server: server, setting: setting,
            kinds: [Requests.get("/healthz"), Requests.get("/.well-known/jwks.json")]
        ).run()
        return [
            Figure(
                name: "CPU of the key set over that of `/healthz`",
                value: median(zip(costs[1], costs[0]).map { $0 / $1 }),
                detail: "\(Figure.text(median(costs[1]))) µs over \(Figure.text(median(costs[0]))) µs")
        ]
    }
}
