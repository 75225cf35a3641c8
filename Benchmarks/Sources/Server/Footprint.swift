import Foundation
import Glibc
import Measuring

/// Memory when nothing happens, and while 500 people sign in at once.
struct Memory {
    static let crowd = 500
    static let hashThreads = 2.0
    let setting: Setting

    func run() async throws -> [Figure] {
        let data = try await setting.filled("memory", accounts: 1000)
        let server = try setting.vidimus(data)
        defer { server.stop() }
        sleep(3)
        let idle = server.memory
        server.forgetPeak()
        let load = HTTPLoad(
            port: server.port, connections: Self.crowd, request: { Dialect.vidimus.signIn($0) })
        let outcome = try load.run(.requests(each: 1))
        guard outcome.statuses == [200: Self.crowd] else { throw Unexpected(outcome, "sign-in") }
        let hashes = Self.hashThreads * BareHash.mebibytes
        return [
            Figure(name: "memory, idle", value: idle, unit: " MB", goal: .atMost(60)),
            Figure(
                name: "500 sign-ins at once add, beyond the pool's two hashes",
                value: server.peakMemory - idle - hashes, unit: " MB", goal: .atMost(32),
                detail: "at most \(Figure.text(server.peakMemory)) MB at once, two hashes being "
                    + "\(Figure.text(hashes)) MB; all of them served"),
        ]
    }
}

/// From the start of the process to the first answer of `/readyz`, with few accounts and with many. The database is
/// not in the system's cache.
struct Start {
    let setting: Setting

    func run() async throws -> [Figure] {
        note("filling a database with \(setting.accounts) accounts and sessions")
        let few = try await times(accounts: 1000)
        let many = try await times(accounts: setting.accounts)
        return [
            Figure(
                name: "ready after a cold start, \(setting.accounts) accounts and sessions",
                value: median(many),
                unit: " s", goal: .atMost(0.5), detail: "with 1000: \(Figure.text(median(few))) s")
        ]
    }

    private func times(accounts: Int) async throws -> [Double] {
        let data = try await setting.filled("start-\(accounts)", accounts: accounts)
        return try (0..<5).map { _ in
            try Cache.evict(folder: data)
            let server = try setting.vidimus(data)
            defer { server.stop() }
            return try server.ready("/readyz")
        }
    }
}
