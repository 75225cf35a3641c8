import Testing
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

@Suite("A token's status")
struct StatusTests {
    let issuer: Issuer
    let verifier: TokenVerifier

    init() throws {
        issuer = try Issuer()
        verifier = issuer.verifier()
    }

    @Test(
        "Each status has its own code, for a token seen before and for a new one, and only rises",
        arguments: [(Status.stale, Refusal.Code.stale), (.suspended, .suspended), (.revoked, .revoked)])
    func codes(status: Status, code: Refusal.Code) throws {
        let seen = try issuer.token(index: 5)
        let new = try issuer.token(["jti": "new"], index: 5)
        let neighbour = try issuer.token(index: 6)
        #expect(verifier.refusal(seen) == nil)
        #expect(issuer.statuses.raise(StatusReference(list: Issuer.list, index: 5), to: status))
        #expect(verifier.refusal(seen)?.code == code)
        #expect(verifier.refusal(new)?.code == code)
        #expect(verifier.refusal(neighbour) == nil)
        issuer.list.raise(5, to: .valid)
        #expect(verifier.refusal(seen)?.code == code)
    }

    @Test("A status is told only for a token of ours: another audience's is invalid")
    func onlyAfterOrigin() throws {
        issuer.list.raise(1, to: .stale)
        for change in [["aud": "https://other.example"], ["iss": "https://evil.example"]] as [[String: JSON]]
        {
            #expect(verifier.refusal(try issuer.token(change))?.code == .invalidToken)
        }
        #expect(verifier.refusal(try issuer.token(type: "JWT"))?.code == .invalidToken)
        let forged = try issuer.token(key: Issuer.ed25519())
        #expect(verifier.refusal(forged)?.code == .invalidToken)
    }

    @Test("A view older than it may be closes the guard, and a confirmation opens it again")
    func failClosed() throws {
        let token = try issuer.token()
        issuer.clock.advance(seconds: 30)
        #expect(verifier.refusal(token) == nil)
        issuer.clock.advance(seconds: 1)
        let refusal = try #require(verifier.refusal(token))
        #expect(refusal.code == .statusUnavailable)
        #expect(refusal.statusCode == 503)
        #expect(refusal.retryAfter == .seconds(5))
        issuer.statuses.confirm(at: issuer.clock.now)
        #expect(verifier.refusal(token) == nil)
    }

    @Test("A guard that fails open goes by the last view known, in which the revoked stay revoked")
    func failOpen() throws {
        let open = issuer.verifier { $0.whenStale = .failOpen }
        issuer.list.raise(2, to: .revoked)
        issuer.clock.advance(seconds: 800)
        #expect(open.refusal(try issuer.token(index: 1)) == nil)
        #expect(open.refusal(try issuer.token(index: 2))?.code == .revoked)
        #expect(open.refusal(try issuer.token(index: 5_000))?.code == .invalidToken)
    }

    @Test(
        "Without a first list the guard is closed, whatever its owner chose",
        arguments: [TokenVerifier.FailureMode.failClosed, .failOpen])
    func noFirstList(mode: TokenVerifier.FailureMode) throws {
        let issuer = try Issuer(confirmed: false)
        let verifier = issuer.verifier { $0.whenStale = mode }
        #expect(verifier.refusal(try issuer.token())?.code == .statusUnavailable)
        issuer.statuses.confirm(at: issuer.clock.now)
        #expect(verifier.refusal(try issuer.token()) == nil)
    }

    @Test("A clock that was set back does not make an old view young")
    func clockSetBack() throws {
        let token = try issuer.token()
        issuer.clock.advance(seconds: -31)
        #expect(verifier.refusal(token)?.code == .statusUnavailable)
    }

    @Test(
        "A token of a list that was dropped is refused at once, also when remembered, until the list is back")
    func droppedList() throws {
        let token = try issuer.token()
        #expect(verifier.refusal(token) == nil)
        issuer.statuses.drop(Issuer.list)
        #expect(verifier.refusal(token)?.code == .invalidToken)
        #expect(!issuer.statuses.raise(StatusReference(list: Issuer.list, index: 1), to: .revoked))
        issuer.statuses.announce(issuer.list, at: Issuer.list)
        #expect(verifier.refusal(token) == nil)
    }

    @Test("A list put in the place of another is the one that counts, for remembered tokens too")
    func replacedList() throws {
        let token = try issuer.token()
        #expect(verifier.refusal(token) == nil)
        let successor = StatusList(size: 64)
        successor.raise(1, to: .revoked)
        issuer.statuses.announce(successor, at: Issuer.list)
        #expect(verifier.refusal(token)?.code == .revoked)
    }

    @Test("A service may do without statuses; those that tokens carry still count")
    func withoutStatus() throws {
        let lenient = issuer.verifier { $0.requiresStatus = false }
        let bare = try issuer.token(["status": .null])
        #expect(verifier.refusal(bare)?.code == .invalidToken)
        issuer.clock.advance(seconds: 31)
        #expect(lenient.refusal(bare) == nil)
        #expect(lenient.refusal(try issuer.token())?.code == .statusUnavailable)
        issuer.statuses.confirm(at: issuer.clock.now)
        issuer.list.raise(1, to: .revoked)
        #expect(lenient.refusal(try issuer.token())?.code == .revoked)
    }
}
