import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import VidimusGuard
import VidimusGuardHummingbird
import VidimusJOSE
import VidimusStatusList

/// A service behind a guard, with the issuer of its tokens in the same process and a clock that stands still.
struct Service {
    static let issuer = "https://id.example"
    static let audience = "https://api.example"
    static let listAddress = "https://id.example/status/1"
    static let now = Timestamp(seconds: 1_800_000_000)

    let key: SigningKey
    let list = StatusList(size: 64)
    let statuses = LocalStatus()
    let verifier: TokenVerifier
    let refusals = RefusalLog()

    /// - Parameter confirmed: how many seconds ago the view of statuses was confirmed; nil for never.
    init(confirmed: Int64? = 0) throws {
        // RFC 7515 A.3.
        key = try SigningKey(
            JWK([
                "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "p256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
            ]))
        statuses.announce(list, at: Self.listAddress)
        if let confirmed { statuses.confirm(at: Self.now - .seconds(confirmed)) }
        verifier = TokenVerifier(
            .init(issuer: Self.issuer, audience: Self.audience),
            keys: LocalKeys(try JWKSet(keys: [key.verificationKey])), statuses: statuses, now: { Self.now })
    }

    func token(
        role: String? = nil, scope: String? = nil, expiresIn: Int64 = 900, signedIn: Int64 = 30,
        index: Int64 = 1
    ) throws -> String {
        var claims: [JSON.Member] = [
            .init("iss", .string(Self.issuer)), .init("aud", .string(Self.audience)), .init("sub", "alice"),
            .init("jti", "t"), .init("iat", .integer(Self.now.seconds)),
            .init("exp", .integer(Self.now.seconds + expiresIn)),
            .init("auth_time", .integer(Self.now.seconds - signedIn)),
            .init("status", ["status_list": ["idx": .integer(index), "uri": .string(Self.listAddress)]]),
        ]
        if let role { claims.append(.init("roles", [.string(role)])) }
        if let scope { claims.append(.init("scope", .string(scope))) }
        return try Token.sign(.object(claims), type: "at+jwt", with: key)
    }

    /// The service's routes: one for each kind of requirement, and one that nobody guards.
    func router() -> Router<BasicGuardedRequestContext> {
        let router = Router(context: BasicGuardedRequestContext.self)
        let count: @Sendable (Refusal) -> Void = { [refusals] in refusals.append($0) }
        router.get("/open") { _, context in context.principal?.subject ?? "nobody" }
        let signedIn = router.guarded(by: verifier, onRefusal: count)
        signedIn.get("/me") { _, context in context.principal.subject }
        signedIn.get("/items/:id") { _, context in try context.parameters.require("id") }
        signedIn.require(.scope("orders:write"), onRefusal: count).post("/orders") { _, context in
            context.principal.subject
        }
        signedIn.require(.fresh(within: .seconds(60)), onRefusal: count, now: { Self.now })
            .get("/password") { _, context in context.principal.subject }
        router.guarded(by: verifier, .role("admin"), realm: "admin", onRefusal: count)
            .get("/admin") { _, context in context.principal.subject }
        router.guarded(by: verifier, locations: [.bearer, .header("X-Access-Token")], onRefusal: count)
            .get("/both") { _, context in context.principal.subject }
        router.guarded(by: verifier, locations: [.header("x-access-token")], onRefusal: count)
            .get("/header") { _, context in context.principal.subject }
        router.group().group(context: SignedIn<BasicGuardedRequestContext>.self)
            .get("/forgotten") { _, context in context.principal.subject }
        return router
    }

    /// Runs `body` with a client of the service, inside this process.
    func run(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await Application(router: router()).test(.router) { try await body($0) }
    }
}

/// The refusals that the hook was told of.
final class RefusalLog: Sendable {
    private let refusals = Mutex<[Refusal]>([])

    var codes: [Refusal.Code] { refusals.withLock { $0.map(\.code) } }

    func append(_ refusal: Refusal) { refusals.withLock { $0.append(refusal) } }
}

extension HTTPField.Name {
    static let accessToken: HTTPField.Name = HTTPField.Name("x-access-token") ?? .authorization
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The code in the problem document; nil if the answer is none.
    var code: String? {
        guard headers[.contentType] == "application/problem+json" else { return nil }
        return (try? JSON.parse(Array(body.readableBytesView)))?["code"]?.string
    }
}
