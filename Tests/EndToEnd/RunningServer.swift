import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import VidimusJOSE

/// A real server: the binary, a folder and a port of its own.
final class RunningServer: Sendable {
    static let password = "four words that nobody guesses"
    /// Cheap hashes, and limits that do not stand in a test's way.
    private static let environment = [
        "VIDIMUS_HASH_MEMORY": "64", "VIDIMUS_HASH_ITERATIONS": "1", "VIDIMUS_LIMIT_ACCOUNT": "100000/1s",
        "VIDIMUS_LIMIT_SIGN_UP": "100000/1s", "VIDIMUS_SET_UP_LINK": "stdout",
    ]

    let folder: Folder
    let port: Int
    private let child: Child

    var address: String { "http://localhost:\(port)" }

    var dataFolder: String { folder.file("data") }

    private init(folder: Folder, port: Int, child: Child) {
        self.folder = folder
        self.port = port
        self.child = child
    }

    /// Starts a server and waits until it listens.
    static func start(
        _ arguments: [String] = [], folder: Folder? = nil, port givenPort: Int? = nil,
        environment: [String: String] = [:]
    ) async throws -> RunningServer {
        let folder = try folder ?? Folder()
        await room.enter()
        let (port, child): (Int, Child)
        do {
            port = try givenPort ?? freePort()
            child = try Child(
                Binary.path, ["serve", "--port", "\(port)", "--data", folder.file("data")] + arguments,
                environment: Self.environment.merging(environment) { $1 })
        } catch {
            await room.leave()
            throw error
        }
        Task {
            await child.exit()
            await room.leave()
        }
        let server = RunningServer(folder: folder, port: port, child: child)
        let deadline = ContinuousClock.now + .seconds(60)
        while !child.out.contains("listens on") {
            guard child.isRunning, ContinuousClock.now < deadline else {
                throw NotStarted(description: "the server did not start: \(child.err)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return server
    }

    struct NotStarted: Error, CustomStringConvertible { let description: String }

    /// Starts one, runs `body` with it, and ends it however `body` ends.
    static func with<T>(
        _ arguments: [String] = [], environment: [String: String] = [:],
        _ body: (RunningServer) async throws -> T
    ) async throws -> T {
        let server = try await start(arguments, environment: environment)
        defer { server.signal(SIGKILL) }
        return try await body(server)
    }

    /// The same data and port in a new process.
    func restarted(_ arguments: [String] = []) async throws -> RunningServer {
        try await Self.start(arguments, folder: folder, port: port)
    }

    func signal(_ number: Int32) { child.signal(number) }

    func exit() async -> Int32 { await child.exit() }

    var out: String { child.out }

    var err: String { child.err }

    /// The set-up link's token, once it is printed.
    func setUpToken() async throws -> String {
        for _ in 0..<500 {
            if let link = out.split(whereSeparator: \.isWhitespace).first(where: {
                $0.contains("/setup?token=")
            }),
                let token = link.split(separator: "=").last, out.hasSuffix("\n")
            {
                return String(token)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotStarted(description: "no set-up link: \(out)")
    }

    /// A command in another process on the same data.
    func vidimus(_ arguments: String..., input: String = "", environment: [String: String] = [:]) async throws
        -> Output
    {
        try await Child.run(
            Binary.path, arguments + ["--data", dataFolder],
            environment: Self.environment.merging(environment) { $1 }, input: input)
    }

    /// A port nobody listens on now.
    private static func freePort() throws -> Int {
        let listener = try Connection.listener()
        defer { close(listener.socket) }
        return listener.port
    }
}

/// So many servers at once: more would only make each other slow, and some tests measure time.
private let room = Room(for: 5)

private actor Room {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(for count: Int) { free = count }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// One client for all tests, with room for many connections to one server.
private let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(
        timeout: .init(connect: .seconds(10), read: .seconds(60)),
        connectionPool: .init(idleTimeout: .seconds(2), concurrentHTTP1ConnectionsPerHostSoftLimit: 64))
    configuration.redirectConfiguration = .disallow
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
}()

/// An answer of the server's.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let text: String

    var json: JSON { (try? JSON.parse(Array(text.utf8))) ?? .null }

    /// The status and the code of a refusal, such as `401 stale`; `200` alone if there is none.
    var summary: String { json["code"]?.string.map { "\(status) \($0)" } ?? "\(status)" }
}

/// What a sign-in or a refresh answered.
struct Grant: Sendable {
    let access: String
    let refresh: String

    init(_ reply: Reply) throws {
        try #require(reply.status == 200, "\(reply.summary)")
        access = try #require(reply.json["access_token"]?.string)
        refresh = try #require(reply.json["refresh_token"]?.string)
    }
}

extension RunningServer {
    func call(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, token: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.headers.add(contentsOf: headers)
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.encoded()))
        }
        let response = try await client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Reply(
            status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    func signUp(_ email: String) async throws {
        let body: JSON = ["email": .string(email), "password": .string(Self.password)]
        try #require(try await call(.POST, "/v1/signup", body).status == 201)
    }

    func signIn(_ email: String) async throws -> Reply {
        try await call(.POST, "/v1/login", ["email": .string(email), "password": .string(Self.password)])
    }

    /// Signs up and in.
    func person(_ email: String = "ada@example.com") async throws -> Grant {
        try await signUp(email)
        return try Grant(try await signIn(email))
    }

    func refresh(_ token: String) async throws -> Reply {
        try await call(.POST, "/v1/refresh", ["refresh_token": .string(token)])
    }

    func me(_ token: String) async throws -> String { try await call(.GET, "/v1/me", token: token).summary }

    /// How long it takes until `/v1/me` answers a token like that.
    func time(until summary: String, for token: String) async throws -> Duration {
        let start = ContinuousClock.now
        while try await me(token) != summary {
            guard ContinuousClock.now - start < .seconds(10) else { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        return ContinuousClock.now - start
    }
}
