import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Scripts of other origins, and the header that keeps browsers on https")
struct CrossOriginTests {
    private static let app = "https://app.example.com"
    private static let preflight = [
        ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization"),
    ]

    private static let listed: @Sendable (inout Settings) -> Void = {
        $0.corsOrigins = [app, "http://localhost:3000"]
    }

    /// The names of all CORS headers in an answer.
    private func permissions(_ answer: TestResponse) -> [String] {
        answer.headers.map(\.name.canonicalName).filter { $0.hasPrefix("access-control-") }
    }

    @Test("Without a list no answer says anything about origins")
    func none() async throws {
        try await House.open { house in
            let answer = try await house.call(.get, "/.well-known/jwks.json", headers: [("Origin", Self.app)])
            #expect(answer.status == .ok)
            #expect(permissions(answer).isEmpty)
            #expect(answer.header("Vary") == nil)
            let asked = try await house.call(
                .options, "/v1/me", headers: [("Origin", Self.app)] + Self.preflight)
            #expect(Answer(asked) == Answer(405, "method_not_allowed"))
            #expect(permissions(asked).isEmpty)
        }
    }

    @Test("A listed origin may read answers and refusals", arguments: [app, "http://localhost:3000"])
    func listed(origin: String) async throws {
        try await House.open(settings: Self.listed) { house in
            for (path, status) in [("/healthz", 200), ("/v1/me", 401), ("/nowhere", 404)] {
                let answer = try await house.call(.get, path, headers: [("Origin", origin)])
                #expect(answer.status.code == status)
                #expect(answer.header("Access-Control-Allow-Origin") == origin)
                #expect(answer.header("Access-Control-Allow-Credentials") == nil)
                #expect(
                    answer.header("Access-Control-Expose-Headers")
                        == "Retry-After, WWW-Authenticate, X-Request-Id")
                #expect(answer.header("Vary") == "Origin")
                #expect(answer.header("X-Content-Type-Options") == "nosniff")
            }
        }
    }

    @Test("A preflight of a listed origin is answered without a route or a token")
    func preflight() async throws {
        try await House.open(settings: Self.listed) { house in
            let answer = try await house.call(
                .options, "/v1/me", headers: [("Origin", Self.app)] + Self.preflight)
            #expect(answer.status == .noContent)
            #expect(answer.header("Access-Control-Allow-Origin") == Self.app)
            #expect(answer.header("Access-Control-Allow-Methods") == "GET, POST, PATCH, DELETE")
            #expect(
                answer.header("Access-Control-Allow-Headers") == "authorization, content-type, x-access-token"
            )
            #expect(answer.header("Access-Control-Max-Age") == "600")
            #expect(answer.header("Access-Control-Allow-Credentials") == nil)
            #expect(answer.header("Vary") == "Origin")
        }
    }

    @Test(
        "An origin that is not listed, to the letter, is allowed nothing",
        arguments: [
            "https://evil.example", "http://app.example.com", "https://app.example.com:8443", "null", "*", "",
            "https://app.example.com.evil.example", "https://APP.example.com", "https://app.example.com/",
            "https://app.example.com https://evil.example", "http://localhost", "http://localhost:3001",
        ])
    func stranger(origin: String) async throws {
        try await House.open(settings: Self.listed) { house in
            let answer = try await house.call(.get, "/healthz", headers: [("Origin", origin)])
            #expect(answer.status == .ok)
            #expect(permissions(answer).isEmpty)
            #expect(answer.header("Vary") == "Origin")
            let asked = try await house.call(
                .options, "/v1/me", headers: [("Origin", origin)] + Self.preflight)
            #expect(asked.status == .methodNotAllowed)
            #expect(permissions(asked).isEmpty)
        }
    }

    @Test("Two origins in one request are allowed nothing")
    func two() async throws {
        try await House.open(settings: Self.listed) { house in
            let answer = try await house.call(
                .get, "/healthz", headers: [("Origin", Self.app), ("Origin", "https://evil.example")])
            #expect(permissions(answer).isEmpty)
        }
    }

    @Test(
        "The set-up page is for nobody's script",
        arguments: ["/setup", "/setup/", "//setup", "/setup?token=x"])
    func setUp(path: String) async throws {
        try await House.open(settings: Self.listed) { house in
            for method in [HTTPRequest.Method.get, .options, .post] {
                let answer = try await house.call(
                    method, path, headers: [("Origin", Self.app)] + Self.preflight)
                #expect(permissions(answer).isEmpty, "\(method) \(path)")
                #expect(answer.status != .noContent)
            }
        }
    }

    @Test(
        "Browsers are told to stay on https where users come by https, and nowhere else",
        arguments: [
            ("https://id.example.com", true), ("https://id.example.com:8443/tenant", true),
            ("https://localhost:8080", false), ("https://127.0.0.1", false), ("http://localhost:8080", false),
        ])
    func strictTransport(issuer: String, isTold: Bool) async throws {
        try await House.open(settings: { $0.givenIssuer = issuer }) { house in
            for path in ["/healthz", "/v1/me", "/setup", "/nowhere"] {
                let answer = try await house.call(.get, path)
                #expect(answer.header("Strict-Transport-Security") == (isTold ? "max-age=31536000" : nil))
            }
        }
    }
}
