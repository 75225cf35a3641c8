import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import VidimusDatabase
import VidimusGuardHummingbird
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("What every request and every answer has to be")
struct RequestTests {
    private static let posts = [
        "/v1/signup", "/v1/login", "/v1/refresh", "/v1/logout", "/setup", "/v1/password/change", "/v1/users",
    ]

    @Test(
        "A body is exactly application/json, or answered 415",
        arguments: [
            nil, "", "text/plain", "text/plain; application/json", "application/x-www-form-urlencoded",
            "application/json; charset=latin1", "application/json; charset=utf-16",
            "application/json; charset=utf-8; x=y", "application/json, text/plain", "application/jsonp",
            "multipart/form-data", "application/problem+json", "json", "*/*",
        ])
    func mediaType(type: String?) async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            // A form is what /setup takes besides.
            for path in Self.posts where path != "/setup" || type != "application/x-www-form-urlencoded" {
                let answer = try await house.send(path, type: type, body: "{}", token: admin.access)
                #expect(Answer(answer) == Answer(415, "unsupported_media_type"), "\(path)")
            }
        }
    }

    @Test(
        "UTF-8 may be named, in any case",
        arguments: [
            "application/json", "Application/JSON", "application/json;charset=utf-8",
            "application/json; charset=\"UTF-8\"", "application/json ; charset=utf-8",
        ])
    func goodMediaType(type: String) async throws {
        try await House.open { house in
            let answer = try await house.send("/v1/refresh", type: type, body: #"{"refresh_token":"x"}"#)
            #expect(Answer(answer) == Answer(401, "invalid_refresh_token"))
        }
    }

    @Test(
        "What is not one JSON object, each member once, is answered 400",
        arguments: [
            "", "{", "[]", "null", "7", #""x""#, "{} {}", #"{"email":"a@b.c",}"#, #"{"email":}"#,
            "{'email':1}",
            #"{"email":"a@b.c","email":"c@d.e","password":"x"}"#, #"{"email":"a","\u0065mail":"b"}"#,
            "\u{FEFF}{}", "{\"email\":\"\u{1}\"}", #"{"email":"\ud800"}"#, "{\"a\":[[[[[[[[[1]]]]]]]]]}",
            "{}//",
        ])
    func malformed(body: String) async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            for path in Self.posts where path != "/v1/logout" || !body.isEmpty {
                let answer = try await house.send(
                    path, type: "application/json", body: body, token: admin.access)
                #expect(Answer(answer) == Answer(400, "malformed_json"), "\(path)")
            }
        }
    }

    @Test("A body may have 16 KiB and not a byte more")
    func size() async throws {
        try await House.open { house in
            let head = #"{"refresh_token":""#
            for (length, expected) in [
                (16_384, Answer(401, "invalid_refresh_token")), (16_385, Answer(413, "body_too_large")),
            ] {
                let body = head + String(repeating: "x", count: length - head.utf8.count - 2) + "\"}"
                #expect(
                    Answer(try await house.send("/v1/refresh", type: "application/json", body: body))
                        == expected)
            }
            let form = "token=" + String(repeating: "x", count: 20_000)
            let answer = try await house.send("/setup", type: "application/x-www-form-urlencoded", body: form)
            #expect(Answer(answer) == Answer(413, "body_too_large"))
        }
    }

    @Test(
        "What is not there is 404, for any method",
        arguments: [
            (.get, "/"), (.get, "/v1/login/x"), (.delete, "/v1"), (.post, "/v1/nothing"), (.get, "/v1/me/"),
            (.get, "/v1//me"), (.get, "/V1/me"), (.get, "/../v1/me"),
        ] as [(HTTPRequest.Method, String)])
    func notFound(method: HTTPRequest.Method, path: String) async throws {
        try await House.open { house in
            let answer = try await house.call(method, path)
            // A path the router folds into a guarded one is still guarded.
            let expected = [Answer(404, "not_found"), Answer(401, "missing_token")]
            #expect(expected.contains(Answer(answer)), "\(answer.status)")
        }
    }

    @Test("Every answer carries the security headers and an id, and refusals are never stored")
    func headers() async throws {
        try await House.open { house in
            let person = try await house.person()
            let answers = [
                try await house.call(.get, "/healthz"),
                try await house.call(.get, "/v1/me", token: person.access),
                try await house.call(.get, "/v1/me"), try await house.call(.get, "/v1/nothing"),
                try await house.call(.post, "/v1/login", ["email": 1]), try await house.call(.get, "/setup"),
                try await house.call(.get, "/.well-known/jwks.json"),
                try await house.call(.post, "/v1/logout", token: person.access),
            ]
            for answer in answers {
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.header("Referrer-Policy") == "no-referrer")
                #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
                #expect(answer.header("X-Request-Id")?.isEmpty == false)
                if answer.headers[.eTag] == nil { #expect(answer.headers[.cacheControl] == "no-store") }
            }
            #expect(Set(answers.compactMap { $0.header("X-Request-Id") }).count == answers.count)
            let id = try #require(answers.first?.header("X-Request-Id"))
            #expect(house.log.text.contains(id))
        }
    }

    @Test("HEAD is answered as GET is, without the content; the stream of events has no head")
    func head() async throws {
        try await House.open { house in
            let person = try await house.person()
            for (path, token) in [
                ("/healthz", nil), ("/.well-known/jwks.json", nil), ("/status/1.1", nil), ("/setup", nil),
                ("/openapi.json", nil), ("/v1/me", nil), ("/v1/me", person.access), ("/v1/nothing", nil),
                ("/forward-auth", person.access),
            ] {
                let get = try await house.call(.get, path, token: token)
                let head = try await house.call(.head, path, token: token)
                #expect(head.status == get.status && head.body.readableBytes == 0, "\(path)")
                for name in [HTTPField.Name.contentType, .contentLength, .eTag, .wwwAuthenticate] {
                    #expect(head.headers[name] == get.headers[name], "\(path)")
                }
            }
            let (client, _) = try await house.services.clients.create(
                name: "a", grants: [.clientCredentials], scopes: [.statusRead], origin: Origin())
            let token = try house.services.accessTokens.mint(for: client, scopes: [.statusRead]).token
            let events = try await house.call(.head, "/status/events", token: token)
            #expect(events.status == .methodNotAllowed && events.headers[.allow] == "GET")
            #expect(house.services.view.feed.listenerCount == 0)
        }
    }

    @Test("A request id is ours, never the client's")
    func foreignID() async throws {
        try await House.open { house in
            let answer = try await house.call(.get, "/healthz", headers: [("X-Request-Id", "theirs")])
            #expect(answer.header("X-Request-Id") != "theirs")
            #expect(!house.log.text.contains("theirs"))
        }
    }

    @Test("A refusal is a problem document that says what to do")
    func problem() async throws {
        try await House.open { house in
            let answer = try await house.call(.post, "/v1/login", ["password": "x"])
            #expect(answer.headers[.contentType] == "application/problem+json")
            #expect(
                answer.json == [
                    "type": "about:blank", "title": "Unprocessable Content", "status": 422,
                    "detail": "The member 'email' is missing.", "code": "missing_field",
                ])
        }
    }

    @Test("The token stands in Authorization or in x-access-token, not in both and never in the URL")
    func credentials() async throws {
        try await House.open { house in
            let token = try await house.person().access
            let header = ("x-access-token", token)
            #expect(Answer(try await house.call(.get, "/v1/me", headers: [header])) == Answer(200, nil))
            let both = try await house.call(.get, "/v1/me", token: token, headers: [header])
            #expect(Answer(both) == Answer(400, "invalid_request"))
            let logout = try await house.call(.post, "/v1/logout", token: token, headers: [header])
            #expect(Answer(logout) == Answer(400, "invalid_request"))
            let url = try await house.call(.get, "/v1/me?access_token=\(token)&token=\(token)")
            #expect(Answer(url) == Answer(401, "missing_token"))
            #expect(try await house.me(token) == Answer(200, nil))
        }
        try await House.open(settings: { $0.tokenHeader = nil }) { house in
            let header = ("x-access-token", try await house.person().access)
            #expect(
                Answer(try await house.call(.get, "/v1/me", headers: [header]))
                    == Answer(401, "missing_token"))
        }
    }

    @Test("The challenges are RFC 6750's: no error without a token, invalid_token for every bad one")
    func challenges() async throws {
        try await House.open { house in
            let person = try await house.person()
            func challenge(_ token: String?) async throws -> String? {
                try await house.call(.get, "/v1/me", token: token).headers[.wwwAuthenticate]
            }
            #expect(try await challenge(nil) == #"Bearer realm="vidimus""#)
            let invalid = #"Bearer realm="vidimus", error="invalid_token", error_description="#
            #expect(try await challenge("x") == invalid + #""The token is not accepted.""#)
            house.advance(901)
            #expect(try await house.me(person.access) == Answer(401, "expired"))
            #expect(try await challenge(person.access) == invalid + #""The token has expired. Refresh it.""#)
        }
    }

    @Test("Without a fresh view of the statuses the guard is closed: 503 with Retry-After, not 200")
    func staleView() async throws {
        try await House.open { house in
            let person = try await house.person()
            await house.services.database.close()
            house.clock.advance(.seconds(31))
            let answer = try await house.call(.get, "/v1/me", token: person.access)
            #expect(Answer(answer) == Answer(503, "status_unavailable"))
            #expect(answer.headers[.retryAfter] == "5")
        }
    }

    @Test("A database that is closed is answered 503, one that is broken 500, and the cause stays in the log")
    func database() async throws {
        try await House.open { house in
            let person = try await house.person()
            await house.services.database.close()
            let refused = try await house.refresh(person.grant.refresh)
            #expect(Answer(refused) == Answer(503, "unavailable"))
            #expect(refused.headers[.retryAfter] == "2")
        }
        try await House.open { house in
            let person = try await house.person()
            _ = try await house.services.database.write { try $0.execute(SQL("DROP TABLE sessions"), []) }
            let failed = try await house.refresh(person.grant.refresh)
            #expect(Answer(failed) == Answer(500, "internal_error"))
            #expect(!failed.text.contains("sessions"))
            #expect(failed.text.contains(try #require(failed.header("X-Request-Id"))))
            #expect(house.log.text.contains("no such table: sessions"))
        }
    }
}
