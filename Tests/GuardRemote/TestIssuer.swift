import CoreMetrics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

@testable import VidimusGuardRemote

/// An issuer in this process that speaks as decision 23 says, over real connections, and can be made to misbehave.
final class TestIssuer: Sendable {
    static let clientID = "orders service"
    static let secret = "s:cr%t +"

    struct Faults: Sendable {
        /// Every request is answered 503.
        var isGone = false
        /// Keys and lists are answered this much later.
        var delay = Duration.zero
        var hasDiscovery = true
        /// What the discovery document says the issuer is.
        var claimedIssuer: String?
        var redirectsKeys = false
        /// A cache before it gives out the first key set of each address for ever, whatever a client asks for.
        var cachesKeys = false
        /// The body of the key set, instead of ours.
        var keySet: String?
        /// Answers that are sent instead of the lists of these paths.
        var lists: [String: String] = [:]
        /// The answer instead of the list of lists.
        var names: String?
        var beats = true
        var streamStatus = 200
    }

    struct State: Sendable {
        var keys: [SigningKey] = []
        var lists: [String: StatusList] = [:]
        var head: Int64 = 0
        /// The number before the first event that is kept.
        var base: Int64 = 0
        var log: [(number: Int64, frame: String)] = []
        var listeners: [Int: AsyncStream<String>.Continuation] = [:]
        var nextListener = 0
        var counts: [String: Int] = [:]
        var seenEventIDs: [String] = []
        var tokenLife: Int64 = 900
        var tokens: Set<String> = []
        var maxAge = 300
        var cachedKeys: [String: String] = [:]
    }

    let faults = Shared(Faults())
    let state = Mutex(State())
    private let place = Shared("")
    private let running = Shared<Task<Void, any Error>?>(nil)

    var name: String { "http://127.0.0.1:\(place.value)" }

    func list(_ id: String = "1.1") -> String { "\(name)/status/\(id)" }

    private init() {}

    /// Starts one with a key and a list, runs `body`, and ends it.
    static func with(_ body: (TestIssuer) async throws -> Void) async throws {
        let issuer = TestIssuer()
        let key = try SigningKey.generate(.es256)
        issuer.state.withLock { state in
            state.keys = [key]
            state.lists = ["1.1": StatusList(size: 1_024)]
        }
        try await issuer.start()
        do {
            try await body(issuer)
        } catch {
            await issuer.stop()
            throw error
        }
        await issuer.stop()
    }

    func start() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let port = Int(place.value) ?? 0
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let app = Application(
            router: routes(), configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        running.value = Task { try await app.run() }
        for await port in ports {
            place.value = "\(port)"
            break
        }
    }

    func stop() async {
        cut()
        running.value?.cancel()
        _ = await running.value?.result
        running.value = nil
    }

    func count(_ what: String) -> Int { state.withLock { $0.counts[what] ?? 0 } }

    private func counted(_ what: String) { state.withLock { $0.counts[what, default: 0] += 1 } }
}

// What happens to it
extension TestIssuer {
    /// Raises an entry and tells everybody.
    func raise(_ index: Int, to status: Status, in id: String = "1.1", tell: Bool = true) {
        let address = list(id)
        state.withLock { state in
            state.lists[id]?.raise(index, to: status)
            guard tell else { return }
            Self.append(
                "status", #"{"list":"\#(address)","changes":[[\#(index),\#(status.rawValue)]]}"#, &state)
        }
    }

    func announce(_ id: String) {
        state.withLock { state in
            state.lists[id] = StatusList(size: 1_024)
            Self.append("reset", "{}", &state)
        }
    }

    func drop(_ id: String) {
        state.withLock { state in
            state.lists[id] = nil
            Self.append("reset", "{}", &state)
        }
    }

    /// Puts another key in the place of the one that signs; those before stay, or go.
    @discardableResult
    func rotate(emergency: Bool = false, tell: Bool = true) throws -> SigningKey {
        let key = try SigningKey.generate(.es256)
        state.withLock { state in
            state.keys = emergency ? [key] : [key] + state.keys
            if tell { Self.append("keys", "{}", &state) }
        }
        return key
    }

    /// Says something to whoever listens, without a place in the backlog.
    func say(_ frame: String) {
        state.withLock { state in
            for listener in state.listeners.values { listener.yield(frame) }
        }
    }

    /// Forgets what was said, as a backlog that ran over does.
    func forgetBacklog() {
        state.withLock { state in
            state.base = state.head
            state.log = []
        }
    }

    /// Ends every stream.
    func cut() {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return state.listeners.values
        }
        for listener in listeners { listener.finish() }
    }

    var listenerCount: Int { state.withLock { $0.listeners.count } }

    private static func append(_ name: String, _ data: String, _ state: inout State) {
        state.head += 1
        let frame = "id: \(state.head)\nevent: \(name)\ndata: \(data)\n\n"
        state.log.append((state.head, frame))
        for listener in state.listeners.values { listener.yield(frame) }
    }

