import HTTPTypes
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Signing in again (RFC 9470)")
struct StepUpTests {
    private func login(_ house: House, _ more: [String: JSON], password: String = House.password) async throws
        -> TestResponse
    {
        let own: [JSON.Member] = [
            .init("email", "ada@example.com"), .init("password", .string(password)),
        ]
        return try await house.call(
            .post, "/v1/login", .object(own + more.map { .init($0.key, $0.value) }))
    }

    private func claim(_ name: String, _ access: String) throws -> JSON? {
        try JSON.parse(UnverifiedToken(access).unverifiedPayload)[name]
    }

    @Test("An old sign-in is challenged with max_age; signing in again in the same session is enough")
    func flow() async throws {
        try await House.open { house in
            let person = try await house.person(roles: ["admin"])
            let made = try await house.call(
                .post, "/v1/clients", ["name": "orders"], token: person.access)
            let path = "/v1/clients/\(try #require(made.json["client_id"]?.string))/secret"
            house.advance(300)
            #expect(try await house.call(.post, path, token: person.access).status == .ok)
            house.advance(1)
            let refused = try await house.call(.post, path, token: person.access)
            #expect(Answer(refused) == Answer(401, "insufficient_user_authentication"))
            let challenge = try #require(refused.headers[.wwwAuthenticate])
            #expect(challenge.contains(#"error="insufficient_user_authentication""#))
            #expect(challenge.hasSuffix(#"max_age="300""#))

            // A refresh is no sign-in.
            let refreshed = try Grant(try await house.refresh(person.grant.refresh))
            #expect(
                Answer(try await house.call(.post, path, token: refreshed.access))
                    == Answer(401, "insufficient_user_authentication"))

            let again = try Grant(
                try await login(
                    house,
                    [
                        "refresh_token": .string(refreshed.refresh),
                        "max_age": try #require(refused.json["max_age"]),
                    ]))
            #expect(again.session == person.grant.session)
            #expect(try claim("auth_time", again.access) == .integer(StandingClock.start.seconds + 301))
            #expect(try await house.call(.post, path, token: again.access).status == .ok)
            // The tokens that are out are as old as they were, and good for the rest.
            #expect(
                Answer(try await house.call(.post, path, token: refreshed.access))
                    == Answer(401, "insufficient_user_authentication"))
            #expect(try await house.me(refreshed.access) == Answer(200, nil))
            // The new time goes on with the session.
            let next = try Grant(try await house.refresh(again.refresh))
            #expect(try claim("auth_time", next.access) == claim("auth_time", again.access))
            let sessions = try await house.call(.get, "/v1/sessions", token: next.access)
            #expect(sessions.json["sessions"]?.array?.count == 1)
            let audit = try await house.call(
                .get, "/v1/audit?event=session.reauthenticated", token: next.access)
            #expect(audit.json["records"]?.array?.count == 1)
        }
    }

    @Test("Without a refresh token it is a session of its own")
    func newSession() async throws {
        try await House.open { house in
            let person = try await house.person()
            let other = try Grant(try await login(house, ["max_age": 0, "acr_values": "aal2 aal1"]))
            #expect(other.session != person.grant.session)
            #expect(try claim("acr", other.access) == "aal1")
        }
    }

    @Test(
        "A wish that cannot be met is refused by name, before the password is looked at",
        arguments: [
            (["acr_values": "aal2"], "unmet_authentication_requirements"),
            (["acr_values": "AAL1 phr"], "unmet_authentication_requirements"),
            (["acr_values": ["aal1"]], "invalid_field"), (["max_age": -1], "invalid_field"),
            (["max_age": "300"], "invalid_field"), (["max_age": true], "invalid_field"),
        ] as [([String: JSON], String)])
    func unmet(wish: [String: JSON], code: String) async throws {
        try await House.open { house in
            _ = try await house.person()
            for password in [House.password, "wrong"] {
                let answer = try await login(house, wish, password: password)
                #expect(Answer(answer) == Answer(422, code))
            }
        }
    }

    @Test("A wrong password leaves the session as it is, and so does somebody else's right one")
    func refused() async throws {
        try await House.open { house in
            let ada = try await house.person()
            let eve = try await house.person("eve@example.com")
            let body: [String: JSON] = ["refresh_token": .string(ada.grant.refresh)]
            #expect(
                Answer(try await login(house, body, password: "wrong")) == Answer(401, "invalid_credentials"))
            let others = try await login(house, ["refresh_token": .string(eve.grant.refresh)])
            #expect(Answer(others) == Answer(401, "invalid_refresh_token"))
            #expect(
                Answer(try await login(house, ["refresh_token": "vrt1_x"]))
                    == Answer(401, "invalid_refresh_token"))
            for person in [ada, eve] {
                #expect(try await house.me(person.access) == Answer(200, nil))
                #expect(try await house.refresh(person.grant.refresh).status == .ok)
            }
        }
    }

    @Test("A replaced refresh token is theft here, too; an ended session is not opened again")
    func theft() async throws {
        try await House.open { house in
            let person = try await house.person()
            let next = try Grant(try await house.refresh(person.grant.refresh))
            house.advance(60)
            #expect(
                Answer(try await login(house, ["refresh_token": .string(person.grant.refresh)]))
                    == Answer(401, "refresh_token_reused"))
            #expect(try await house.me(next.access) == Answer(401, "revoked"))
            #expect(
                Answer(try await login(house, ["refresh_token": .string(next.refresh)]))
                    == Answer(401, "revoked"))
        }
    }
}
