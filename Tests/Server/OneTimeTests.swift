import HTTPTypes
import HummingbirdTesting
import Testing
import VidimusDatabase
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/v1/one-time")
struct OneTimeTests {
    /// A service's id and an access token of its own.
    private func service(_ house: House, _ scopes: [Scope] = [.oneTimeIssue]) async throws -> (
        id: String, token: String
    ) {
        let client = try await house.services.clients.create(
            name: "orders", grants: [.clientCredentials], scopes: scopes, origin: Origin()
        ).client
        return (
            client.id.description,
            try house.services.accessTokens.mint(for: client, scopes: scopes).token
        )
    }

    private static let order: JSON = ["purpose": "invite", "ttl": 60, "claims": ["team": ["blue", 7]]]

    private func with(_ changes: [String: JSON]) -> JSON {
        let old = (Self.order.object ?? []).filter { changes[$0.name] == nil }
        return .object(old + changes.filter { !$0.value.isNull }.map { .init($0.key, $0.value) })
    }

    @Test(
        "A service gets a token and a link; opening the link uses nothing up; redeeming says the claims once")
    func life() async throws {
        try await House.open { house in
            let (id, token) = try await service(house)
            let made = try await house.call(.post, "/v1/one-time", Self.order, token: token)
            #expect(made.status == .created)
            let link = try #require(made.json["token"]?.string)
            #expect(made.json["url"]?.string == "http://localhost:8080/one-time?token=\(link)")
            for _ in 1...2 {
                let page = try await house.call(.get, "/one-time?token=\(link)")
                #expect(page.status == .ok && page.text.contains(link))
                #expect(page.header("Referrer-Policy") == "no-referrer")
            }
            #expect(try await house.call(.get, "/one-time?token=x").status == .gone)
            let body: JSON = [
                "token": .string(link), "purpose": "invite", "client_id": .string(id),
            ]
            let told = try await house.call(.post, "/v1/one-time/redeem", body)
            #expect(told.status == .ok)
            #expect(told.headers[.cacheControl] == "no-store")
            #expect(told.json["claims"] == ["team": ["blue", 7]])
            #expect(told.json["purpose"] == "invite" && told.json["client_id"]?.string == id)
            #expect(
                Answer(try await house.call(.post, "/v1/one-time/redeem", body))
                    == Answer(410, "one_time_token_gone"))
            #expect(!house.log.text.contains(link))
        }
    }

    @Test("A token for another purpose or of another client is refused, and not used up")
    func expected() async throws {
        try await House.open { house in
            let (id, token) = try await service(house)
            let (other, _) = try await service(house)
            let made = try await house.call(.post, "/v1/one-time", Self.order, token: token)
            let link = try #require(made.json["token"])
            for (body, status, code) in [
                (["token": link, "purpose": "login"], 422, "wrong_purpose"),
                (["token": link, "client_id": .string(other)], 422, "wrong_client"),
                (["token": link, "client_id": "x"], 422, "invalid_field"),
                (["purpose": "invite"], 422, "missing_field"),
                (["token": link, "client_id": .string(id)], 200, nil),
            ] as [(JSON, Int, String?)] {
                let answer = try await house.call(.post, "/v1/one-time/redeem", body)
                #expect(Answer(answer) == Answer(status, code))
            }
        }
    }

    @Test(
        "What cannot be a token is refused by name",
        arguments: [
            (["purpose": .null], "missing_field"), (["ttl": .null], "missing_field"),
            (["purpose": "a b"], "invalid_field"), (["purpose": ""], "invalid_field"),
            (["purpose": "-a"], "invalid_field"), (["purpose": "set-up"], "reserved_purpose"),
            (["purpose": "password-reset"], "reserved_purpose"), (["ttl": 0], "invalid_field"),
            (["ttl": 604_801], "invalid_field"), (["ttl": "60"], "invalid_field"),
            (["claims": []], "invalid_field"),
            (["claims": ["a": .string(String(repeating: "x", count: 4_089))]], "claims_too_large"),
            (["account": "x"], "invalid_field"),
            (["account": "00000000-0000-4000-8000-000000000000"], "unknown_account"),
            (["page": "http://app.example/x"], "invalid_field"), (["page": "javascript:x"], "invalid_field"),
            (["page": "https://app.example/#x"], "invalid_field"),
            (["page": "https://a@app.example/"], "invalid_field"), (["page": "https://"], "invalid_field"),
        ] as [([String: JSON], String)])
    func refused(changes: [String: JSON], code: String) async throws {
        try await House.open { house in
            let (_, token) = try await service(house)
            let answer = try await house.call(.post, "/v1/one-time", with(changes), token: token)
            #expect(Answer(answer) == Answer(422, code))
        }
    }

    @Test("The link leads to the service's page if it names one, and 4096 bytes of claims are not too many")
    func pages() async throws {
        try await House.open { house in
            let (_, token) = try await service(house)
            for (page, start) in [
                ("https://app.example/join", "https://app.example/join?token=ey"),
                ("https://app.example/?a=b", "https://app.example/?a=b&token=ey"),
                ("http://localhost:3000/x", "http://localhost:3000/x?token=ey"),
            ] {
                let claims: JSON = ["a": .string(String(repeating: "x", count: 4_088))]
                let order = with(["page": .string(page), "claims": claims])
                let made = try await house.call(.post, "/v1/one-time", order, token: token)
                #expect(made.json["url"]?.string?.hasPrefix(start) == true)
            }
        }
    }

    @Test("Only a service with the scope may ask, and no more often than its limit allows")
    func access() async throws {
        try await House.open(settings: { $0.limits.oneTime = .init(burst: 1, interval: .seconds(10)) }) {
            house in
            let person = try await house.person(roles: ["admin"])
            let (_, other) = try await service(house, [.statusRead])
            for (token, answer) in [
                (person.access, Answer(403, "insufficient_scope")),
                (other, Answer(403, "insufficient_scope")),
                (nil, Answer(401, "missing_token")),
            ] {
                let refused = try await house.call(.post, "/v1/one-time", Self.order, token: token)
                #expect(Answer(refused) == answer)
            }
            let (_, token) = try await service(house)
            let order = with(["account": .string(person.id.description)])
            #expect(try await house.call(.post, "/v1/one-time", order, token: token).status == .created)
            let limited = try await house.call(.post, "/v1/one-time", order, token: token)
            #expect(Answer(limited) == Answer(429, "too_many_attempts"))
            #expect(limited.headers[.retryAfter] == "10")
        }
    }

    @Test("A client with all the open tokens it may have waits")
    func open() async throws {
        try await House.open { house in
            let (id, token) = try await service(house)
            let client = try #require(ID<Client>(id))
            let (seams, end) = (Seams.systemRandom, house.clock.now + .seconds(60))
            _ = try await house.services.database.write { transaction in
                for _ in 0..<OneTimeLinks.openLimit {
                    _ = try transaction.execute(
                        SQL(
                            """
                            INSERT INTO one_time_tokens (id, purpose, expires_at, client, claims)
                            VALUES ($1, 'x', $2, $3, '{}')
                            """), [ID<OneTimeTokens>(random: seams), end, client])
                }
            }
            let answer = try await house.call(.post, "/v1/one-time", Self.order, token: token)
            #expect(Answer(answer) == Answer(429, "too_many_open_tokens"))
        }
    }
}
