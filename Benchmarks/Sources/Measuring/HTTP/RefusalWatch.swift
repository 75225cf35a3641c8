import Glibc

/// Asks every verifier again and again until each has answered as it should.
package struct RefusalWatch {
    private let lines: HTTPConnections
    /// Between two rounds of questions, so that asking does not take the machine from those who are asked.
    private static let pause: UInt32 = 250

    /// One connection to each port, kept for as long as this is.
    package init(ports: [Int]) throws { lines = try HTTPConnections(ports: ports) }

    /// Asks every one once.
    package func ask(_ request: (_ connection: Int) -> [UInt8]) throws -> [HTTPConnections.Answer] {
        try lines.ask(request)
    }

    /// When the last of them first answered as it should, by ``Stopwatch``.
    /// - Throws: if that takes more than ten seconds.
    package func moment(
        _ request: (_ connection: Int) -> [UInt8],
        when isRight: (_ connection: Int, _ answer: HTTPConnections.Answer) -> Bool
    ) throws -> Double {
        var isDone = [Bool](repeating: false, count: lines.count)
        var last = 0.0
        let start = Stopwatch.now()
        while isDone.contains(false) {
            var isAsked = isDone
            try lines.run(
                next: { connection in
                    if isAsked[connection] { return nil }
                    isAsked[connection] = true
                    return request(connection)
                },
                answered: { connection, answer in
                    guard isRight(connection, answer) else { return }
                    isDone[connection] = true
                    last = max(last, answer.at)
                })
            guard Stopwatch.now() - start < 10 else {
                throw Unexpected("\(isDone.filter { !$0 }.count) did not answer as they should within 10 s")
            }
            if isDone.contains(false) { usleep(Self.pause) }
        }
        return last
    }
}
