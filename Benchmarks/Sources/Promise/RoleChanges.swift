import Measuring

/// From an administrator's answer to the new rights at ten guards: the old token refused as stale by all of them, then
/// the client's refresh, then the new token accepted by all of them with the new role.
struct RoleChanges {
    let setting: Setting
    /// Accounts whose roles change, in turn.
    private static let people = 50

    func run() async throws -> [Figure] {
        let data = try await setting.filled("roles", accounts: Scale.accounts(setting), hash: .cheap)
        let fleet = try Fleet(setting, data: data)
        defer { fleet.stop() }
        let guards = try fleet.start(guards: Scale.guards)
        let client = try Client(fleet.server)
        try fleet.command(["user", "roles", "user0@example.com", "admin"])
        let administrator = try client.signIn(0)
        var sessions = try client.signIn(1..<Self.people + 1)
        let accounts = try sessions.map { session in
            let answer = try client.ask(Requests.get("/v1/me", token: session.access), expecting: 200)
            return Requests.member("id", of: answer.body) ?? ""
        }
        let watch = try RefusalWatch(ports: guards.map(\.port))
        var (refused, whole): ([Double], [Double]) = ([], [])
        for change in 0..<Scale.changes(setting) {
            let (person, role) = (change % Self.people, change / Self.people % 2 == 0 ? "editor" : "clerk")
            let old = sessions[person].access
            let before = try watch.ask { _ in Requests.get("/roles", token: old) }
            guard before.allSatisfy({ $0.status == 200 && !$0.says(role) }) else {
                throw Unexpected("a good token was refused")
            }
            let answered = try client.ask(
                Requests.send(
                    "PATCH", "/v1/users/\(accounts[person])", "{\"roles\":[\"\(role)\"]}",
                    token: administrator.access), expecting: 200
            ).at
            let stale = try watch.moment { _ in
                Requests.get("/roles", token: old)
            } when: {
                $1.isRefused(as: "stale")
            }
            sessions[person] = try client.refresh(sessions[person])
            let new = sessions[person].access
            let visible = try watch.moment { _ in
                Requests.get("/roles", token: new)
            } when: {
                $1.status == 200 && $1.says(role)
            }
            refused.append(stale - answered)
            whole.append(visible - answered)
        }
        return [
            figure("the old token refused as stale at ten guard processes", refused),
            figure("the same, then refreshed, and accepted with the new role at all ten", whole),
        ]
    }

    private func figure(_ what: String, _ seconds: [Double]) -> Figure {
        let spread = Spread(seconds: seconds)
        return Figure(
            name: "role change to \(what), 99 of 100 within", value: spread.p99, unit: " ms",
            goal: .atMost(100), detail: spread.detail)
    }
}

extension HTTPConnections.Answer {
    fileprivate func says(_ text: String) -> Bool { String(decoding: body, as: UTF8.self) == text }
}
