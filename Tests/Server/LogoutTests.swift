import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Signing out")
struct LogoutTests {
    /// One person with three sessions; which of them still get in after `body`.
    private func survivors(_ body: @Sendable @escaping (House, [Grant]) async throws -> Void) async throws
        -> [Bool]
    {
        let result = Survivors()
        try await House.open { house in
            var grants = [try await house.person().grant]
            for _ in 1...2 { grants.append(try Grant(try await house.signIn("ada@example.com"))) }
            let stranger = try await house.person("eve@example.com")
            try await body(house, grants)
            for grant in grants {
                let me = try await house.me(grant.access)
                #expect(me == Answer(200, nil) || me == Answer(401, "revoked"))
                let refresh = Answer(try await house.refresh(grant.refresh))
                #expect(refresh == (me.status == 200 ? Answer(200, nil) : Answer(401, "revoked")))
                await result.append(me.status == 200)
            }
            #expect(try await house.me(stranger.access) == Answer(200, nil))
        }
        return await result.all
    }

    private actor Survivors {
        var all: [Bool] = []
        func append(_ isIn: Bool) { all.append(isIn) }
    }

    @Test(
        "This, the others or all sessions end, and the answer comes when the tokens are refused already",
        arguments: [
            ("this", [false, true, true]), ("others", [true, false, false]), ("all", [false, false, false]),
        ])
    func reach(scope: String, left: [Bool]) async throws {
        let survivors = try await survivors { house, grants in
            let answer = try await house.call(
                .post, "/v1/logout", ["scope": .string(scope)], token: grants.first?.access)
            #expect(answer.status == .noContent)
            #expect(answer.headers[.cacheControl] == "no-store")
        }
        #expect(survivors == left)
    }

    @Test("Without a scope, and without a body, it is this session")
    func bare() async throws {
        let survivors = try await survivors { house, grants in
            let answer = try await house.call(.post, "/v1/logout", token: grants.first?.access)
            #expect(answer.status == .noContent)
        }
        #expect(survivors == [false, true, true])
    }

    @Test("Signing out twice is fine; a session that is over cannot end others")
    func again() async throws {
        try await House.open { house in
            let person = try await house.person()
            for _ in 1...2 {
                #expect(try await house.call(.post, "/v1/logout", token: person.access).status == .noContent)
            }
            for scope in ["others", "all"] {
                let answer = try await house.call(
                    .post, "/v1/logout", ["scope": .string(scope)], token: person.access)
                #expect(Answer(answer) == Answer(401, "revoked"))
            }
            let byRefresh: JSON = ["refresh_token": .string(person.grant.refresh)]
            #expect(try await house.call(.post, "/v1/logout", byRefresh).status == .noContent)
        }
    }

    @Test("An expired access token may bring its refresh token, or the refresh token may come alone")
    func byRefreshToken() async throws {
        try await House.open { house in
            let first = try await house.person()
            let second = try Grant(try await house.signIn("ada@example.com"))
            house.advance(901)
            let bare = try await house.call(.post, "/v1/logout", token: first.access)
            #expect(Answer(bare) == Answer(401, "expired"))
            for (token, refresh) in [(first.access, first.grant.refresh), (nil, second.refresh)] {
                let body: JSON = ["refresh_token": .string(refresh)]
                #expect(try await house.call(.post, "/v1/logout", body, token: token).status == .noContent)
                #expect(Answer(try await house.refresh(refresh)) == Answer(401, "revoked"))
            }
        }
    }

    @Test("A disabled account and a stale token still get out by the refresh token")
    func suspended() async throws {
        try await House.open { house in
            let person = try await house.person()
            _ = try await house.services.accounts.update(
                person.id, AccountPatch(isDisabled: true), origin: Origin())
            let body: JSON = ["refresh_token": .string(person.grant.refresh)]
            #expect(
                try await house.call(.post, "/v1/logout", body, token: person.access).status == .noContent)
            #expect(try await house.me(person.access) == Answer(401, "revoked"))
        }
    }

    @Test("A replaced refresh token that is brought to sign out ends the session")
    func replaced() async throws {
        try await House.open { house in
            let first = try await house.person().grant
            let next = try Grant(try await house.refresh(first.refresh))
            house.advance(11)
            let body: JSON = ["refresh_token": .string(first.refresh)]
            #expect(try await house.call(.post, "/v1/logout", body).status == .noContent)
            #expect(try await house.me(next.access) == Answer(401, "revoked"))
        }
    }

    @Test(
        "Garbage signs nobody out",
        arguments: [
            (nil, nil, 401, "missing_token"), ("garbage", nil, 401, "invalid_token"),
            (nil, ["refresh_token": "vrt1_x"], 401, "invalid_refresh_token"),
            ("garbage", ["refresh_token": "vrt1_x"], 401, "invalid_refresh_token"),
            (nil, ["scope": "everything"], 422, "invalid_field"), (nil, ["scope": 1], 422, "invalid_field"),
            (nil, ["refresh_token": 1], 422, "invalid_field"),
        ] as [(String?, JSON?, Int, String)])
    func garbage(token: String?, body: JSON?, status: Int, code: String) async throws {
        try await House.open { house in
            let answer = try await house.call(.post, "/v1/logout", body, token: token)
            #expect(Answer(answer) == Answer(status, code))
        }
    }
}
