import HTTPTypes
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/forward-auth")
struct ForwardAuthTests {
    @Test("Who may pass is named in fields that are all there, and a client's own copies are not among them")
    func passes() async throws {
        try await House.open { house async throws in
            let person = try await house.person(roles: ["editor", "author"])
            let forged = IdentityFields.names.map { ($0, "forged") }
            let answer = try await house.call(.get, "/forward-auth", token: person.access, headers: forged)
            #expect(answer.status == .noContent && answer.headers[.cacheControl] == "no-store")
            #expect(answer.header("X-Auth-Subject") == person.id.description)
            #expect(answer.header("X-Auth-Session") == person.grant.session)
            #expect(answer.header("X-Auth-Client") == "vidimus")
            #expect(answer.header("X-Auth-Roles") == "author,editor")
            #expect(answer.header("X-Auth-Scope") == "account")
            #expect(answer.headers[.setCookie] == nil)

            let (client, _) = try await house.services.clients.create(
                name: "a", grants: [.clientCredentials], scopes: [], origin: Origin())
            let token = try house.services.accessTokens.mint(for: client, scopes: []).token
            let service = try await house.call(.get, "/forward-auth", token: token, headers: forged)
            #expect(service.header("X-Auth-Subject") == client.id.description)
            for name in ["X-Auth-Session", "X-Auth-Roles", "X-Auth-Scope"] {
                #expect(service.header(name) == "", "\(name)")
            }
        }
    }