    private static func heartbeat(_ head: Int64) -> String {
        "id: \(head)\nevent: heartbeat\ndata: {\"head\":\(head),\"at\":\(Timestamp.systemClock().milliseconds)}\n\n"
    }

    /// A list as it is signed now.
    func signed(
        _ id: String = "1.1", address: String? = nil, type: String = StatusListToken.type,
        age: Duration = .zero,
        issuer: String? = nil, by key: SigningKey? = nil
    ) throws -> String {
        let (own, list, head) = state.withLock { ($0.keys.first, $0.lists[id], $0.head) }
        guard let key = key ?? own, let list else { return "" }
        let now = Timestamp.systemClock()
        let token = StatusListToken(
            address: address ?? self.list(id), issuedAt: now - age, expiresAt: now + .seconds(3_600),
            timeToLive: .seconds(60), change: head, list: list)
        var claims = try token.claims().object ?? []
        if let issuer { claims.append(.init("iss", .string(issuer))) }
        return try Token.sign(.object(claims), type: type, with: key)
    }

    /// An access token of ours.
    func token(_ index: Int64 = 1, list id: String = "1.1", by key: SigningKey? = nil) throws -> String {
        let own = state.withLock { $0.keys.first }
        guard let key = key ?? own else { return "" }
        let now = Timestamp.systemClock().seconds
        return try Token.sign(
            [
                "iss": .string(name), "aud": "orders", "sub": "ada", "jti": .string("\(index)"),
                "iat": .integer(now), "exp": .integer(now + 900),
                "status": ["status_list": ["idx": .integer(index), "uri": .string(list(id))]],
            ], type: "at+jwt", with: key)
    }
}

// How it answers
extension TestIssuer {
    private func routes() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/.well-known/openid-configuration") { [self] _, _ in
            try await answer("discovery") { try discovery() }
        }
        router.get("/.well-known/jwks.json") { [self] request, _ in
            try await answer("keys") { try keySet(request) }
        }
        router.get("/status") { [self] _, _ in
            try await answer("names") {
                let names = state.withLock { $0.lists.keys.sorted() }.map { JSON.string(list($0)) }
                return json(faults.value.names ?? text(["status_lists": .array(names)]))
            }
        }
        router.post("/oauth/token") { [self] request, _ in
            try await answer("tokens") { try await grant(request) }
        }
        router.get("/status/events") { [self] request, _ in
            try await answer("streams") { stream(request) }
        }
        router.get("/status/:id") { [self] _, context in
            let id = context.parameters.get("id") ?? ""
            return try await answer("lists") {
                let body = try faults.value.lists[id] ?? signed(id)
                return Response(
                    status: body.isEmpty ? .notFound : .ok,
                    headers: [.contentType: StatusListToken.mediaType],
                    body: .init(byteBuffer: ByteBuffer(string: body)))
            }
        }
        return router
    }

    private func answer(_ what: String, _ body: () async throws -> Response) async throws -> Response {
        counted(what)
        if faults.value.isGone { return Response(status: .serviceUnavailable) }
        if what == "keys" || what == "lists" { try await Task.sleep(for: faults.value.delay) }
        return try await body()
    }

    private func text(_ json: JSON) -> String { String(decoding: json.encoded(), as: UTF8.self) }

    private func json(_ text: String, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func discovery() throws -> Response {
        guard faults.value.hasDiscovery else { return Response(status: .notFound) }
        return json(
            text([
                "issuer": .string(faults.value.claimedIssuer ?? name),
                "jwks_uri": .string(name + "/.well-known/jwks.json"),
            ]))
    }

    private func keySet(_ request: Request) throws -> Response {
        if faults.value.redirectsKeys {
            return Response(status: .found, headers: [.location: name + "/.well-known/jwks.json?elsewhere"])
        }
        let (keys, age) = state.withLock { ($0.keys, $0.maxAge) }
        var body = try faults.value.keySet ?? text(JWKSet(keys: keys.map(\.verificationKey)).json)
        if faults.value.cachesKeys {
            body = state.withLock { state in
                let first = state.cachedKeys[request.uri.string] ?? body
                state.cachedKeys[request.uri.string] = first
                return first
            }
        }
        let tag = "\"\(body.hashValue)\""
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "public, max-age=\(age)"]
        if request.headers[.ifNoneMatch] == tag {
            counted("keys unchanged")
            return Response(status: .notModified, headers: headers)
        }
        return json(body, headers: headers)
    }

    private func grant(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1_024)
        // "orders service" and "s:cr%t +", form-encoded, as Basic.
        let isKnown = request.headers[.authorization] == "Basic b3JkZXJzK3NlcnZpY2U6cyUzQWNyJTI1dCslMkI="
        guard isKnown, String(buffer: body) == "grant_type=client_credentials&scope=status%3Aread" else {
            var refusal = json(#"{"error":"invalid_client"}"#)
            refusal.status = .unauthorized
            return refusal
        }
        let (token, life) = state.withLock { state -> (String, Int64) in
            let token = "token-\(state.counts["tokens"] ?? 0)"
            state.tokens.insert(token)
            return (token, state.tokenLife)
        }
        return json(#"{"access_token":"\#(token)","token_type":"Bearer","expires_in":\#(life)}"#)
    }

    private func stream(_ request: Request) -> Response {
        let bearer = request.headers[.authorization]?.dropFirst("Bearer ".count) ?? ""
        let last = HTTPField.Name("last-event-id").flatMap { request.headers[$0] }
        let (frames, continuation) = AsyncStream.makeStream(of: String.self)
        let id: Int? = state.withLock { state in
            guard state.tokens.contains(String(bearer)) else { return nil }
            state.seenEventIDs.append(last ?? "")
            let after = last.flatMap { Int64($0) } ?? state.head
            if after < state.base || after > state.head {
                continuation.yield("id: \(state.head)\nevent: reset\ndata: {}\n\n")
            } else {
                for entry in state.log where entry.number > after { continuation.yield(entry.frame) }
            }
            if faults.value.beats { continuation.yield(Self.heartbeat(state.head)) }
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        guard let id else { return Response(status: .unauthorized) }
        guard faults.value.streamStatus == 200 else { return Response(status: .forbidden) }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: ResponseBody { [self] writer in
                let beat = Task {
                    while !Task.isCancelled {
                        try await Task.sleep(for: .milliseconds(100))
                        guard faults.value.beats else { continue }
                        state.withLock { _ = $0.listeners[id]?.yield(Self.heartbeat($0.head)) }
                    }
                }
                defer {
                    beat.cancel()
                    state.withLock { _ = $0.listeners.removeValue(forKey: id) }
                }
                for await frame in frames { try await writer.write(ByteBuffer(string: frame)) }
                throw Cut()
            })
    }

    private struct Cut: Error {}
}

