/// A load: so many connections to 127.0.0.1, each with one request under way, all on the calling thread.
///
/// What the load itself costs shows in requests a second only, and there for everybody alike; costs are taken from
/// the server's process.
package struct HTTPLoad {
    /// Where the connections go, in turn.
    let ports: [Int]
    let connections: Int
    /// The whole request that a connection sends next.
    let request: (_ connection: Int) -> [UInt8]
    /// Told of each whole answer.
    let answered: (_ connection: Int, _ answer: HTTPConnections.Answer) -> Void

    package struct Outcome {
        package var requests = 0
        package var seconds = 0.0
        /// Answers by status; 0 counts connections that were cut.
        package var statuses: [Int: Int] = [:]
        /// Seconds from a request to its whole answer, in order.
        package var latencies: [Double] = []

        package var perSecond: Double { Double(requests) / seconds }

        package func latency(_ share: Double) -> Double { quantile(share, of: latencies) }
    }

    /// When to send no more. What is under way is waited for, so that every token that was spent is replaced.
    package enum Span {
        case seconds(Double)
        case requests(each: Int)
    }

    package init(
        port: Int, connections: Int, request: @escaping (_ connection: Int) -> [UInt8],
        answered: @escaping (_ connection: Int, _ answer: HTTPConnections.Answer) -> Void = { _, _ in }
    ) {
        self.init(ports: [port], connections: connections, request: request, answered: answered)
    }

    package init(
        ports: [Int], connections: Int, request: @escaping (_ connection: Int) -> [UInt8],
        answered: @escaping (_ connection: Int, _ answer: HTTPConnections.Answer) -> Void = { _, _ in }
    ) {
        self.ports = ports
        self.connections = connections
        self.request = request
        self.answered = answered
    }

    package func run(_ span: Span) throws -> Outcome {
        let lines = try HTTPConnections(ports: (0..<connections).map { ports[$0 % ports.count] })
        var outcome = Outcome()
        var sent = [Int](repeating: 0, count: connections)
        let start = Stopwatch.now()
        try lines.run(
            next: { connection in
                let wantsMore =
                    switch span {
                    case .seconds(let seconds): Stopwatch.now() - start < seconds
                    case .requests(let each): sent[connection] < each
                    }
                guard wantsMore else { return nil }
                sent[connection] += 1
                return request(connection)
            },
            answered: { connection, answer in
                outcome.requests += 1
                outcome.statuses[answer.status, default: 0] += 1
                outcome.latencies.append(answer.latency)
                answered(connection, answer)
            })
        outcome.seconds = Stopwatch.now() - start
        outcome.latencies.sort()
        return outcome
    }
}

/// The server answered otherwise than the measurement needs.
package struct Unexpected: Error, CustomStringConvertible {
    package let description: String

    package init(_ outcome: HTTPLoad.Outcome, _ what: String) {
        description = "\(what): the answers by status were \(outcome.statuses)"
    }

    package init(_ description: String) { self.description = description }
}
