import HTTPTypes
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Administering keys")
struct KeyRoutesTests {
    private func states(_ answer: TestResponse) -> [String] {
        (answer.json["keys"]?.array ?? []).compactMap { $0["state"]?.string }.sorted()
    }

    @Test(
        "They are listed without their halves; the next is announced, or signs at once and the old one verifies",
        arguments: [
            ("published", ["active", "announced"]), (nil, ["active", "announced"]),
            ("now", ["active", "retired"]),
        ] as [(String?, [String])])
    func rotate(haste: String?, after: [String]) async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            let listed = try await house.call(.get, "/v1/keys", token: admin.access)
            #expect(states(listed) == ["active"])
            #expect(listed.json["keys"]?.element(0)?["algorithm"] == "ES256")
            #expect(!listed.text.contains("\"d\"") && !listed.text.contains("sealed"))
            let body = haste.map { JSON.object([.init("haste", .string($0))]) }
            let rotated = try await house.call(.post, "/v1/keys/rotate", body, token: admin.access)
            #expect(rotated.status == .ok && states(rotated) == after)
            #expect(try await house.me(admin.access) == Answer(200, nil))
            let audit = try await house.call(.get, "/v1/audit?event=keys.changed", token: admin.access)
            let actors = (audit.json["records"]?.array ?? []).map { $0["actor"]?.string }
            #expect(actors.filter { $0 == admin.id.description }.count == 1)
        }
    }

    @Test(
        "In an emergency every older token dies at once, the administrator's too; a refresh brings a good one"
    )
    func emergency() async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            let rotated = try await house.call(
                .post, "/v1/keys/rotate", ["haste": "emergency"], token: admin.access)
            #expect(states(rotated) == ["active", "gone"])
            #expect(try await house.me(admin.access) == Answer(401, "invalid_token"))
            let next = try Grant(try await house.refresh(admin.grant.refresh))
            #expect(try await house.me(next.access) == Answer(200, nil))
        }
    }

    @Test("Only administrators get in, and rotating takes a fresh sign-in and a haste that there is")
    func refused() async throws {
        try await House.open { house in
            let person = try await house.person()
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            for (method, path) in [(HTTPRequest.Method.get, "/v1/keys"), (.post, "/v1/keys/rotate")] {
                #expect(Answer(try await house.call(method, path)) == Answer(401, "missing_token"))
                let refused = try await house.call(method, path, token: person.access)
                #expect(Answer(refused) == Answer(403, "insufficient_scope"))
            }
            let wrong = try await house.call(
                .post, "/v1/keys/rotate", ["haste": "slowly"], token: admin.access)
            #expect(Answer(wrong) == Answer(422, "invalid_field"))
            house.advance(301)
            let old = try await house.call(.post, "/v1/keys/rotate", token: admin.access)
            #expect(Answer(old) == Answer(401, "insufficient_user_authentication"))
            #expect(states(try await house.call(.get, "/v1/keys", token: admin.access)) == ["active"])
        }
    }
}
