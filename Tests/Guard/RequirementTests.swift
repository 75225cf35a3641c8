import Testing
import VidimusGuard
import VidimusJOSE

@Suite("A requirement")
struct RequirementTests {
    let issuer: Issuer
    let principal: Principal

    init() throws {
        issuer = try Issuer()
        principal = try issuer.verifier().verify(try issuer.token())
    }

    @Test(
        "Roles and scopes hold or not, byte for byte",
        arguments: [
            (Requirement.signedIn, true), (.role("editor"), true), (.role("admin"), false),
            (.role(""), false),
            (.role("Editor"), false), (.anyRole("admin", "author"), true), (.anyRole("admin", "root"), false),
            (.anyRole(), false), (.scope("orders:read"), true), (.scope("orders"), false),
            (.scope("orders:read orders:write"), false), (.all(), true),
            (.all(.role("editor"), .role("author"), .scope("orders:read")), true),
            (.all(.role("editor"), .role("admin")), false), (.all(.role("editor"), .anyRole()), false),
            (.all(.scope("orders:read"), .scope("orders:delete")), false),
        ])
    func rights(requirement: Requirement, holds: Bool) {
        let refusal = requirement.check(principal, at: issuer.clock.now)
        #expect((refusal == nil) == holds)
        #expect(refusal?.code == (holds ? nil : .insufficientScope))
        #expect(refusal?.statusCode == (holds ? nil : 403))
    }

    @Test("A role that is only canonically equivalent is another role")
    func lookalikes() throws {
        let token = try issuer.token(["roles": ["caf\u{E9}"]])
        let principal = try issuer.verifier().verify(token)
        #expect(principal.hasRole("caf\u{E9}"))
        #expect(!principal.hasRole("cafe\u{301}"))
    }

    @Test("A refusal names the scopes that are needed, all of them")
    func neededScopes() throws {
        let requirement = Requirement.all(
            .scope("orders:read"), .scope("orders:delete"), .scope("orders:read"), .role("editor"))
        let refusal = try #require(requirement.check(principal, at: issuer.clock.now))
        #expect(refusal.scopes == ["orders:read", "orders:delete"])
        #expect(refusal.reason == "needs the scope 'orders:delete'")
    }

    @Test(
        "A sign-in that is too long ago asks for a new one, to the millisecond, with the age that is allowed")
    func freshness() throws {
        let requirement = Requirement.fresh(within: .seconds(60))
        #expect(requirement.check(principal, at: issuer.clock.now + .seconds(30)) == nil)
        let refusal = try #require(requirement.check(principal, at: issuer.clock.now + .milliseconds(30_001)))
        #expect(refusal.code == .insufficientUserAuthentication)
        #expect(refusal.statusCode == 401)
        #expect(refusal.maximumAge == .seconds(60))
        let undated = try issuer.verifier().verify(try issuer.token(["auth_time": .null]))
        #expect(
            requirement.check(undated, at: issuer.clock.now)?.code == .insufficientUserAuthentication)
    }

    @Test("Together the shorter age counts, and who lacks the role is not sent to sign in again")
    func together() throws {
        let both = Requirement.all(.fresh(within: .seconds(10)), .fresh(within: .seconds(600)))
        #expect(both.maximumAge == .seconds(10))
        let refusal = try #require(
            Requirement.all(both, .role("admin")).check(principal, at: issuer.clock.now))
        #expect(refusal.code == .insufficientScope)
    }

    @Test(
        "The class and the age of a sign-in hold or not, and the challenge names all that a new one must be",
        arguments: [
            (.acr("pwd"), true, [], nil), (.acr("aal2", "pwd"), true, [], nil),
            (.acr("aal2"), false, ["aal2"], nil), (.acr("PWD"), false, ["PWD"], nil),
            (.acr(""), false, [""], nil), (.acr(), false, [], nil),
            (.acr("p", "wd"), false, ["p", "wd"], nil),
            (.all(.acr("pwd", "aal2"), .acr("aal2", "pwd", "x")), true, [], nil),
            (.all(.acr("aal2", "aal3"), .acr("aal3", "aal2")), false, ["aal2", "aal3"], nil),
            (.all(.acr("pwd"), .acr("aal2")), false, [], nil), (.all(.acr("pwd"), .signedIn), true, [], nil),
            (.all(.acr("pwd"), .fresh(within: .seconds(30))), true, [], nil),
            (.all(.acr("pwd"), .fresh(within: .seconds(29))), false, ["pwd"], .seconds(29)),
            (.all(.acr("aal2"), .fresh(within: .seconds(600))), false, ["aal2"], .seconds(600)),
            (.all(.acr("aal2"), .fresh(within: .seconds(29))), false, ["aal2"], .seconds(29)),
        ] as [(Requirement, Bool, [String], Duration?)])
    func signInClass(requirement: Requirement, holds: Bool, classes: [String], age: Duration?) throws {
        let refusal = requirement.check(principal, at: issuer.clock.now)
        #expect((refusal == nil) == holds)
        guard let refusal else { return }
        #expect(refusal.code == .insufficientUserAuthentication && refusal.statusCode == 401)
        #expect(refusal.authenticationClasses == classes && refusal.maximumAge == age)
        let unclassed = try issuer.verifier().verify(try issuer.token(["acr": .null]))
        #expect(requirement.check(unclassed, at: issuer.clock.now) != nil)
    }

    @Test("Who lacks the role is told that before the class of the sign-in")
    func roleFirst() {
        let refusal = Requirement.all(.acr("aal2"), .role("admin")).check(principal, at: issuer.clock.now)
        #expect(refusal?.code == .insufficientScope)
    }

    @Test("A verifier checks it with the token")
    func withToken() throws {
        let verifier = issuer.verifier()
        let token = try issuer.token()
        #expect(verifier.refusal(token, requiring: .role("editor")) == nil)
        #expect(verifier.refusal(token, requiring: .role("admin"))?.code == .insufficientScope)
        #expect(verifier.refusal(token, requiring: .fresh(within: .seconds(1)))?.maximumAge == .seconds(1))
        #expect(verifier.refusal("a.b.c", requiring: .role("admin"))?.code == .invalidToken)
    }
}
