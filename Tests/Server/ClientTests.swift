import HTTPTypes
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/v1/clients")
struct ClientTests {
    @Test(
        "Administrators make, list, change and delete clients; the secret is shown when it is made, and never again"
    )
    func life() async throws {
        try await House.open { house in
            let token = try await house.person(roles: ["admin"]).access
            let made = try await house.call(
                .post, "/v1/clients", ["name": "orders", "scopes": ["status:read"]], token: token)
            #expect(made.status == .created)
            let id = try #require(made.json["client_id"]?.string)
            let secret = try #require(made.json["client_secret"]?.string)
            #expect(made.json["grants"] == ["client_credentials"])
            let path = "/v1/clients/\(id)"
            for answer in [
                try await house.call(.get, "/v1/clients", token: token),
                try await house.call(.get, path, token: token),
            ] {
                #expect(answer.status == .ok)
                #expect(answer.text.contains(id) && !answer.text.contains("secret"))
            }
            #expect(
                try await house.call(.patch, path, ["disabled": true], token: token).json["disabled"] == true)
            // Somebody who misspelt what he wants must not take it for done.
            for (body, code) in [
                ([:], "missing_field"), (["disable": false], "missing_field"),
                (["scopes": []], "missing_field"),
                (["disabled": .null], "invalid_field"),
            ] as [(JSON, String)] {
                #expect(Answer(try await house.call(.patch, path, body, token: token)) == Answer(422, code))
            }
            #expect(
                try await house.call(.patch, path, ["disabled": false], token: token).json["disabled"]
                    == false)
            let again = try await house.call(.post, path + "/secret", token: token)
            #expect(again.status == .ok && again.json["client_secret"]?.string != secret)
            #expect(try await house.call(.delete, path, token: token).status == .noContent)
            for (method, path) in [
                (.get, path), (.delete, path), (.post, path + "/secret"), (.get, "/v1/clients/x"),
            ] as [(HTTPRequest.Method, String)] {
                #expect(Answer(try await house.call(method, path, token: token)) == Answer(404, "not_found"))
            }
            #expect(
                Answer(try await house.call(.patch, path, ["disabled": true], token: token))
                    == Answer(404, "not_found"))
            #expect(!house.log.text.contains(secret))
        }
    }

    @Test(
        "What cannot be a client is refused by name",
        arguments: [
            (["name": ""], "invalid_name"), (["name": "a\u{0}"], "invalid_name"), ([:], "missing_field"),
            (["name": "a", "grants": ["password"]], "unsupported_grant"),
            (["name": "a", "scopes": ["\""]], "invalid_scope"),
            (["name": "a", "scopes": ["account"]], "invalid_scope"),
        ] as [(JSON, String)])
    func refused(body: JSON, code: String) async throws {
        try await House.open { house in
            let token = try await house.person(roles: ["admin"]).access
            #expect(
                Answer(try await house.call(.post, "/v1/clients", body, token: token)) == Answer(422, code))
        }
    }

    @Test("They come in pages, and nobody else may see them")
    func pages() async throws {
        try await House.open { house in
            let token = try await house.person(roles: ["admin"]).access
            for name in ["a", "b", "c"] {
                house.advance(1)
                #expect(
                    try await house.call(.post, "/v1/clients", ["name": .string(name)], token: token).status
                        == .created)
            }
            let first = try await house.call(.get, "/v1/clients?limit=2", token: token)
            #expect(first.json["clients"]?.array?.map { $0["name"] } == ["a", "b"])
            let next = try #require(first.json["next"]?.string)
            let second = try await house.call(.get, "/v1/clients?limit=2&after=\(next)", token: token)
            #expect(second.json["clients"]?.array?.map { $0["name"] } == ["c"])
            let other = try await house.person("b@example.com").access
            #expect(
                Answer(try await house.call(.get, "/v1/clients", token: other))
                    == Answer(403, "insufficient_scope"))
        }
    }
}
