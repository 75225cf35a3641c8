import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusDatabase
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Refreshing")
struct RefreshTests {
    @Test("A refresh answers with the next pair of the same session")
    func rotates() async throws {
        try await House.open { house in
            let person = try await house.person()
            let next = try Grant(try await house.refresh(person.grant.refresh))
            #expect(next.refresh != person.grant.refresh)
            #expect(next.access != person.access)
            #expect(next.session == person.grant.session)
            #expect(try await house.me(next.access) == Answer(200, nil))
            #expect(try await house.me(person.access) == Answer(200, nil))
        }
    }

    @Test("Within the grace the token just replaced is answered with the same successor")
    func repeats() async throws {
        try await House.open { house in
            let first = try await house.person().grant
            let next = try Grant(try await house.refresh(first.refresh))
            house.advance(10)
            let again = try Grant(try await house.refresh(first.refresh))
            #expect(again.refresh == next.refresh)
            #expect(try await house.refresh(next.refresh).status == .ok)
        }
    }

    @Test("A replaced refresh token ends the session once the grace is over, and its access tokens with it")
    func theftAfterGrace() async throws {
        try await House.open { house in
            let first = try await house.person().grant
            let next = try Grant(try await house.refresh(first.refresh))
            house.advance(11)
            #expect(Answer(try await house.refresh(first.refresh)) == Answer(401, "refresh_token_reused"))
            #expect(Answer(try await house.refresh(next.refresh)) == Answer(401, "revoked"))
            #expect(try await house.me(next.access) == Answer(401, "revoked"))
            #expect(try await house.me(first.access) == Answer(401, "revoked"))
        }
    }

    @Test("A replaced refresh token ends the session once its successor was used, grace or not")
    func theftAfterUse() async throws {
        try await House.open { house in
            let first = try await house.person().grant
            let second = try Grant(try await house.refresh(first.refresh))
            let third = try Grant(try await house.refresh(second.refresh))
            #expect(Answer(try await house.refresh(first.refresh)) == Answer(401, "refresh_token_reused"))
            #expect(Answer(try await house.refresh(third.refresh)) == Answer(401, "revoked"))
            #expect(try await house.me(third.access) == Answer(401, "revoked"))
        }
    }

    @Test("Answers within the grace are counted, and too many are 429")
    func capped() async throws {
        try await House.open(settings: { $0.sessions.repeatLimit = 2 }) { house in
            let first = try await house.person().grant
            for _ in 1...3 { #expect(try await house.refresh(first.refresh).status == .ok) }
            let refused = try await house.refresh(first.refresh)
            #expect(Answer(refused) == Answer(429, "too_many_attempts"))
            #expect(refused.headers[.retryAfter] == "10")
        }
    }

    @Test(
        "What is no refresh token of ours is one refusal",
        arguments: [
            "", "x", "vrt1_", "vrt1_AAAA", "vrt2_AAEAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAA",
            "vrt1_AAEAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAA", String(repeating: "v", count: 4000),
        ])
    func unknown(token: String) async throws {
        try await House.open { house async throws in
            #expect(Answer(try await house.refresh(token)) == Answer(401, "invalid_refresh_token"))
        }
    }

    @Test("A token with any character changed is not ours and does not touch its session")
    func forged() async throws {
        try await House.open { house in
            let first = try await house.person().grant
            for position in stride(from: 5, to: first.refresh.count, by: 7) {
                var characters = Array(first.refresh)
                characters[position] = characters[position] == "B" ? "C" : "B"
                let answer = try await house.refresh(String(characters))
                #expect(Answer(answer) == Answer(401, "invalid_refresh_token"))
            }
            #expect(try await house.refresh(first.refresh).status == .ok)
        }
    }

    @Test("A generation the database never gave out is refused, and the session lives on")
    func fromTheFuture() async throws {
        try await House.open { house in
            let first = try await house.person().grant
            let second = try Grant(try await house.refresh(first.refresh))
            // As after a restore of an older copy.
            _ = try await house.services.database.write {
                try $0.execute(SQL("UPDATE sessions SET generation = 1"), [])
            }
            #expect(Answer(try await house.refresh(second.refresh)) == Answer(401, "invalid_refresh_token"))
            #expect(try await house.refresh(first.refresh).status == .ok)
        }
    }

    @Test(
        "A session unused for its idle life, or older than its absolute one, is over",
        arguments: [(3600, 7200, 3601), (3600, 7200, 7200)] as [(Int64, Int64, Int64)])
    func expires(idle: Int64, absolute: Int64, after: Int64) async throws {
        try await House.open(settings: {
            $0.sessions.idleLifetime = .seconds(idle)
            $0.sessions.absoluteLifetime = .seconds(absolute)
        }) { house in
            var grant = try await house.person().grant
            if after == absolute {
                for _ in 1..<(absolute / idle) {
                    house.advance(idle)
                    grant = try Grant(try await house.refresh(grant.refresh))
                }
                house.advance(idle)
            } else {
                house.advance(after)
            }
            #expect(Answer(try await house.refresh(grant.refresh)) == Answer(401, "expired"))
        }
    }

    @Test("No access token outlives its session")
    func cutShort() async throws {
        try await House.open(settings: {
            $0.sessions.idleLifetime = .seconds(1000)
            $0.sessions.absoluteLifetime = .seconds(1000)
        }) { house in
            let grant = try await house.person().grant
            house.advance(400)
            #expect(try await house.refresh(grant.refresh).json["expires_in"] == 600)
        }
    }

    @Test("A disabled account's session waits: suspended while it is disabled, good again afterwards")
    func suspended() async throws {
        try await House.open { house in
            let person = try await house.person()
            let accounts = house.services.accounts
            _ = try await accounts.update(person.id, AccountPatch(isDisabled: true), origin: Origin())
            #expect(try await house.me(person.access) == Answer(401, "suspended"))
            #expect(Answer(try await house.refresh(person.grant.refresh)) == Answer(401, "suspended"))
            _ = try await accounts.update(person.id, AccountPatch(isDisabled: false), origin: Origin())
            #expect(try await house.me(person.access) == Answer(401, "suspended"))
            let next = try Grant(try await house.refresh(person.grant.refresh))
            #expect(try await house.me(next.access) == Answer(200, nil))
            #expect(try await house.me(person.access) == Answer(401, "suspended"))
        }
    }

    @Test("New roles make the old token stale for good, and a refresh brings them")
    func stale() async throws {
        try await House.open { house in
            let person = try await house.person()
            let role = try #require(Role("editor"))
            _ = try await house.services.accounts.update(
                person.id, AccountPatch(roles: .set(Roles([role]))), origin: Origin())
            #expect(try await house.me(person.access) == Answer(401, "stale"))
            let next = try Grant(try await house.refresh(person.grant.refresh))
            #expect(try await house.call(.get, "/v1/me", token: next.access).json["roles"] == ["editor"])
            #expect(try JSON.parse(UnverifiedToken(next.access).unverifiedPayload)["roles"] == ["editor"])
            #expect(try await house.me(person.access) == Answer(401, "stale"))
        }
    }
}
