import Dispatch
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Signing in")
struct LoginTests {
    @Test("The answer has OAuth's shape, and its token the claims of RFC 9068")
    func answer() async throws {
        try await House.open { house in
            let person = try await house.person(roles: ["editor"])
            let answer = try await house.signIn("ADA@example.com")
            #expect(
                answer.json.object?.map(\.name) == [
                    "access_token", "token_type", "expires_in", "refresh_token", "session_id",
                ])
            #expect(answer.json["token_type"] == "Bearer")
            #expect(answer.json["expires_in"] == 900)
            #expect(answer.headers[.cacheControl] == "no-store")
            let grant = try Grant(answer)
            #expect(grant.refresh.hasPrefix("vrt1_"))
            let token = try UnverifiedToken(grant.access)
            #expect(token.header.type == "at+jwt")
            let claims = try JSON.parse(token.unverifiedPayload)
            #expect(claims["sub"]?.string == person.id.description)
            #expect(claims["sid"]?.string == grant.session)
            #expect(claims["roles"] == ["editor"])
            #expect(claims["iss"] == "http://localhost:8080")
            #expect(claims["aud"] == "http://localhost:8080")
            #expect(claims["exp"] == .integer(StandingClock.start.seconds + 900))
            for name in ["iat", "jti", "client_id", "scope", "auth_time", "acr", "amr", "status"] {
                #expect(claims[name] != nil, "\(name)")
            }
            #expect(grant.access.utf8.count < AccessTokens.budget)
        }
    }

    @Test("Unknown, wrong, disabled, malformed and overlong get the same answer, byte for byte")
    func oneAnswer() async throws {
        try await House.open { house in
            _ = try await house.person()
            let disabled = try await house.person("eve@example.com")
            _ = try await house.services.accounts.update(
                disabled.id, AccountPatch(isDisabled: true), origin: Origin())
            let attempts = [
                ("ada@example.com", "not the password"), ("nobody@example.com", House.password),
                ("eve@example.com", House.password), ("eve@example.com", "not the password"),
                ("not an address", House.password), ("", ""),
                ("ada@example.com", String(repeating: "x", count: 2000)),
            ]
            var answers: [TestResponse] = []
            for (email, password) in attempts {
                answers.append(try await house.signIn(email, password: password))
            }
            let first = try #require(answers.first)
            #expect(Answer(first) == Answer(401, "invalid_credentials"))
            #expect(first.headers[.wwwAuthenticate] == #"Bearer realm="vidimus""#)
            for answer in answers {
                #expect(answer.status == first.status)
                #expect(answer.text == first.text)
                #expect(Self.fields(answer) == Self.fields(first))
            }
        }
    }

    /// All but the request's own id.
    private static func fields(_ response: TestResponse) -> [String] {
        response.headers.filter { $0.name.canonicalName != "x-request-id" }.map { "\($0.name): \($0.value)" }
    }

    @Test(
        "An account that nobody has is limited like any other, and time lets in again",
        arguments: ["ada", "nobody"])
    func limited(name: String) async throws {
        try await House.open(settings: { $0.limits.account = .init(burst: 3, interval: .seconds(60)) }) {
            house in
            _ = try await house.person()
            for _ in 1...3 {
                let answer = try await house.signIn("\(name)@example.com", password: "wrong")
                #expect(answer.status == .unauthorized)
            }
            let refused = try await house.signIn("\(name)@example.com", password: House.password)
            #expect(Answer(refused) == Answer(429, "too_many_attempts"))
            #expect(refused.headers[.retryAfter] == "60")
            house.advance(59)
            #expect(
                try await house.signIn("\(name)@example.com", password: "wrong").headers[.retryAfter] == "1")
            house.advance(1)
            let answer = try await house.signIn("\(name)@example.com", password: "wrong")
            #expect(answer.status == .unauthorized)
        }
    }

    @Test("Attempts from one address are limited over all accounts")
    func limitedByAddress() async throws {
        try await House.open(
            mode: .live, settings: { $0.limits.address = .init(burst: 2, interval: .seconds(10)) }
        ) { house in
            for name in ["a", "b"] {
                let answer = try await house.signIn("\(name)@example.com", password: "wrong")
                #expect(answer.status == .unauthorized)
            }
            let refused = try await house.signIn("c@example.com", password: "wrong")
            #expect(Answer(refused) == Answer(429, "too_many_attempts"))
            #expect(refused.headers[.retryAfter] == "10")
        }
    }

    @Test("A sign-in that succeeds gives its place in the limit back")
    func refund() async throws {
        try await House.open(settings: { $0.limits.account = .init(burst: 2, interval: .seconds(600)) }) {
            house in
            _ = try await house.person()
            for _ in 1...6 { #expect(try await house.signIn("ada@example.com").status == .ok) }
        }
    }

    @Test("When the queue before the hashing threads is full, the answer is 503 with Retry-After, at once")
    func overloaded() async throws {
        try await House.open(settings: {
            $0.hashThreads = 1
            $0.hashQueue = 0
        }) { house in
            _ = try await house.person()
            let release = DispatchSemaphore(value: 0)
            let hog = Task { try await house.services.pool.run { release.wait() } }
            while house.services.pool.depth == 0 { await Task.yield() }
            let refused = try await house.signIn("ada@example.com")
            #expect(Answer(refused) == Answer(503, "overloaded"))
            #expect(refused.headers[.retryAfter] == "2")
            let signUp: JSON = ["email": "new@example.com", "password": .string(House.password)]
            #expect(Answer(try await house.call(.post, "/v1/signup", signUp)) == Answer(503, "overloaded"))
            release.signal()
            try await hog.value
            #expect(try await house.signIn("ada@example.com").status == .ok)
        }
    }

    @Test("Cookies are not to be had yet, and are refused rather than left out in silence")
    func cookies() async throws {
        try await House.open { house async throws in
            let body: JSON = ["email": "a@example.com", "password": "x", "cookies": true]
            #expect(
                Answer(try await house.call(.post, "/v1/login", body)) == Answer(422, "cookies_unavailable"))
            let without: JSON = ["email": "a@example.com", "password": "x", "cookies": false]
            #expect(
                Answer(try await house.call(.post, "/v1/login", without))
                    == Answer(401, "invalid_credentials"))
        }
    }

    @Test("Neither passwords nor tokens are in the log or in the list of sessions")
    func secrets() async throws {
        try await House.open { house in
            let person = try await house.person()
            let next = try Grant(try await house.refresh(person.grant.refresh))
            _ = try await house.signIn("ada@example.com", password: "a wrong password")
            _ = try await house.refresh("vrt1_notatoken")
            let sessions = try await house.call(.get, "/v1/sessions", token: next.access)
            let link = try #require(try await house.services.setUp.issueLink())
            let token = try #require(link.split(separator: "=").last)
            _ = try await house.call(.get, "/setup?token=\(token)")
            for secret in [
                House.password, "a wrong password", person.access, person.grant.refresh, next.access,
                next.refresh, "vrt1_", String(token),
            ] {
                #expect(!house.log.text.contains(secret))
                #expect(!sessions.text.contains(secret))
            }
            #expect(house.log.text.contains("/v1/login"))
        }
    }
}