    @Test("It refuses as a guard does, with the challenge, and tells nothing of anybody")
    func refuses() async throws {
        try await House.open { house async throws in
            let person = try await house.person()
            let missing = try await house.call(.get, "/forward-auth")
            #expect(Answer(missing) == Answer(401, "missing_token"))
            #expect(missing.headers[.wwwAuthenticate] == "Bearer realm=\"vidimus\"")
            let twice = [("x-access-token", person.access)]
            #expect(
                Answer(try await house.call(.get, "/forward-auth", token: person.access, headers: twice))
                    == Answer(403, "invalid_request"))
            let forged = String(person.access.dropLast(8)) + "AAAAAAAA"
            let answer = try await house.call(.get, "/forward-auth", token: forged)
            #expect(Answer(answer) == Answer(401, "invalid_token"))
            #expect(IdentityFields.names.allSatisfy { answer.header($0) == nil })
            _ = try await house.call(.post, "/v1/logout", token: person.access)
            #expect(
                Answer(try await house.call(.get, "/forward-auth", token: person.access))
                    == Answer(401, "revoked"))
        }
    }

    /// As many names as there may be, one of them the editor's.
    private static func many(_ name: String, _ separator: String) -> String {
        "\(name)=editor" + (1..<64).map { "\(separator)n\($0)" }.joined()
    }

    @Test(
        "The query says what is required, and what is not understood refuses",
        arguments: [
            ("", 204, nil), ("role=editor", 204, nil), ("role=admin,editor", 204, nil),
            ("role=admin", 403, "insufficient_scope"), ("role=Editor", 403, "insufficient_scope"),
            ("scope=account", 204, nil), ("scope=account+b", 403, "insufficient_scope"),
            ("scope=b&role=editor", 403, "insufficient_scope"), ("role=editor&scope=account", 204, nil),
            ("max_age=60", 204, nil), ("max_age=59", 401, "insufficient_user_authentication"),
            ("role=editor&role=editor", 400, "invalid_parameter"), ("rolle=editor", 400, "invalid_parameter"),
            ("role", 400, "invalid_parameter"), ("role=", 400, "invalid_parameter"),
            ("role=editor,", 400, "invalid_parameter"), ("scope=", 400, "invalid_parameter"),
            ("scope=account++b", 400, "invalid_parameter"), ("max_age=x", 400, "invalid_parameter"),
            ("max_age=-1", 400, "invalid_parameter"), ("role=%F0", 400, "invalid_parameter"),
            ("ROLE=editor", 400, "invalid_parameter"), ("role=editor&x", 400, "invalid_parameter"),
            (many("role", ","), 204, nil), (many("role", ",") + ",x", 400, "invalid_parameter"),
            (many("scope", "+"), 403, "insufficient_scope"),
            (many("scope", "+") + "+x", 400, "invalid_parameter"),
        ] as [(String, Int, String?)])
    func requirements(query: String, status: Int, code: String?) async throws {
        try await House.open { house async throws in
            let person = try await house.person(roles: ["editor"])
            house.advance(60)
            let answer = try await house.call(.get, "/forward-auth?\(query)", token: person.access)
            #expect(Answer(answer) == Answer(status, code))
        }
    }

    @Test(
        "A token must be for the audience of the host that a trusted proxy names",
        arguments: [
            ("127.0.0.1", ["own.example"], 204, nil), ("127.0.0.1", ["OWN.example.:8443"], 204, nil),
            ("127.0.0.1", ["api.example"], 401, "invalid_token"),
            ("127.0.0.1", ["API.example.:443"], 401, "invalid_token"),
            ("127.0.0.1", [], 400, "invalid_forwarding"), ("127.0.0.1", [""], 400, "invalid_forwarding"),
            ("127.0.0.1", ["own.example", "api.example"], 400, "invalid_forwarding"),
            ("127.0.0.1", ["own.example, api.example"], 400, "invalid_forwarding"),
            // Not a trusted proxy: its word on the host does not count.
            ("10.9.9.9", ["api.example"], 204, nil), ("10.9.9.9", [], 204, nil),
        ] as [(String, [String], Int, String?)])
    func audiences(proxy: String, hosts: [String], status: Int, code: String?) async throws {
        try await House.open(
            mode: .live,
            settings: {
                $0.trustedProxies = [AddressRange(proxy)].compactMap(\.self)
                $0.hostAudiences = ["api.example": "https://api.example"]
            }
        ) { house async throws in
            let person = try await house.person()
            let answer = try await house.call(
                .get, "/forward-auth", token: person.access, headers: hosts.map { ("X-Forwarded-Host", $0) })
            #expect(Answer(answer) == Answer(status, code))
        }
    }

    @Test(
        "A value cannot end its field, and no two look alike",
        arguments: [
            ("a", "a"), ("a b", "a%20b"), ("a\r\nX: y", "a%0D%0AX:%20y"), ("ü", "%C3%BC"), ("%20", "%2520"),
            ("a,b", "a%2Cb"), ("", ""),
        ])
    func written(text: String, value: String) {
        #expect(IdentityFields.written(text, escaping: ",") == value)
    }

    @Test(
        "A host is compared without its port, its last dot and the size of its letters",
        arguments: [
            ("a.example", "a.example"), ("A.Example:80", "a.example"), ("a.example.", "a.example"),
            ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("a_b", "a_b"), ("", nil), (":80", nil), ("a:b", nil),
            ("a b", nil), ("a,b", nil), ("a/b", nil), ("[::1", nil), ("[::1]x", nil), (".", nil),
            ("a@b", nil),
        ] as [(String, String?)])
    func hosts(text: String, name: String?) { #expect(ForwardedHost(text)?.name == name) }

    @Test(
        "Audiences of hosts are read from the settings, and what cannot be meant is refused by name",
        arguments: [
            ("a.example=x", ["a.example": "x"]), ("a.example=x, b.example=https://b/?c=d", nil),
            ("a.example=x,b.example=y", ["a.example": "x", "b.example": "y"]), ("A.example=x", nil),
            ("a.example:80=x", nil), ("a.example", nil), ("a.example=", nil), ("=x", nil),
            ("a.example=x,a.example=y", nil),
        ] as [(String, [String: String]?)])
    func setting(text: String, expected: [String: String]?) throws {
        let read = try? SettingsSources(
            flags: ["host_audiences": text, "trusted_proxies": "127.0.0.1"], environment: [:], file: nil)
        if text.contains("https") {
            #expect(read?.settings.hostAudiences["b.example"] == "https://b/?c=d")
        } else {
            #expect(read?.settings.hostAudiences == expected)
        }
        var alone = Settings()
        alone.hostAudiences = ["a.example": "x"]
        #expect(alone.contradiction()?.hasPrefix("host_audiences: ") == true)
    }
}
