import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("The end of an account, and of its sessions by an administrator")
struct AccountEndTests {
    private static let unknown = "00000000-0000-4000-8000-000000000000"

    @Test("One's own account is deleted after a fresh sign-in; every token of it stays revoked")
    func own() async throws {
        try await House.open { house in
            let person = try await house.person()
            house.advance(301)
            let refused = try await house.call(.delete, "/v1/me", token: person.access)
            #expect(Answer(refused) == Answer(401, "insufficient_user_authentication"))
            let fresh = try Grant(try await house.signIn("ada@example.com"))
            #expect(try await house.call(.delete, "/v1/me", token: fresh.access).status == .noContent)
            for grant in [person.grant, fresh] {
                #expect(try await house.me(grant.access) == Answer(401, "revoked"))
                #expect(
                    Answer(try await house.refresh(grant.refresh)) == Answer(401, "invalid_refresh_token"))
            }
            #expect(
                Answer(try await house.signIn("ada@example.com")) == Answer(401, "invalid_credentials"))
            #expect(try await house.person().id != person.id)
            #expect(try await house.me(fresh.access) == Answer(401, "revoked"))
        }
    }

    @Test("The last administrator does not delete itself")
    func last() async throws {
        try await House.open { house in
            let admin = try await house.person(roles: ["admin"])
            let refused = try await house.call(.delete, "/v1/me", token: admin.access)
            #expect(Answer(refused) == Answer(409, "last_administrator"))
            _ = try await house.person("other@example.com", roles: ["admin"])
            #expect(try await house.call(.delete, "/v1/me", token: admin.access).status == .noContent)
        }
    }

    @Test("An administrator sees somebody's sessions and ends one, or all of them, at once")
    func sessions() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let person = try await house.person()
            var others: [Grant] = []
            for _ in 1...2 { others.append(try Grant(try await house.signIn("ada@example.com"))) }
            let path = "/v1/users/\(person.id)/sessions"
            let all = "/v1/users/\(person.id)/logout"
            let listed = try await house.call(.get, path, token: admin.access).json["sessions"]?.array ?? []
            #expect(
                Set(listed.compactMap { $0["id"]?.string })
                    == Set([person.grant.session] + others.map(\.session)))
            #expect(listed.allSatisfy { $0["current"]?.bool == false })
            let one = "\(path)/\(person.grant.session)"
            #expect(try await house.call(.delete, one, token: admin.access).status == .noContent)
            #expect(try await house.me(person.access) == Answer(401, "revoked"))
            #expect(
                Answer(try await house.call(.delete, one, token: admin.access))
                    == Answer(404, "unknown_session"))
            for other in others { #expect(try await house.me(other.access) == Answer(200, nil)) }
            #expect(try await house.call(.post, all, token: admin.access).status == .noContent)
            for other in others {
                #expect(try await house.me(other.access) == Answer(401, "revoked"))
                #expect(Answer(try await house.refresh(other.refresh)) == Answer(401, "revoked"))
            }
            // Nothing to end is no failure, and nothing keeps anybody from coming back.
            #expect(try await house.call(.post, all, token: admin.access).status == .noContent)
            #expect(try await house.signIn("ada@example.com").status == .ok)
            #expect(try await house.me(admin.access) == Answer(200, nil))
            let audit = try await house.call(
                .get, "/v1/audit?event=session.ended&account=\(person.id)", token: admin.access)
            let records = audit.json["records"]?.array ?? []
            #expect(records.count == 3)
            #expect(records.allSatisfy { $0["actor"]?.string == admin.id.description })
        }
    }

    @Test("An account or a session that is not there, or is another's, is 404")
    func unknownOnes() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            let (ada, eve) = (try await house.person(), try await house.person("eve@example.com"))
            for id in [Self.unknown, "1", "x%27"] {
                for (method, what) in [(HTTPRequest.Method.get, "sessions"), (.post, "logout")] {
                    let answer = try await house.call(
                        method, "/v1/users/\(id)/\(what)", token: admin.access)
                    #expect(Answer(answer) == Answer(404, "unknown_account"))
                }
                let none = try await house.call(
                    .delete, "/v1/users/\(ada.id)/sessions/\(id)", token: admin.access)
                #expect(Answer(none) == Answer(404, "unknown_session"))
            }
            let foreign = try await house.call(
                .delete, "/v1/users/\(ada.id)/sessions/\(eve.grant.session)", token: admin.access)
            #expect(Answer(foreign) == Answer(404, "unknown_session"))
            #expect(try await house.me(eve.access) == Answer(200, nil))
        }
    }
}
