import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Another e-mail address")
struct EmailChangeTests {
    private static let new = "lovelace@example.com"

    private func change(_ house: House, _ email: JSON, token: String, path: String = "/v1/me") async throws
        -> TestResponse
    {
        try await house.call(.patch, path, ["email": email], token: token)
    }

    @Test(
        "After a fresh sign-in it is the account's: this session stays, the others end, the old one is free")
    func owner() async throws {
        try await House.open { house in
            let person = try await house.person()
            let other = try Grant(try await house.signIn("ada@example.com"))
            let answer = try await change(house, "Lovelace@Example.com", token: person.access)
            #expect(answer.status == .ok)
            #expect(answer.json["email"]?.string == Self.new)
            #expect(answer.json["id"]?.string == person.id.description)
            #expect(try await house.me(person.access) == Answer(200, nil))
            #expect(try await house.refresh(person.grant.refresh).status == .ok)
            #expect(try await house.me(other.access) == Answer(401, "revoked"))
            #expect(Answer(try await house.refresh(other.refresh)) == Answer(401, "revoked"))
            #expect(
                Answer(try await house.signIn("ada@example.com")) == Answer(401, "invalid_credentials"))
            #expect(try await house.signIn(Self.new).status == .ok)
            #expect(try await house.person().id != person.id)
        }
    }

    @Test("An old sign-in is challenged; one in the same session is enough; a refresh is none")
    func stepUp() async throws {
        try await House.open { house in
            let person = try await house.person()
            house.advance(301)
            let refreshed = try Grant(try await house.refresh(person.grant.refresh))
            for access in [person.access, refreshed.access] {
                let refused = try await change(house, .string(Self.new), token: access)
                #expect(Answer(refused) == Answer(401, "insufficient_user_authentication"))
                #expect(refused.headers[.wwwAuthenticate]?.hasSuffix(#"max_age="300""#) == true)
                #expect(refused.json["max_age"]?.integer == 300)
            }
            // The name alone weighs little.
            #expect(
                try await house.call(.patch, "/v1/me", ["name": "Ada"], token: refreshed.access).status == .ok
            )
            let again = try Grant(
                try await house.call(
                    .post, "/v1/login",
                    [
                        "email": "ada@example.com", "password": .string(House.password),
                        "refresh_token": .string(refreshed.refresh), "max_age": 300,
                    ]))
            #expect(again.session == person.grant.session)
            #expect(try await change(house, .string(Self.new), token: again.access).status == .ok)
        }
    }

    @Test("Name and address are changed together or not at all")
    func together() async throws {
        try await House.open { house in
            let (ada, eve) = (try await house.person(), try await house.person("eve@example.com"))
            let other = try Grant(try await house.signIn("ada@example.com"))
            let body: JSON = ["name": "Ada", "email": .string(eve.email)]
            let refused = try await house.call(.patch, "/v1/me", body, token: ada.access)
            #expect(Answer(refused) == Answer(409, "email_taken"))
            let shown = try await house.call(.get, "/v1/me", token: ada.access)
            #expect(shown.json["name"]?.isNull == true)
            #expect(shown.json["email"]?.string == ada.email)
            #expect(try await house.me(other.access) == Answer(200, nil))
            let both = try await house.call(
                .patch, "/v1/me", ["name": "Ada", "email": .string(Self.new)], token: ada.access)
            #expect(both.json["name"] == "Ada" && both.json["email"]?.string == Self.new)
        }
    }

    @Test("The address one has already changes nothing: no session ends")
    func same() async throws {
        try await House.open { house in
            let person = try await house.person()
            let other = try Grant(try await house.signIn("ada@example.com"))
            #expect(try await change(house, "ADA@example.com", token: person.access).status == .ok)
            #expect(try await house.me(other.access) == Answer(200, nil))
        }
    }

    @Test(
        "What cannot be an address is answered 422",
        arguments: [
            ("ada", "malformed_email"), ("", "malformed_email"), (.null, "invalid_field"),
            (7, "invalid_field"), ("\u{212A}elvin@example.com", "malformed_email"),
        ] as [(JSON, String)])
    func malformed(email: JSON, code: String) async throws {
        try await House.open { house in
            let person = try await house.person(roles: ["admin"])
            for path in ["/v1/me", "/v1/users/\(person.id)"] {
                let answer = try await change(house, email, token: person.access, path: path)
                #expect(Answer(answer) == Answer(422, code))
            }
            #expect(try await house.signIn("ada@example.com").status == .ok)
        }
    }

    @Test("Whether an address is taken is told no oftener than by sign-up, and only after a fresh sign-in")
    func limits() async throws {
        try await House.open(
            mode: .live,
            settings: {
                $0.limits.account = .init(burst: 3, interval: .seconds(60))
                $0.limits.signUp = .init(burst: 5, interval: .seconds(60))
            }
        ) { house in
            let (ada, eve) = (try await house.person(), try await house.person("eve@example.com"))
            house.advance(301)
            // Challenged before anything is counted or looked up.
            for email in [eve.email, Self.new, eve.email, Self.new, eve.email] {
                let refused = try await change(house, .string(email), token: ada.access)
                #expect(Answer(refused) == Answer(401, "insufficient_user_authentication"))
            }
            let fresh = try Grant(try await house.signIn("ada@example.com"))
            for _ in 1...3 {
                let taken = try await change(house, .string(eve.email), token: fresh.access)
                #expect(Answer(taken) == Answer(409, "email_taken"))
            }
            // Another session of the account is no way around it.
            let second = try Grant(try await house.signIn("ada@example.com"))
            let limited = try await change(house, .string(Self.new), token: second.access)
            #expect(Answer(limited) == Answer(429, "too_many_attempts"))
            #expect(limited.headers[.retryAfter] != nil)
            // Nor is another account: the address has one bucket for this and sign-up.
            let other = try Grant(try await house.signIn(eve.email))
            for code in [409, 409, 429] {
                let answer = try await change(house, .string(ada.email), token: other.access)
                #expect(answer.status.code == code)
            }
            let signUp: JSON = ["email": .string(Self.new), "password": .string(House.password)]
            #expect(try await house.call(.post, "/v1/signup", signUp).status == .tooManyRequests)
        }
    }

    @Test("Where sign-up is closed nothing is told: administrators change addresses and delete accounts")
    func closed() async throws {
        try await House.open(settings: { $0.isSignUpOpen = false }) { house in
            let (ada, eve) = (try await house.person(), try await house.person("eve@example.com"))
            var texts: Set<String> = []
            for email in [eve.email, Self.new] {
                let answer = try await change(house, .string(email), token: ada.access)
                #expect(Answer(answer) == Answer(403, "account_managed"))
                texts.insert(answer.text)
            }
            #expect(texts.count == 1)
            let kept = try await house.call(.delete, "/v1/me", token: ada.access)
            #expect(Answer(kept) == Answer(403, "account_managed"))
            #expect(
                try await house.call(.patch, "/v1/me", ["name": "Ada"], token: ada.access).status == .ok)
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let path = "/v1/users/\(ada.id)"
            #expect(try await change(house, .string(Self.new), token: admin.access, path: path).status == .ok)
        }
    }

    @Test("By an administrator, freshly signed in: all of the account's sessions end, and no one else's")
    func administrator() async throws {
        try await House.open { house in
            let person = try await house.person()
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let path = "/v1/users/\(person.id)"
            let taken = try await change(house, .string(admin.email), token: admin.access, path: path)
            #expect(Answer(taken) == Answer(409, "email_taken"))
            let answer = try await change(house, .string(Self.new), token: admin.access, path: path)
            #expect(answer.json["email"]?.string == Self.new)
            #expect(try await house.me(person.access) == Answer(401, "revoked"))
            #expect(try await house.me(admin.access) == Answer(200, nil))
            // One's own by the same route keeps the session that acts.
            let own = try await change(
                house, "root@example.com", token: admin.access, path: "/v1/users/\(admin.id)")
            #expect(own.json["email"] == "root@example.com")
            #expect(try await house.me(admin.access) == Answer(200, nil))
            let audit = try await house.call(
                .get, "/v1/audit?event=account.email_changed&account=\(person.id)", token: admin.access)
            let record = try #require(audit.json["records"]?.element(0))
            #expect(record["actor"]?.string == admin.id.description)
            #expect(record["detail"]?.string == "before: ada@example.com")
            house.advance(301)
            let late = try await change(house, "x@example.com", token: admin.access, path: path)
            #expect(Answer(late) == Answer(401, "insufficient_user_authentication"))
            // What is not the address needs no fresh sign-in.
            let named = try await house.call(.patch, path, ["name": "Ada"], token: admin.access)
            #expect(named.status == .ok)
        }
    }
}
