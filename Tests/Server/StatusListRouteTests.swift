import HTTPTypes
import HummingbirdTesting
import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/status and its lists")
struct StatusListRouteTests {
    private func list(_ house: House, _ answer: TestResponse) throws -> StatusListToken {
        let token = try UnverifiedToken(answer.text).verified(
            by: #require(house.services.keyRing.verificationKeys()))
        #expect(token.header.type == "statuslist+jwt")
        return try StatusListToken(
            token.claims(), fetchedFrom: "http://localhost:8080/status/1.1", at: house.clock.now)
    }

    @Test("The lists are named, and one is given out signed, as committed, to anybody")
    func published() async throws {
        try await House.open { house async throws in
            let named = try await house.call(.get, "/status")
            #expect(named.json == ["status_lists": ["http://localhost:8080/status/1.1"]])
            let person = try await house.person()
            #expect(try await house.call(.post, "/v1/logout", token: person.access).status == .noContent)
            let answer = try await house.call(.get, "/status/1.1")
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/statuslist+jwt")
            #expect(answer.headers[.cacheControl] == "public, max-age=5")
            let read = try list(house, answer)
            #expect(read.issuedAt == house.clock.now)
            #expect(read.change == house.services.view.feed.head)
            #expect(read.timeToLive == .seconds(15))
            #expect(read.list.status(at: 0) == .revoked)
            #expect(read.list.status(at: 1) == .valid)
        }
    }

    @Test("What is committed is in the next answer, also right after another one, and who has it is told so")
    func fresh() async throws {
        try await House.open { house async throws in
            let tag = try #require(try await house.call(.get, "/status/1.1").headers[.eTag])
            let same = try await house.call(.get, "/status/1.1", headers: [("If-None-Match", tag)])
            #expect(same.status == .notModified && same.headers[.eTag] == tag)
            for index in 0..<3 {
                let person = try await house.person("p\(index)@example.com")
                #expect(try await house.call(.post, "/v1/logout", token: person.access).status == .noContent)
                let answer = try await house.call(.get, "/status/1.1", headers: [("If-None-Match", tag)])
                #expect(try list(house, answer).list.status(at: index) == .revoked)
            }
        }
    }

    @Test("It is made anew when it has aged, with the time of its confirmation")
    func aged() async throws {
        try await House.open { house async throws in
            let first = try list(house, try await house.call(.get, "/status/1.1"))
            house.advance(4)
            #expect(try list(house, try await house.call(.get, "/status/1.1")).issuedAt == first.issuedAt)
            house.advance(2)
            let second = try list(house, try await house.call(.get, "/status/1.1"))
            #expect(second.issuedAt == first.issuedAt + .seconds(6))
        }
    }

    @Test("While the database cannot be asked none is given out")
    func unconfirmed() async throws {
        try await House.open { house async throws in
            house.clock.advance(.seconds(6))
            #expect(Answer(try await house.call(.get, "/status/1.1")) == Answer(503, "status_unavailable"))
        }
    }

    @Test("There is no other list", arguments: ["1.2", "2.1", "x", "1.1.1", "%31.1x"])
    func unknown(name: String) async throws {
        try await House.open { house async throws in
            #expect(Answer(try await house.call(.get, "/status/\(name)")) == Answer(404, "not_found"))
        }
    }

    @Test("Where tokens are signed by a secret, lists are signed so that anybody can verify them")
    func symmetric() async throws {
        try await House.open(settings: { $0.keys.algorithm = .hs256 }) { house async throws in
            let answer = try await house.call(.get, "/status/1.1")
            #expect(try UnverifiedToken(answer.text).header.algorithm == .es256)
            _ = try list(house, answer)
        }
    }

    @Test(
        "The stream is for services with its scope",
        arguments: [(nil, Answer(401, "missing_token")), ("account", Answer(403, "insufficient_scope"))]
            as [(String?, Answer)])
    func streamRefused(scope: String?, expected: Answer) async throws {
        try await House.open { house async throws in
            let token = scope == nil ? nil : try await house.person(roles: ["admin"]).access
            #expect(Answer(try await house.call(.get, "/status/events", token: token)) == expected)
        }
    }

    @Test("A number that is none of the stream's is refused by name")
    func streamNumber() async throws {
        try await House.open { house async throws in
            let (client, _) = try await house.services.clients.create(
                name: "a", grants: [.clientCredentials], scopes: [.statusRead], origin: Origin())
            let token = try house.services.accessTokens.mint(for: client, scopes: [.statusRead]).token
            let answer = try await house.call(
                .get, "/status/events", token: token, headers: [("Last-Event-ID", "x")])
            #expect(Answer(answer) == Answer(400, "invalid_last_event_id"))
        }
    }
}
