import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/oauth/introspect and /oauth/revoke")
struct PresentedTokenTests {
    private struct Service {
        let client: Client
        let secret: String
    }

    private func service(_ house: House, _ scopes: Scope...) async throws -> Service {
        let (client, secret) = try await house.services.clients.create(
            name: "orders", grants: [.clientCredentials], scopes: scopes, origin: Origin())
        return Service(client: client, secret: secret.text)
    }

    private func token(_ house: House, of service: Service) throws -> String {
        try house.services.accessTokens.mint(for: service.client, scopes: service.client.scopes).token
    }

    private func ask(_ house: House, _ what: String, _ form: String, by service: Service?) async throws
        -> TestResponse
    {
        let who = service.map { "&client_id=\($0.client.id)&client_secret=\($0.secret)" } ?? ""
        return try await house.send(
            "/oauth/\(what)", type: "application/x-www-form-urlencoded", body: form + who)
    }

    @Test("A good access token is active and says what it says; nothing else is, and no more is said of it")
    func accessTokens() async throws {
        try await House.open { house async throws in
            let service = try await service(house, .introspect)
            let person = try await house.person(roles: ["editor"])
            let answer = try await ask(house, "introspect", "token=\(person.access)", by: service)
            #expect(answer.status == .ok && answer.headers[.cacheControl] == "no-store")
            let claims = try UnverifiedToken(person.access).verified(
                by: #require(house.services.keyRing.verificationKeys())
            ).claims()
            #expect(answer.json["active"] == true && answer.json["token_type"] == "Bearer")
            for name in ["scope", "client_id", "sub", "aud", "iss", "exp", "iat", "jti", "sid", "roles"] {
                #expect(answer.json[name] != nil && answer.json[name] == claims[name], "\(name)")
            }
            let own = try await ask(
                house, "introspect", "token=\(try token(house, of: service))", by: service)
            #expect(own.json["active"] == true && own.json["sub"] == own.json["client_id"])

            let forged = String(person.access.dropLast(8)) + "AAAAAAAA"
            for wrong in ["", "x", forged, person.grant.refresh, person.access + "&token_type_hint=x"] {
                let answer = try await ask(house, "introspect", "token=\(wrong)", by: service)
                let isGood = wrong.hasSuffix("hint=x")
                #expect(isGood ? answer.json["active"] == true : answer.json == ["active": false], "\(wrong)")
            }
        }
    }

    @Test("A token that turned stale, suspended, revoked or old is not active any more, from that moment on")
    func judged() async throws {
        try await House.open { house async throws in
            let service = try await service(house, .introspect)
            let root = try await house.person("root@example.com", roles: ["admin"])
            func isActive(_ person: Person) async throws -> JSON? {
                try await ask(house, "introspect", "token=\(person.access)", by: service).json["active"]
            }
            let changes: [JSON] = [["roles": ["editor"]], ["disabled": true]]
            for (place, change) in changes.enumerated() {
                let person = try await house.person("p\(place)@example.com")
                #expect(try await isActive(person) == true)
                let answer = try await house.call(
                    .patch, "/v1/users/\(person.id)", change, token: root.access)
                #expect(answer.status == .ok)
                #expect(try await isActive(person) == false)
            }
            let person = try await house.person()
            _ = try await house.call(.post, "/v1/logout", token: person.access)
            #expect(try await isActive(person) == false)
            #expect(try await isActive(root) == true)
            house.advance(900)
            #expect(try await isActive(root) == false)
        }
    }

