import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Administering users")
struct UserTests {
    private static let unknown = "00000000-0000-4000-8000-000000000000"

    @Test(
        "Only administrators get in",
        arguments: [
            (.get, "/v1/users"), (.post, "/v1/users"), (.get, "/v1/users/\(unknown)"),
            (.patch, "/v1/users/\(unknown)"), (.delete, "/v1/users/\(unknown)"),
            (.get, "/v1/users/\(unknown)/sessions"), (.post, "/v1/users/\(unknown)/logout"),
            (.delete, "/v1/users/\(unknown)/sessions/\(unknown)"),
        ] as [(HTTPRequest.Method, String)])
    func administratorsOnly(method: HTTPRequest.Method, path: String) async throws {
        try await House.open { house in
            let person = try await house.person(roles: ["editor", "administrator"])
            let answer = try await house.call(method, path, token: person.access)
            #expect(Answer(answer) == Answer(403, "insufficient_scope"))
            #expect(answer.headers[.wwwAuthenticate]?.contains(#"error="insufficient_scope""#) == true)
            #expect(Answer(try await house.call(method, path)) == Answer(401, "missing_token"))
        }
    }

    @Test("The list is paged, oldest first, each account once, and the last page has no next")
    func pages() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            for number in 1...6 {
                // Two of a kind, so that the page's end falls between accounts of one moment.
                if number % 2 == 1 { house.advance(1) }
                _ = try await house.services.accounts.register(
                    email: try #require(EmailAddress("u\(number)@example.com")), password: nil,
                    origin: Origin())
            }
            var (seen, next, pages): ([String], String?, Int) = ([], nil, 0)
            repeat {
                let after = next.map { "&after=\($0)" } ?? ""
                let page = try await house.call(.get, "/v1/users?limit=2\(after)", token: admin.access)
                #expect(page.status == .ok)
                seen += page.json["users"]?.array?.compactMap { $0["email"]?.string } ?? []
                next = page.json["next"]?.string
                pages += 1
            } while next != nil && pages < 10
            #expect(pages == 4)
            #expect(seen.first == "admin@example.com")
            #expect(Set(seen).count == 7)
            #expect(seen.count == 7)
            let all = try await house.call(.get, "/v1/users?limit=7", token: admin.access)
            #expect(all.json["next"]?.isNull == true)
        }
    }

    @Test(
        "A page that cannot be is answered 400",
        arguments: ["limit=0", "limit=201", "limit=x", "after=x", "after=AAAA", "limit="])
    func badPage(query: String) async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            let answer = try await house.call(.get, "/v1/users?\(query)", token: admin.access)
            #expect(Answer(answer) == Answer(400, "invalid_parameter"))
        }
    }

    @Test("An account is made with roles, with or without a password")
    func create() async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            let body: JSON = [
                "email": "New@Example.com", "password": .string(House.password),
                "roles": ["viewer", "editor", "editor"],
                "name": "New",
            ]
            let answer = try await house.call(.post, "/v1/users", body, token: admin.access)
            #expect(answer.status == .created)
            #expect(answer.json["roles"] == ["editor", "viewer"])
            #expect(try await house.signIn("new@example.com").status == .ok)
            let again = try await house.call(.post, "/v1/users", body, token: admin.access)
            #expect(Answer(again) == Answer(409, "email_taken"))
            let bare = try await house.call(
                .post, "/v1/users", ["email": "bare@example.com"], token: admin.access)
            #expect(bare.status == .created)
            #expect(try await house.signIn("bare@example.com", password: "").status == .unauthorized)
        }
    }

    @Test(
        "What cannot be an account or a change is answered 422",
        arguments: [
            (["email": "x"], "malformed_email"),
            (["email": "n@example.com", "password": "short"], "weak_password"),
            (["email": "n@example.com", "roles": ["has blank"]], "invalid_field"),
            (["email": "n@example.com", "roles": [""]], "invalid_field"),
            (["email": "n@example.com", "roles": "admin"], "invalid_field"),
            (["email": "n@example.com", "roles": [1]], "invalid_field"),
            (
                ["email": "n@example.com", "roles": .array((1...33).map { .string("r\($0)") })],
                "invalid_field"
            ),
            (["email": "n@example.com", "disabled": "yes"], "invalid_field"), (["name": 1], "missing_field"),
        ] as [(JSON, String)])
    func unprocessable(body: JSON, code: String) async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            let path = body["disabled"] == nil ? "/v1/users" : "/v1/users/\(admin.id)"
            let answer = try await house.call(
                body["disabled"] == nil ? .post : .patch, path, body, token: admin.access)
            #expect(Answer(answer) == Answer(422, code))
        }
    }

    @Test("Roles, disabled and name are changed by themselves; what is not named stays")
    func change() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let person = try await house.person()
            let path = "/v1/users/\(person.id)"
            for (body, code) in [
                ([:], "missing_field"), (["disable": true], "missing_field"),
                (["roles": .null], "invalid_field"),
                (["disabled": .null, "name": "x"], "invalid_field"),
            ] as [(JSON, String)] {
                #expect(
                    Answer(try await house.call(.patch, path, body, token: admin.access)) == Answer(422, code)
                )
            }
            let named = try await house.call(.patch, path, ["name": "Ada"], token: admin.access)
            #expect(named.json["name"] == "Ada")
            #expect(try await house.me(person.access) == Answer(200, nil))
            let promoted = try await house.call(.patch, path, ["roles": ["editor"]], token: admin.access)
            #expect(promoted.json["roles"] == ["editor"])
            #expect(promoted.json["name"] == "Ada")
            #expect(try await house.me(person.access) == Answer(401, "stale"))
            let disabled = try await house.call(.patch, path, ["disabled": true], token: admin.access)
            #expect(disabled.json["disabled"]?.bool == true)
            #expect(disabled.json["roles"] == ["editor"])
            #expect(try await house.me(person.access) == Answer(401, "suspended"))
            let enabled = try await house.call(.patch, path, ["disabled": false], token: admin.access)
            #expect(enabled.json["disabled"]?.bool == false)
            #expect(try await house.call(.get, path, token: admin.access).json == enabled.json)
        }
    }

    @Test("The same roles again change nothing: no token turns stale")
    func noChange() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let person = try await house.person(roles: ["editor"])
            let path = "/v1/users/\(person.id)"
            _ = try await house.call(
                .patch, path, ["roles": ["editor"], "disabled": false], token: admin.access)
            #expect(try await house.me(person.access) == Answer(200, nil))
        }
    }

    @Test("An administrator who lost the role is let in no more, at once")
    func demoted() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let other = try await house.person("other@example.com", roles: ["admin"])
            let path = "/v1/users/\(other.id)"
            #expect(try await house.call(.patch, path, ["roles": []], token: admin.access).status == .ok)
            #expect(
                Answer(try await house.call(.get, "/v1/users", token: other.access)) == Answer(401, "stale"))
            let next = try Grant(try await house.refresh(other.grant.refresh))
            let refused = try await house.call(.get, "/v1/users", token: next.access)
            #expect(Answer(refused) == Answer(403, "insufficient_scope"))
        }
    }

    @Test("The last administrator who can sign in is neither demoted, disabled nor deleted")
    func lastAdministrator() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let other = try await house.person("other@example.com", roles: ["admin"])
            _ = try await house.services.accounts.update(
                other.id, AccountPatch(isDisabled: true), origin: Origin())
            let path = "/v1/users/\(admin.id)"
            let attempts: [(HTTPRequest.Method, JSON?)] = [
                (.patch, ["roles": ["editor"]]), (.patch, ["disabled": true]), (.delete, nil),
            ]
            for (method, body) in attempts {
                let answer = try await house.call(method, path, body, token: admin.access)
                #expect(Answer(answer) == Answer(409, "last_administrator"))
            }
            #expect(try await house.me(admin.access) == Answer(200, nil))
            _ = try await house.services.accounts.update(
                other.id, AccountPatch(isDisabled: false), origin: Origin())
            #expect(try await house.call(.delete, path, token: admin.access).status == .noContent)
        }
    }

    @Test("A deleted account is gone, its tokens are revoked and its address is free again")
    func delete() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let person = try await house.person()
            let path = "/v1/users/\(person.id)"
            #expect(try await house.call(.delete, path, token: admin.access).status == .noContent)
            for method in [HTTPRequest.Method.get, .delete] {
                #expect(
                    Answer(try await house.call(method, path, token: admin.access))
                        == Answer(404, "unknown_account"))
            }
            #expect(try await house.me(person.access) == Answer(401, "revoked"))
            #expect(try await house.person().id != person.id)
            #expect(try await house.me(person.access) == Answer(401, "revoked"))
        }
    }

    @Test("An account that is not there, and an id that is none, are the same 404")
    func unknownAccount() async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            for id in [Self.unknown, "1", "x%27"] {
                for method in [HTTPRequest.Method.get, .patch, .delete] {
                    let answer = try await house.call(
                        method, "/v1/users/\(id)", method == .patch ? ["name": "x"] : nil, token: admin.access
                    )
                    #expect(Answer(answer) == Answer(404, "unknown_account"))
                }
            }
        }
    }
}
