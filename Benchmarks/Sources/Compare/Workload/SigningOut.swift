import Measuring

/// From the answer of a sign-out to refusal at every one of ten verifiers, which all knew the client.
struct SigningOut {
    let contestant: Contestant

    /// Seconds, in order; nil where the credential stays good until it expires, which is looked at.
    func run() throws -> [Double]? {
        let watch = try RefusalWatch(ports: contestant.verifiers.map(\.port))
        let issuer = try HTTPConnections(ports: [contestant.issuer.port])
        var times: [Double] = []
        for credential in contestant.leaving {
            let request = Requests.get("/orders", token: credential)
            let before = try watch.ask { _ in request }
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
                times.append(
                    try watch.moment { _ in
                        request
                    } when: {
                        $1.status == 401
                    } - answer.at)
            }
        }
        return contestant.outlives ? nil : times.sorted()
    }
}