    @Test("While statuses cannot be known nothing is said to be active, nor that it is not")
    func unavailable() async throws {
        try await House.open { house async throws in
            let service = try await service(house, .introspect)
            let person = try await house.person()
            // The next look into the database confirms the statuses again, and may come before an answer; so many ask.
            var refused: Answer?
            for _ in 0..<27 where refused == nil {
                house.clock.advance(.seconds(31))
                try await withThrowingTaskGroup(of: TestResponse.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await self.ask(house, "introspect", "token=\(person.access)", by: service)
                        }
                    }
                    for try await answer in group {
                        if answer.status == .ok {
                            #expect(answer.json["active"] == true)
                        } else {
                            refused = Answer(answer)
                        }
                    }
                }
            }
            #expect(refused == Answer(503, "status_unavailable"))
        }
    }

    @Test(
        "A refresh token is active only where one is asked for, and asking uses nothing up and accuses nobody"
    )
    func refreshTokens() async throws {
        try await House.open { house async throws in
            let service = try await service(house, .introspect)
            let person = try await house.person()
            func ask(_ token: String) async throws -> JSON {
                try await self.ask(
                    house, "introspect", "token=\(token)&token_type_hint=refresh_token", by: service
                ).json
            }
            let first = try await ask(person.grant.refresh)
            #expect(first["active"] == true && first["sub"]?.string == person.id.description)
            #expect(first["sid"]?.string == person.grant.session && first["client_id"] == "vidimus")
            let next = try Grant(try await house.refresh(person.grant.refresh))
            #expect(try await ask(person.grant.refresh)["active"] == true)
            house.advance(11)
            // The replaced one would end the session if it were used; looked at, it does not.
            for _ in 0..<3 { #expect(try await ask(person.grant.refresh) == ["active": false]) }
            #expect(try await ask(next.refresh)["active"] == true)
            // Beside the hint, an access token is still found (§2.1).
            #expect(try await ask(next.access)["active"] == true)
            #expect(try await house.refresh(next.refresh).status == .ok)
            _ = try await house.call(.post, "/v1/logout", token: next.access)
            #expect(try await ask(next.refresh) == ["active": false])
        }
    }

    @Test("Who may not ask, and what is no question, is refused as OAuth refuses")
    func refused() async throws {
        try await House.open { house async throws in
            let (plain, good) = (try await service(house), try await service(house, .introspect))
            let bad = Service(client: good.client, secret: "vcs1_" + String(repeating: "A", count: 43))
            for (what, form, by, status, error) in [
                ("introspect", "token=x", nil, 401, "invalid_client"),
                ("introspect", "token=x", bad, 401, "invalid_client"),
                ("introspect", "token=x", plain, 400, "unauthorized_client"),
                ("introspect", "token_type_hint=access_token", good, 400, "invalid_request"),
                ("introspect", "token=x&token=y", good, 400, "invalid_request"),
                ("revoke", "token=x", nil, 401, "invalid_client"),
                ("revoke", "token=x", bad, 401, "invalid_client"),
                ("revoke", "token_type_hint=access_token", good, 400, "invalid_request"),
            ] as [(String, String, Service?, Int, String)] {
                let answer = try await ask(house, what, form, by: by)
                #expect(answer.status.code == status, "\(what) \(form)")
                #expect(answer.json["error"]?.string == error, "\(what) \(form)")
            }
        }
    }

    @Test("Any token of a session ends it everywhere, also one that is replaced, stale or suspended")
    func endsSessions() async throws {
        try await House.open { house async throws in
            let service = try await service(house, .revoke)
            let root = try await house.person("root@example.com", roles: ["admin"])
            for (place, kind) in ["access", "refresh", "replaced", "stale", "suspended"].enumerated() {
                let person = try await house.person("p\(place)@example.com")
                var (grant, presented) = (person.grant, person.access)
                switch kind {
                case "refresh": presented = grant.refresh
                case "replaced":
                    presented = grant.refresh
                    grant = try Grant(try await house.refresh(grant.refresh))
                case "stale", "suspended":
                    let change: JSON = kind == "stale" ? ["roles": ["editor"]] : ["disabled": true]
                    _ = try await house.call(.patch, "/v1/users/\(person.id)", change, token: root.access)
                default: break
                }
                let answer = try await ask(house, "revoke", "token=\(presented)", by: service)
                #expect(answer.status == .ok && answer.text.isEmpty, "\(kind): \(answer.text)")
                #expect(try await house.me(grant.access) == Answer(401, "revoked"), "\(kind)")
                #expect(Answer(try await house.refresh(grant.refresh)) == Answer(401, "revoked"), "\(kind)")
                let records = try await house.services.audit.list(
                    before: nil, .init(account: person.id, event: "session.ended"), limit: 9)
                #expect(records.map(\.actor) == [service.client.id.description], "\(kind)")
                // Again, it is over already.
                #expect(
                    try await ask(house, "revoke", "token=\(presented)", by: service).status == .ok, "\(kind)"
                )
            }
            #expect(try await house.me(root.access) == Answer(200, nil))
            #expect(try await ask(house, "revoke", "token=x", by: service).status == .ok)
        }
    }

    @Test("A client ends its own tokens so often, and then takes no more places of the list")
    func limit() async throws {
        try await House.open { house async throws in
            let plain = try await service(house, .statusRead)
            let own = try token(house, of: plain)
            for _ in 1...20 {
                #expect(try await ask(house, "revoke", "token=\(own)", by: plain).status == .ok)
            }
            let answer = try await ask(house, "revoke", "token=\(own)", by: plain)
            #expect(Answer(answer) == Answer(429, "too_many_attempts"))
            house.advance(1)
            #expect(try await ask(house, "revoke", "token=\(own)", by: plain).status == .ok)
        }
    }

    @Test("Without the scope a client ends nothing but its own tokens, and those it gets later are good")
    func ownTokens() async throws {
        try await House.open { house async throws in
            let (plain, other) = (
                try await service(house, .statusRead), try await service(house, .statusRead)
            )
            let person = try await house.person()
            for token in [person.access, person.grant.refresh, try token(house, of: other)] {
                let answer = try await ask(house, "revoke", "token=\(token)", by: plain)
                #expect(answer.status == .badRequest && answer.json["error"] == "unauthorized_client")
            }
            #expect(try await house.me(person.access) == Answer(200, nil))
            func follow(_ token: String) async throws -> Answer {
                // The number is none, so that the stream does not begin.
                Answer(
                    try await house.call(
                        .get, "/status/events", token: token, headers: [("Last-Event-ID", "x")]))
            }
            let good = Answer(400, "invalid_last_event_id")
            let (own, others) = (try token(house, of: plain), try token(house, of: other))
            #expect(try await follow(own) == good)
            #expect(try await ask(house, "revoke", "token=\(own)", by: plain).status == .ok)
            #expect(try await follow(own) == Answer(401, "revoked"))
            #expect(try await follow(others) == good)
            let asked = try await ask(house, "token", "grant_type=client_credentials", by: plain)
            let later = try #require(asked.json["access_token"]?.string)
            // The old one again, as after an answer that was lost: the later one is not its business.
            #expect(try await ask(house, "revoke", "token=\(own)", by: plain).status == .ok)
            #expect(try await follow(later) == good)
            let records = try await house.services.audit.list(
                before: nil, .init(event: "client.tokens_revoked"), limit: 9)
            #expect(records.map(\.actor) == [plain.client.id.description])
        }
    }
}