/// A guard of another process, so to speak: it knows an issuer by its address only.
struct Guard: Sendable {
    let remote: RemoteIssuer
    let verifier: TokenVerifier
    private let task: Task<Void, any Error>

    static let pace: Pace = {
        var pace = Pace()
        pace.silence = .seconds(2)
        return pace
    }()

    static func with(
        _ issuer: TestIssuer, listens: Bool = true, secret: String = TestIssuer.secret,
        pollEvery: Duration? = nil,
        http: any OutgoingHTTP = HTTPConnections.shared, pace: Pace = pace, ready: Bool = true,
        _ change: (inout TokenVerifier.Configuration) -> Void = { _ in }, _ body: (Guard) async throws -> Void
    ) async throws {
        let remote = try RemoteIssuer(
            issuer.name, clientID: listens ? TestIssuer.clientID : nil, clientSecret: secret,
            pollEvery: pollEvery,
            http: http, logger: silent, metrics: NOOPMetricsHandler.instance, now: Timestamp.systemClock,
            pace: pace)
        var configuration = TokenVerifier.Configuration(issuer: issuer.name, audience: "orders")
        change(&configuration)
        let verifier = TokenVerifier(configuration, keys: remote.keys, statuses: remote.statuses)
        let own = Guard(remote: remote, verifier: verifier, task: Task { try await remote.run() })
        do {
            if ready {
                guard await remote.ready(within: .seconds(60)) else { throw NotReady() }
            }
            try await body(own)
        } catch {
            await own.stop()
            throw error
        }
        await own.stop()
    }

    struct NotReady: Error {}

    private func stop() async {
        task.cancel()
        _ = await task.result
    }

    private static var silent: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// What a token is answered, `good` or the code of its refusal.
    func answer(_ token: String) async -> String {
        do throws(Refusal) {
            _ = try await verifier.verifyAwaitingKeys(token[...])
        } catch {
            return error.code.rawValue
        }
        return "good"
    }

    /// How long it takes until a token is answered like that; ten seconds at most.
    func time(until answer: String, for token: String) async throws -> Duration {
        try await eventually { await self.answer(token) == answer }
    }
}

/// What is soon beside other tests in the same process. What people see is timed by the end-to-end tests.
let soon = Duration.seconds(3)

/// How long it takes until something holds; ten seconds at most, after which it is an error.
@discardableResult
func eventually(_ holds: () async throws -> Bool) async throws -> Duration {
    let start = ContinuousClock.now
    while try await !holds() {
        guard start.duration(to: .now) < .seconds(30) else { throw NeverHeld() }
        try await Task.sleep(for: .milliseconds(2))
    }
    return start.duration(to: .now)
}

struct NeverHeld: Error {}
