import Measuring

/// What a guard's memory holds more for a million sessions, one in a hundred of them in the list, than for none.
struct ListMemory {
    let setting: Setting

    func run() async throws -> [Figure] {
        let empty = try setting.folder("memory-empty")
        let full = try await setting.filled("memory-full", accounts: setting.accounts)
        var (differences, idle, peaks): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<(setting.isQuick ? 1 : 3) {
            let without = try sizes(of: empty)
            let with = try sizes(of: full)
            differences.append(with.now - without.now)
            peaks.append(with.peak - without.peak)
            idle.append(with.now)
        }
        return [
            Figure(
                name:
                    "memory of a guard process, \(setting.accounts) sessions, beyond that with an empty list",
                value: median(differences), unit: " MB", goal: .atMost(16),
                detail: "\(Figure.text(median(idle))) MB in all; at its peak, while it reads the list, "
                    + "\(Figure.text(median(peaks))) MB beyond")
        ]
    }

    private func sizes(of data: String) throws -> (now: Double, peak: Double) {
        let fleet = try Fleet(setting, data: data)
        defer { fleet.stop() }
        let guards = try fleet.start(guards: 4)
        pause(seconds: 3)
        return (median(guards.map(\.memory)), median(guards.map(\.peakMemory)))
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
