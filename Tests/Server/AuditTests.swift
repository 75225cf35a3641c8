import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("The audit trail")
struct AuditTests {
    @Test("Sign-ins, changes and refused administration are recorded with who, whom and from where")
    func records() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let person = try await house.person()
            house.advance(1)
            _ = try await house.call(.get, "/v1/users", token: person.access)
            house.advance(1)
            _ = try await house.call(
                .patch, "/v1/users/\(person.id)", ["roles": ["editor"], "name": "Ada"], token: admin.access)
            let page = try await house.call(.get, "/v1/audit", token: admin.access)
            let records = try #require(page.json["records"]?.array)
            let events = records.compactMap { $0["event"]?.string }
            #expect(Set(events.prefix(2)) == ["account.roles_changed", "account.renamed"])
            #expect(events.dropFirst(2).first == "administration.refused")
            #expect(Set(events.dropFirst(3)) == ["account.created", "session.opened", "keys.changed"])
            let change = try #require(records.first { $0["event"]?.string == "account.roles_changed" })
            #expect(change["account"]?.string == person.id.description)
            #expect(change["actor"]?.string == admin.id.description)
            #expect(change["detail"]?.string == "editor")
            #expect(records[2]["detail"]?.string == "GET /v1/users")
        }
    }

    @Test("It is paged, the newest first, each record once; by account and by event")
    func pages() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            for number in 1...4 {
                if number % 2 == 1 { house.advance(1) }
                _ = try await house.signIn("admin@example.com")
            }
            var (seen, next): ([String], String?) = ([], nil)
            repeat {
                let after = next.map { "&after=\($0)" } ?? ""
                let page = try await house.call(.get, "/v1/audit?limit=2\(after)", token: admin.access)
                seen += page.json["records"]?.array?.compactMap { $0["id"]?.string } ?? []
                next = page.json["next"]?.string
            } while next != nil && seen.count < 20
            #expect(seen.count == 7)
            #expect(Set(seen).count == 7)
            let opened = try await house.call(.get, "/v1/audit?event=session.opened", token: admin.access)
            #expect(opened.json["records"]?.array?.count == 5)
            let nobody = "00000000-0000-4000-8000-000000000000"
            let none = try await house.call(.get, "/v1/audit?account=\(nobody)", token: admin.access)
            #expect(none.json["records"]?.array?.isEmpty == true)
        }
    }

    @Test("Only administrators read it", arguments: ["/v1/audit", "/v1/audit?limit=1"])
    func administratorsOnly(path: String) async throws {
        try await House.open { house in
            let person = try await house.person(roles: ["editor"])
            #expect(
                Answer(try await house.call(.get, path, token: person.access))
                    == Answer(403, "insufficient_scope"))
            #expect(Answer(try await house.call(.get, path)) == Answer(401, "missing_token"))
        }
    }

    @Test(
        "A page or an account that cannot be is answered 400",
        arguments: ["after=x", "after=YWI", "limit=0", "account=ada"])
    func malformed(query: String) async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let answer = try await house.call(.get, "/v1/audit?\(query)", token: admin.access)
            #expect(Answer(answer) == Answer(400, "invalid_parameter"))
        }
    }

    @Test("Somebody who keeps trying to administer cannot fill the trail, and stays refused")
    func bounded() async throws {
        try await House.open { house in
            let person = try await house.person()
            for _ in 1...30 {
                let answer = try await house.call(.get, "/v1/users", token: person.access)
                #expect(Answer(answer) == Answer(403, "insufficient_scope"))
            }
            let filter = AuditTrail.Filter(event: "administration.refused")
            #expect(try await house.services.audit.list(before: nil, filter, limit: 100).count == 20)
        }
    }
}
