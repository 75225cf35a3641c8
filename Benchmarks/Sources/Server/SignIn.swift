import Measuring

/// What a sign-in costs beyond its hash: one client, so that nothing waits in a queue.
struct SignIn {
    let setting: Setting

    func run() async throws -> [Figure] {
        let data = try await setting.filled("sign-in", accounts: 1000)
        let server = try setting.vidimus(data)
        defer { server.stop() }
        // Short rounds: what disturbs one then disturbs both halves of it, or neither.
        let count = 10
        // One account after the other, as people come: not one with hundreds of sessions.
        var account = 0
        let load = HTTPLoad(
            port: server.port, connections: 1,
            request: { _ in
                account = (account + 1) % 1000
                return Dialect.vidimus.signIn(account)
            })
        _ = try load.run(.requests(each: 5))
        var (cpu, wall, milliseconds, bare): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        for _ in 0..<setting.rounds * 3 {
            let hash = try BareHash.run(count)
            let before = server.cpu
            let outcome = try load.run(.requests(each: count))
            let spent = (server.cpu - before) / Double(count)
            guard outcome.statuses == [200: count] else { throw Unexpected(outcome, "sign-in") }
            cpu.append(spent / hash.cpu)
            wall.append(outcome.latency(0.5) / hash.wall)
            milliseconds.append(spent * 1000)
            bare.append(hash.cpu * 1000)
        }
        return [
            Figure(
                name: "CPU of a sign-in over that of its bare hash", value: median(cpu), goal: .atMost(1.10),
                detail: "\(Figure.text(median(milliseconds))) ms over \(Figure.text(median(bare))) ms"),
            Figure(
                name: "time of a sign-in over that of its bare hash, one client", value: median(wall),
                goal: .atMost(1.10)),
        ]
    }
}
