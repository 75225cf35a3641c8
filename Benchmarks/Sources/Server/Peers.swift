import Foundation
import Measuring

/// The same load at Vidimus, at Django with SimpleJWT, and at Flask with flask-jwt-extended.
struct Peers {
    let setting: Setting
    /// Python of the benchmark's own environment.
    private static let python = "\(FileManager.default.currentDirectoryPath)/Benchmarks/.venv/bin/python"

    func run() async throws -> (rows: [PeerRow], figures: [Figure]) {
        let data = try await setting.filled("peers", accounts: 1000)
        let rows = [
            try row("Vidimus", .vidimus) { try setting.vidimus(data) },
            try row("Django + SimpleJWT", .simpleJWT, starting: try python("simplejwt_peer")),
            try row("Flask + flask-jwt-extended", .flask, starting: try python("flask_peer")),
        ]
        let ratio = rows[1].refreshCPU / rows[0].refreshCPU
        return (
            rows,
            [
                Figure(
                    name: "refreshes for a CPU second over SimpleJWT's", value: ratio, goal: .atLeast(10),
                    detail: "\(Figure.text(rows[0].refreshCPU)) ms over \(Figure.text(rows[1].refreshCPU)) ms"
                )
            ]
        )
    }

    /// Makes a peer's database; what is returned starts it, under gunicorn with two workers of four threads.
    private func python(_ module: String) throws -> () throws -> Program {
        let environment = ["PEER_DATABASE": "\(try setting.folder(module))/peer.db"]
        let made = try Program(
            "/bin/sh", ["-c", "'\(Self.python)' \(module).py 1000 '\(Seed.password)' && echo made"],
            sign: "made", environment: environment, folder: "Benchmarks/peers")
        made.stop()
        return {
            try Program(
                "/bin/sh",
                [
                    "-c",
                    "exec '\(Self.python)' -m gunicorn --no-control-socket --workers 2 --threads 4 --keep-alive 30 "
                        + "--bind 127.0.0.1:0 \(module):application 2>&1",
                ], sign: "Listening at", environment: environment, folder: "Benchmarks/peers")
        }
    }

    private func row(_ name: String, _ dialect: Dialect, starting start: () throws -> Program) throws
        -> PeerRow
    {
        note("  \(name)")
        let hash = try BareHash.run(20)
        var row = PeerRow(name: name)
        row.start =
            1000
            * median(
                try (0..<3).map { _ in
                    let server = try start()
                    defer { server.stop() }
                    return try server.ready("/healthz")
                })
        let server = try start()
        defer { server.stop() }
        _ = try server.ready("/healthz")
        sleep(2)
        row.idle = server.memory
        var before = server.cpu
        let count = 20
        let signIn = HTTPLoad(port: server.port, connections: 1, request: { _ in dialect.signIn(7) })
        _ = try signIn.run(.requests(each: 4))
        before = server.cpu
        let signedIn = try signIn.run(.requests(each: count))
        guard signedIn.statuses == [200: count] else { throw Unexpected(signedIn, "sign-in") }
        row.signInBeyondHash = ((server.cpu - before) / Double(count) - hash.cpu) * 1000

        let refreshes = try RefreshLoad(dialect, port: server.port, connections: Refresh.connections)
        _ = try refreshes.run(seconds: 1)
        before = server.cpu
        let refreshed = try refreshes.run(seconds: setting.seconds * 2)
        row.refreshCPU = (server.cpu - before) / Double(refreshed.requests) * 1000
        row.refreshesPerSecond = refreshed.perSecond

        let guarded = HTTPLoad(
            port: server.port, connections: 64,
            request: { _ in Requests.get(dialect.guarded, token: refreshes.access) })
        _ = try guarded.run(.seconds(1))
        before = server.cpu
        let answered = try guarded.run(.seconds(setting.seconds * 2))
        guard answered.statuses.keys.allSatisfy({ $0 == 200 }) else { throw Unexpected(answered, "guarded") }
        row.guardedCPU = (server.cpu - before) / Double(answered.requests) * 1000
        row.guardedPerSecond = answered.perSecond
        return row
    }
}
