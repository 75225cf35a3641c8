import Measuring

/// Signed-in clients who ask for one route: what it costs a second of this machine, and of the servers' CPU.
struct Requesting {
    let contestants: [Contestant]
    let setting: Setting
    /// Six at each verifier.
    private static let connections = 6 * Field.verifiers

    struct Cost {
        var perSecond: [Double] = []
        /// Microseconds of CPU a request.
        var verifiers: [Double] = []
        var store: [Double] = []
    }

    /// For each contestant a number a round; the contestants take turns in each round.
    func run() throws -> [Cost] {
        var costs = [Cost](repeating: Cost(), count: contestants.count)
        for round in 0...(setting.isQuick ? 2 : 7) {
            for (index, contestant) in contestants.enumerated() {
                let requests = contestant.visitors.map { Requests.get("/orders", token: $0) }
                // Each connection is another client's each time.
                var turn = 0
                let load = HTTPLoad(
                    ports: contestant.verifiers.map(\.port), connections: Self.connections,
                    request: { _ in
                        turn = (turn + 7) % requests.count
                        return requests[turn]
                    })
                let before = contestant.cpu
                // The first round warms up: every client is to come to every thread of every verifier.
                let seconds = round == 0 ? 5.0 : 2
                let outcome = try load.run(.seconds(setting.isQuick ? seconds / 4 : seconds))
                let after = contestant.cpu
                guard outcome.statuses.keys.allSatisfy({ $0 == 200 }) else {
                    throw Unexpected(outcome, contestant.name)
                }
                if round == 0 { continue }
                let each = 1_000_000 / Double(outcome.requests)
                costs[index].perSecond.append(outcome.perSecond)
                costs[index].verifiers.append((after.verifiers - before.verifiers) * each)
                costs[index].store.append((after.store - before.store) * each)
            }
        }
        return costs
    }
}
