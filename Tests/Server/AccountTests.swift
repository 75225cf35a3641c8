import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("One's own account, sessions and password")
struct AccountTests {
    @Test("/v1/me shows the account, and its name can be changed and taken away")
    func me() async throws {
        try await House.open { house in
            let person = try await house.person()
            let shown = try await house.call(.get, "/v1/me", token: person.access)
            #expect(shown.json["id"]?.string == person.id.description)
            #expect(shown.json["name"]?.isNull == true)
            #expect(shown.headers[.cacheControl] == "no-store")
            for (name, kept) in [("Ada", "Ada"), (nil, nil), ("", nil)] as [(JSON?, String?)] {
                let answer = try await house.call(
                    .patch, "/v1/me", ["name": name ?? .null], token: person.access)
                #expect(answer.status == .ok)
                #expect(answer.json["name"]?.string == kept)
            }
        }
    }

    @Test(
        "What cannot be a name, or is no change, is answered 422",
        arguments: [
            (["name": 7], "invalid_field"), (["name": "two\nlines"], "invalid_field"),
            (["name": .string(String(repeating: "x", count: 401))], "invalid_field"), ([:], "missing_field"),
        ] as [(JSON, String)])
    func badName(body: JSON, code: String) async throws {
        try await House.open { house in
            let person = try await house.person()
            #expect(
                Answer(try await house.call(.patch, "/v1/me", body, token: person.access))
                    == Answer(422, code))
        }
    }

    @Test("Nobody gives roles to themselves")
    func noRoles() async throws {
        try await House.open { house in
            let person = try await house.person()
            let body: JSON = ["name": "Ada", "roles": ["admin"], "disabled": true]
            let answer = try await house.call(.patch, "/v1/me", body, token: person.access)
            #expect(answer.json["roles"] == .array([]))
            #expect(answer.json["disabled"]?.bool == false)
        }
    }

    @Test("An account that was deleted is gone: its tokens are revoked")
    func gone() async throws {
        try await House.open { house in
            let person = try await house.person()
            _ = try await house.services.accounts.delete(person.id, origin: Origin())
            #expect(try await house.me(person.access) == Answer(401, "revoked"))
            #expect(
                Answer(try await house.refresh(person.grant.refresh)) == Answer(401, "invalid_refresh_token"))
        }
    }

    @Test("Sessions are listed with device, address, first and last use, and the present one is marked")
    func sessions() async throws {
        try await House.open(mode: .live) { house in
            let person = try await house.person()
            house.advance(60)
            let phone = try Grant(try await house.signIn("ada@example.com", device: "Ada's phone"))
            house.advance(60)
            let next = try Grant(try await house.refresh(phone.refresh))
            _ = try await house.person("eve@example.com")
            let sessions = try await house.call(.get, "/v1/sessions", token: next.access).json["sessions"]
            #expect(sessions?.array?.count == 2)
            let newest = try #require(sessions?.element(0))
            #expect(newest["id"]?.string == phone.session)
            #expect(newest["current"]?.bool == true)
            #expect(newest["device"] == "Ada's phone")
            #expect(["127.0.0.1", "::1"].contains(newest["first_address"]?.string))
            #expect(newest["last_address"] == newest["first_address"])
            #expect(newest["created_at"] == "2027-01-15T08:01:00Z")
            #expect(newest["last_used_at"] == "2027-01-15T08:02:00Z")
            #expect(newest["expires_at"] == "2027-04-15T08:01:00Z")
            #expect(sessions?.element(1)?["id"]?.string == person.grant.session)
            #expect(sessions?.element(1)?["current"]?.bool == false)
        }
    }

    @Test("Ending a session refuses its tokens at once; ending it again is 404")
    func endSession() async throws {
        try await House.open { house in
            let person = try await house.person()
            let other = try Grant(try await house.signIn("ada@example.com"))
            let path = "/v1/sessions/\(other.session)"
            #expect(try await house.call(.delete, path, token: person.access).status == .noContent)
            #expect(try await house.me(other.access) == Answer(401, "revoked"))
            #expect(Answer(try await house.refresh(other.refresh)) == Answer(401, "revoked"))
            let again = try await house.call(.delete, path, token: person.access)
            #expect(Answer(again) == Answer(404, "unknown_session"))
            #expect(try await house.me(person.access) == Answer(200, nil))
        }
    }

    @Test("A name is changed so often, and then the trail is not filled further")
    func renaming() async throws {
        try await House.open { house in
            let person = try await house.person()
            for number in 1...20 {
                let answer = try await house.call(
                    .patch, "/v1/me", ["name": .string("n\(number)")], token: person.access)
                #expect(answer.status == .ok)
            }
            let answer = try await house.call(.patch, "/v1/me", ["name": "n"], token: person.access)
            #expect(Answer(answer) == Answer(429, "too_many_attempts"))
            house.advance(60)
            #expect(try await house.call(.patch, "/v1/me", ["name": "n"], token: person.access).status == .ok)
        }
    }

    @Test("Somebody else's session, and one that is none, are the same 404")
    func foreignSession() async throws {
        try await House.open { house in
            let (ada, eve) = (try await house.person(), try await house.person("eve@example.com"))
            let ids = [ada.grant.session, "00000000-0000-4000-8000-000000000000", "1", "%20"]
            var answers: Set<String> = []
            for id in ids {
                let answer = try await house.call(.delete, "/v1/sessions/\(id)", token: eve.access)
                #expect(Answer(answer) == Answer(404, "unknown_session"))
                answers.insert(answer.text)
            }
            #expect(answers.count == 1)
            #expect(try await house.me(ada.access) == Answer(200, nil))
        }
    }

    @Test("A new password ends the other sessions, keeps this one, and is the only one that signs in")
    func password() async throws {
        try await House.open { house in
            let person = try await house.person()
            let other = try Grant(try await house.signIn("ada@example.com"))
            let body: JSON = [
                "current_password": .string(House.password), "new_password": "another good long one",
            ]
            let answer = try await house.call(.post, "/v1/password/change", body, token: person.access)
            #expect(answer.status == .noContent)
            #expect(try await house.me(person.access) == Answer(200, nil))
            #expect(try await house.refresh(person.grant.refresh).status == .ok)
            #expect(try await house.me(other.access) == Answer(401, "revoked"))
            #expect(Answer(try await house.refresh(other.refresh)) == Answer(401, "revoked"))
            #expect(try await house.signIn("ada@example.com").status == .unauthorized)
            #expect(
                try await house.signIn("ada@example.com", password: "another good long one").status == .ok)
        }
    }

    @Test(
        "A password is not changed for a wrong one, or to a weak one",
        arguments: [
            (["current_password": "wrong", "new_password": "another good long one"], 403, "wrong_password"),
            (
                [
                    "current_password": .string(String(repeating: "x", count: 2000)),
                    "new_password": "another good one",
                ],
                403, "wrong_password"
            ),
            (
                ["current_password": .string(House.password), "new_password": "password"], 422,
                "weak_password"
            ),
            (
                ["current_password": .string(House.password), "new_password": "ada@example.com"], 422,
                "weak_password"
            ),
            (["current_password": .string(House.password)], 422, "missing_field"),
            (["new_password": "another good long one"], 422, "missing_field"),
        ] as [(JSON, Int, String)])
    func refusedPassword(body: JSON, status: Int, code: String) async throws {
        try await House.open { house in
            let person = try await house.person()
            let answer = try await house.call(.post, "/v1/password/change", body, token: person.access)
            #expect(Answer(answer) == Answer(status, code))
            #expect(try await house.signIn("ada@example.com").status == .ok)
        }
    }

    @Test("Whoever holds a stolen access token cannot guess the password without a limit")
    func guessing() async throws {
        try await House.open(settings: { $0.limits.account = .init(burst: 2, interval: .seconds(60)) }) {
            house in
            let person = try await house.person()
            let body: JSON = ["current_password": "a guess", "new_password": "another good long one"]
            for _ in 1...2 {
                let answer = try await house.call(.post, "/v1/password/change", body, token: person.access)
                #expect(Answer(answer) == Answer(403, "wrong_password"))
            }
            let refused = try await house.call(.post, "/v1/password/change", body, token: person.access)
            #expect(Answer(refused) == Answer(429, "too_many_attempts"))
            // A bucket of its own: nobody is kept from signing in by it.
            #expect(try await house.signIn("ada@example.com").status == .ok)
        }
    }
}
