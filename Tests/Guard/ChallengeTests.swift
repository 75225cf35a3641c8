import Testing
import VidimusGuard
import VidimusJOSE

@Suite("A challenge")
struct ChallengeTests {
    @Test(
        "It is as RFC 6750 and RFC 9470 have it",
        arguments: [
            (Refusal(.missingToken, "x"), #"Bearer realm="api""#),
            (Refusal(.statusUnavailable, "x"), #"Bearer realm="api""#),
            (
                Refusal(.invalidRequest, "x"),
                #"Bearer realm="api", error="invalid_request", error_description="The request carries more than one credential. Send exactly one.""#
            ),
            (
                Refusal(.invalidToken, "x"),
                #"Bearer realm="api", error="invalid_token", error_description="The token is not accepted.""#
            ),
            (
                Refusal(.expired, "x"),
                #"Bearer realm="api", error="invalid_token", error_description="The token has expired. Refresh it.""#
            ),
            (
                Refusal(.revoked, "x"),
                #"Bearer realm="api", error="invalid_token", error_description="The token was revoked: its session has ended. Sign in again.""#
            ),
            (
                Refusal(.suspended, "x"),
                #"Bearer realm="api", error="invalid_token", error_description="The token is suspended: the account is disabled.""#
            ),
            (
                Refusal(.stale, "x"),
                #"Bearer realm="api", error="invalid_token", error_description="The token is stale: the account's rights changed. Refresh it.""#
            ),
            (
                Refusal(.insufficientScope, "x", scopes: ["a:b", "c"]),
                #"Bearer realm="api", error="insufficient_scope", error_description="The token does not carry the rights that this needs.", scope="a:b c""#
            ),
            (
                Refusal(.insufficientScope, "a role"),
                #"Bearer realm="api", error="insufficient_scope", error_description="The token does not carry the rights that this needs.""#
            ),
            (
                Refusal(.insufficientUserAuthentication, "x", maximumAge: .seconds(300)),
                #"Bearer realm="api", error="insufficient_user_authentication", error_description="This needs a more recent sign-in. Sign in again.", max_age="300""#
            ),
            (
                Refusal(
                    .insufficientUserAuthentication, "x", maximumAge: .seconds(60),
                    authenticationClasses: ["aal2", "a\"b"]),
                #"Bearer realm="api", error="insufficient_user_authentication", error_description="This needs another sign-in, as acr_values says. Sign in again.", acr_values="aal2 a?b", max_age="60""#
            ),
        ])
    func values(refusal: Refusal, value: String) {
        #expect(Challenge(realm: "api", refusal: refusal).headerValue == value)
    }

    @Test("The problem document says what the challenge says, for clients that do not read it")
    func members() throws {
        let refusal = Refusal(
            .insufficientUserAuthentication, "x", maximumAge: .seconds(60),
            authenticationClasses: ["aal2", "aal3"])
        let document = try JSON.parse(refusal.problemDetails())
        #expect(document["acr_values"] == "aal2 aal3" && document["max_age"] == 60)
    }

    @Test("Nothing in a realm or a scope can end the header or a parameter")
    func escaping() {
        let realm = Challenge(realm: "a\"b\\c\r\nX: 1\u{E9}\u{0}", refusal: Refusal(.missingToken, "x"))
        #expect(realm.headerValue == #"Bearer realm="a\"b\\c??X: 1??""#)
        let scope = Challenge(realm: "", refusal: Refusal(.insufficientScope, "x", scopes: ["a\"b\\\n"]))
        #expect(scope.headerValue.hasSuffix(#"scope="a?b??""#))
    }

    @Test(
        "Every code has its status and a problem document of its own, without the reason",
        arguments: [
            (Refusal.Code.missingToken, 401), (.invalidRequest, 400), (.invalidToken, 401), (.expired, 401),
            (.revoked, 401), (.suspended, 401), (.stale, 401), (.statusUnavailable, 503),
            (.insufficientScope, 403),
            (.insufficientUserAuthentication, 401),
        ])
    func problems(code: Refusal.Code, status: Int) throws {
        let refusal = Refusal(code, "secret cause")
        #expect(refusal.statusCode == status)
        let document = try JSON.parse(refusal.problemDetails())
        #expect(document.object?.map(\.name) == ["type", "title", "status", "detail", "code"])
        #expect(document["type"]?.string == "about:blank")
        #expect(document["status"]?.integer == Int64(status))
        #expect(document["code"]?.string == code.rawValue)
        #expect(document["detail"]?.string == refusal.detail)
        #expect(!String(decoding: refusal.problemDetails(), as: UTF8.self).contains("secret cause"))
    }
}
