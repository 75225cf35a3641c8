import Measuring

/// From the answer of a sign-out to refusal at every one of ten verifiers, which all knew the client.
struct SigningOut {
    let contestant: Contestant

    /// In seconds and in order.
    struct Times {
        /// Nil where the credential stays good until it expires, which is looked at.
        var refusals: [Double]?
        /// For all ten to be asked once and answer: no refusal can be seen sooner.
        var asking: [Double] = []
    }

    func run() throws -> Times {
        let watch = try RefusalWatch(ports: contestant.verifiers.map(\.port))
        let issuer = try HTTPConnections(ports: [contestant.issuer.port])
        var (refusals, asking): ([Double], [Double]) = ([], [])
        for credential in contestant.leaving {
            let request = Requests.get("/orders", token: credential)
            let start = Stopwatch.now()
            let before = try watch.ask { _ in request }
            asking.append(Stopwatch.now() - start)
            guard before.allSatisfy({ $0.status == 200 }) else {
                throw Unexpected("\(contestant.name): a good credential was refused")
            }
            let logout = Requests.post(contestant.logout, "{}", token: credential)
            guard let answer = try issuer.ask({ _ in logout }).first, answer.status == 204 else {
                throw Unexpected("\(contestant.name): the sign-out was refused")
            }
            if contestant.outlives {
                let after = try watch.ask { _ in request }
                guard after.allSatisfy({ $0.status == 200 }) else {
                    throw Unexpected("\(contestant.name): refused, which was not thought possible")
                }
            } else {
                refusals.append(
                    try watch.moment { _ in
                        request
                    } when: {
                        $1.status == 401
                    } - answer.at)
            }
        }
        return Times(refusals: contestant.outlives ? nil : refusals.sorted(), asking: asking.sorted())
    }
}
