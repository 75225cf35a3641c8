import Measuring

/// What a guard's memory holds more with a million sessions, one in a hundred of them in the list, than the same
/// service that listens to nobody: lists, connections and all.
struct ListMemory {
    let setting: Setting

    func run() async throws -> [Figure] {
        let data = try await setting.filled("memory", accounts: setting.accounts)
        let fleet = try Fleet(setting, data: data)
        defer { fleet.stop() }
        let deaf = try fleet.start(guards: 4, .deaf)
        let hearing = try fleet.start(guards: 4)
        let empty = try Fleet(setting, data: try setting.folder("memory-empty"))
        defer { empty.stop() }
        let without = try empty.start(guards: 4)
        pause(seconds: 3)
        let (now, peak) = (median(hearing.map(\.memory)), median(hearing.map(\.peakMemory)))
        return [
            Figure(
                name: "memory that a guard process needs for the statuses of \(setting.accounts) sessions",
                value: now - median(deaf.map(\.memory)), unit: " MB", goal: .atMost(16),
                detail: "\(Figure.text(now)) MB in all, at its peak \(Figure.text(peak)); "
                    + "that of an empty installation \(Figure.text(median(without.map(\.memory))))")
        ]
    }
}

/// From the start of the server to the first list that it serves.
struct ServedList {
    let setting: Setting

    func run() async throws -> [Figure] {
        let data = try await setting.filled("start", accounts: setting.accounts)
        var times: [Double] = []
        for _ in 0..<5 {
            try Cache.evict(folder: data)
            let server = try setting.vidimus(data)
            defer { server.stop() }
            times.append(try server.ready("/status/1.1"))
        }
        return [
            Figure(
                name: "a status list served after a cold start, \(setting.accounts) sessions",
                value: median(times), unit: " s", goal: .atMost(3),
                detail: "\(setting.accounts / 100) of them in the list; slowest of \(times.count): "
                    + "\(Figure.text(times.max() ?? 0)) s")
        ]
    }
}

/// What a sign-out costs the server with a million sessions, over what it costs with a thousand.
struct ChangeCost {
    let setting: Setting

    func run() async throws -> [Figure] {
        let few = try await installation(accounts: 1000)
        defer { few.fleet.stop() }
        let many = try await installation(accounts: setting.accounts)
        defer { many.fleet.stop() }
        let count = setting.isQuick ? 100 : 200
        var (cpu, wall, single): ([Double], [Double], [Double]) = ([], [], [])
        for round in 0...(setting.isQuick ? 2 : 7) {
            let small = try few.cost(of: count)
            let large = try many.cost(of: count)
            // The first round warms up.
            if round == 0 { continue }
            cpu.append(large.cpu / small.cpu)
            wall.append(large.wall / small.wall)
            single.append(large.cpu * 1000)
        }
        return [
            Figure(
                name: "CPU of a sign-out with \(setting.accounts) sessions over that with 1000",
                value: median(cpu), goal: .atMost(1.5),
                detail: "\(Figure.text(median(single))) ms, one guard listening"),
            Figure(
                name: "time of a sign-out with \(setting.accounts) sessions over that with 1000",
                value: median(wall), goal: .atMost(1.5)),
        ]
    }

    private func installation(accounts: Int) async throws -> Installation {
        let data = try await setting.filled("change-\(accounts)", accounts: accounts, hash: .cheap)
        let fleet = try Fleet(setting, data: data)
        _ = try fleet.start(guards: 1)
        return Installation(fleet: fleet, client: try Client(fleet.server))
    }

    private struct Installation {
        let fleet: Fleet
        let client: Client

        /// CPU seconds and seconds of a sign-out, one after the other, the median of their times.
        func cost(of count: Int) throws -> (cpu: Double, wall: Double) {
            let sessions = try client.signIn(0..<count)
            let before = fleet.server.cpu
            var times: [Double] = []
            for session in sessions {
                let start = Stopwatch.now()
                times.append(try client.signOut(session) - start)
            }
            return ((fleet.server.cpu - before) / Double(count), median(times))
        }
    }
}
