import Foundation
import Measuring
import ServerDatabase

/// Tokens of sessions that are refreshed, each by one connection.
final class RefreshLoad {
    let dialect: Dialect
    let port: Int
    let connections: Int
    private(set) var tokens: [String]
    private(set) var access = ""

    /// Signs in, one account a connection.
    init(_ dialect: Dialect, port: Int, connections: Int) throws {
        self.dialect = dialect
        self.port = port
        self.connections = connections
        var (tokens, access) = ([String](repeating: "", count: connections), "")
        let outcome = try HTTPLoad(
            port: port, connections: connections, request: { dialect.signIn($0) },
            answered: { connection, answer in
                tokens[connection] = Requests.member(dialect.renewal, of: answer.body) ?? ""
                access = Requests.member(dialect.access, of: answer.body) ?? access
            }
        ).run(.requests(each: 1))
        guard outcome.statuses == [200: connections] else { throw Unexpected(outcome, "sign-in") }
        self.tokens = tokens
        self.access = access
    }

    /// The same sessions at a server that was started anew.
    init(_ former: RefreshLoad, port: Int) {
        dialect = former.dialect
        self.port = port
        connections = former.connections
        tokens = former.tokens
        access = former.access
    }

    func run(seconds: Double) throws -> HTTPLoad.Outcome {
        let outcome = try HTTPLoad(
            port: port, connections: connections, request: { self.dialect.refreshing(self.tokens[$0]) },
            answered: { connection, answer in
                if answer.status == 200, let token = Requests.member(self.dialect.renewal, of: answer.body) {
                    self.tokens[connection] = token
                }
            }
        ).run(.seconds(seconds))
        guard outcome.statuses.keys.allSatisfy({ $0 == 200 }) else { throw Unexpected(outcome, "refresh") }
        return outcome
    }
}

/// Durable refreshes over HTTP, beside the bare group-committed writes of the same statements.
struct Refresh {
    static let connections = 64
    let setting: Setting

    func run() async throws -> [Figure] {
        let data = try await setting.filled("refresh", accounts: 1000)
        let first = try setting.vidimus(data)
        let signedIn = try RefreshLoad(.vidimus, port: first.port, connections: Self.connections)
        first.stop()
        let copy = "\(setting.scratch)/refresh-bare.db"
        try FileManager.default.copyItem(atPath: "\(data)/vidimus.db", toPath: copy)
        let bare = try await BareWrite(path: copy, tasks: Self.connections)
        let server = try setting.vidimus(data)
        defer { server.stop() }
        let load = RefreshLoad(signedIn, port: server.port)
        _ = try load.run(seconds: 1)
        _ = try await bare.run(seconds: 1)
        var (ratios, http, writes, cpu, slow): ([Double], [Double], [Double], [Double], [Double]) =
            ([], [], [], [], [])
        var bareCPU: [Double] = []
        for _ in 0..<setting.rounds {
            let written = try await bare.run(seconds: setting.seconds)
            bareCPU.append(written.cpu)
            let before = server.cpu
            let outcome = try load.run(seconds: setting.seconds)
            cpu.append((server.cpu - before) / Double(outcome.requests) * 1000)
            ratios.append(outcome.perSecond / written.perSecond)
            http.append(outcome.perSecond)
            writes.append(written.perSecond)
            slow.append(outcome.latency(0.99) * 1000)
        }
        await bare.database.close()
        return [
            Figure(
                name: "durable refreshes a second over bare group-committed writes, 64 connections",
                value: median(ratios), goal: .atLeast(0.4),
                detail: "\(Figure.text(median(http)))/s over \(Figure.text(median(writes)))/s; "
                    + "\(Figure.text(median(cpu))) ms CPU over \(Figure.text(median(bareCPU))) ms; 99 % within \(Figure.text(median(slow))) ms"
            )
        ]
    }
}
