import Measuring

/// From the answer of a sign-out to refusal at ten guards in processes of their own.
///
/// Each session has two tokens: one that every guard has verified before, and one that none has seen. Both are asked
/// for at every guard, on connections of their own, until every one was refused as revoked.
struct SignOuts {
    let setting: Setting

    func run() async throws -> [Figure] {
        let data = try await setting.filled("sign-out", accounts: Scale.accounts(setting), hash: .cheap)
        let fleet = try Fleet(setting, data: data)
        defer { fleet.stop() }
        let guards = try fleet.start(guards: Scale.guards)
        let client = try Client(fleet.server)
        // The tokens that were seen, then those that were not.
        let watch = try RefusalWatch(ports: guards.map(\.port) + guards.map(\.port))
        let sessions = try client.signIn(0..<Scale.changes(setting))
        var (seen, unseen, asking): ([Double], [Double], [Double]) = ([], [], [])
        for old in sessions {
            // The next token of the same session has the same entry in the list.
            let new = try client.refresh(old)
            let start = Stopwatch.now()
            let before = try watch.ask { _ in Requests.get("/orders", token: old.access) }
            asking.append(Stopwatch.now() - start)
            guard before.allSatisfy({ $0.status == 200 }) else {
                throw Unexpected("a good token was refused")
            }
            let answered = try client.signOut(old)
            var times = [Double](repeating: 0, count: 2 * guards.count)
            _ = try watch.moment {
                Requests.get("/orders", token: $0 < guards.count ? old.access : new.access)
            } when: { connection, answer in
                guard answer.isRefused(as: "revoked") else { return false }
                times[connection] = answer.at - answered
                return true
            }
            seen.append(times[..<guards.count].max() ?? 0)
            unseen.append(times[guards.count...].max() ?? 0)
        }
        return [figure("seen before", seen, asking), figure("not seen before", unseen, asking)]
    }

    private func figure(_ kind: String, _ seconds: [Double], _ asking: [Double]) -> Figure {
        let spread = Spread(seconds: seconds)
        return Figure(
            name: "sign-out to refusal at ten guard processes, \(Scale.live(setting)) live sessions, "
                + "token \(kind), 99 of 100 within",
            value: spread.p99, unit: " ms", goal: .atMost(100),
            detail: "\(spread.detail); to ask all once took \(Figure.text(median(asking) * 1000)) ms")
    }
}

extension HTTPConnections.Answer {
    func isRefused(as code: String) -> Bool { status == 401 && Requests.member("code", of: body) == code }
}
