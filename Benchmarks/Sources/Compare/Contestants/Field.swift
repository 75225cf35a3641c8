import Foundation
import Measuring
import VidimusJOSE

/// Starts the contestants, each with the same number of live sessions, and ends them.
final class Field {
    static let verifiers = 10
    let setting: Setting
    private(set) var contestants: [Contestant] = []
    private let sessions: [StoredSession]
    private var programs: [Program] = []
    private var fleet: Fleet?
    private var database: PostgreSQLServer?

    init(_ setting: Setting) {
        self.setting = setting
        let inAnHour = Int(Date().timeIntervalSince1970) + 3600
        sessions = StoredSession.many(Self.live(setting), expiresAt: inAnHour)
    }

    static func live(_ setting: Setting) -> Int { setting.isQuick ? 10_000 : 100_000 }
    /// Clients that come all the time, and clients that sign out.
    static let visitors = 500
    static func leaving(_ setting: Setting) -> Int { setting.isQuick ? 20 : 200 }

    func start() async throws {
        note("sessions in SQLite")
        let file = "\(try setting.folder("sqlite"))/sessions.db"
        try SQLiteSessions.make(file, sessions)
        try add("session table, SQLite", "sqlite", store: file, credentials: sessions.map(\.id))

        note("sessions in PostgreSQL")
        let database = try PostgreSQLServer()
        self.database = database
        try PostgreSQLSessions.make(database.address, sessions)
        try add(
            "session table, PostgreSQL", "postgresql", store: database.address, server: database.program,
            credentials: sessions.map(\.id))

        note("sessions in Redis")
        let (redis, socket) = try RedisServer.start(in: setting.folder("redis"))
        programs.append(redis)
        try RedisSessions.make(socket, sessions)
        try add("sessions in Redis", "redis", store: socket, server: redis, credentials: sessions.map(\.id))

        note("tokens")
        let people = sessions.prefix(Self.visitors + Self.leaving(setting))
        for (title, algorithm) in [("HS256", SignatureAlgorithm.hs256), ("ES256", .es256)] {
            let key = try SigningKey.generate(algorithm)
            let tokens = try people.map { try Tokens.mint(for: $0, with: key) }
            try add("plain JWT, \(title)", "jwt", key: key, credentials: tokens, outlives: true)
            guard algorithm == .es256 else { continue }
            let table = "\(try setting.folder("blacklist"))/blacklist.db"
            // One session in ten was signed out, and its token has not expired yet.
            try BlacklistedTokens.make(table, sessions.suffix(sessions.count / 10))
            try add(
                "JWT, \(title), and a blacklist in SQLite", "blacklist", store: table, key: key,
                credentials: tokens)
        }

        note("Vidimus")
        try await addVidimus()
    }

    func stop() {
        Program.stop(programs)
        fleet?.stop()
        database?.stop()
    }

    private func add(
        _ name: String, _ kind: String, store: String = "", server: Program? = nil, key: SigningKey? = nil,
        credentials: [String], outlives: Bool = false
    ) throws {
        var environment = ["COMPARE_STORE": store]
        if let key {
            environment["COMPARE_KEY"] = String(decoding: Self.verifying(key).encoded(), as: UTF8.self)
        }
        var started: [Program] = []
        // One more, where clients sign out.
        for _ in 0...Self.verifiers {
            let program = try Program(
                setting.program("Compare"), ["serve", kind], sign: "listens on", environment: environment)
            programs.append(program)
            started.append(program)
        }
        contestants.append(
            Contestant(
                name: name, verifiers: Array(started.dropLast()), store: server,
                issuer: started[Self.verifiers],
                visitors: Array(credentials.prefix(Self.visitors)),
                leaving: Array(credentials.dropFirst(Self.visitors).prefix(Self.leaving(setting))),
                outlives: outlives))
    }

    /// What verifiers of a key's tokens must have: its public half, or the secret itself.
    private static func verifying(_ key: SigningKey) -> JSON {
        key.verificationKey.jwk.map(\.json) ?? key.privateJWK
    }

    private func addVidimus() async throws {
        let data = try await setting.filled("vidimus", accounts: sessions.count * 100 / 99 + 1, hash: .cheap)
        let fleet = try Fleet(setting, data: data)
        self.fleet = fleet
        let client = try Client(fleet.server)
        let tokens = try client.signIn(0..<Self.visitors + 2 * Self.leaving(setting)).map(\.access)
        for (number, habit) in [Fleet.Habit.usual, .remembers(0)].enumerated() {
            contestants.append(
                Contestant(
                    name: number == 0 ? "Vidimus" : "Vidimus, every token as if never seen",
                    verifiers: try fleet.start(guards: Self.verifiers, habit), store: fleet.server,
                    issuer: fleet.server, logout: "/v1/logout", visitors: Array(tokens.prefix(Self.visitors)),
                    leaving: Array(
                        tokens.dropFirst(Self.visitors + number * Self.leaving(setting))
                            .prefix(Self.leaving(setting)))))
        }
    }
}
