import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Setting up the first administrator")
struct SetUpTests {
    private func token(_ house: House) async throws -> String {
        let link = try #require(try await house.services.setUp.issueLink())
        #expect(link.hasPrefix("http://localhost:8080/setup?token="))
        return String(try #require(link.split(separator: "=").last))
    }

    private func body(_ token: String, email: String = "root@example.com") -> JSON {
        ["token": .string(token), "email": .string(email), "password": .string(House.password)]
    }

    @Test("GET shows a form without script, with a policy of its own, and uses nothing up")
    func page() async throws {
        try await House.open { house in
            let token = try await token(house)
            for _ in 1...3 {
                let page = try await house.call(.get, "/setup?token=\(token)")
                #expect(page.status == .ok)
                #expect(page.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.headers[.cacheControl] == "no-store")
                #expect(page.header("Referrer-Policy") == "no-referrer")
                #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'self'") == true)
                #expect(page.text.contains(#"name="token" value="\#(token)""#))
                #expect(!page.text.contains("<script"))
            }
            #expect(try await house.call(.post, "/setup", body(token)).status == .created)
        }
    }

    @Test("JSON creates an administrator, once")
    func json() async throws {
        try await House.open { house in
            let token = try await token(house)
            let created = try await house.call(.post, "/setup", body(token))
            #expect(created.status == .created)
            #expect(created.json["roles"] == ["admin"])
            let again = try await house.call(.post, "/setup", body(token, email: "second@example.com"))
            #expect(Answer(again) == Answer(410, "set_up_closed"))
            #expect(try await house.services.setUp.issueLink() == nil)
            let admin = try Grant(try await house.signIn("root@example.com"))
            #expect(try await house.call(.get, "/v1/users", token: admin.access).status == .ok)
        }
    }

    @Test("The form creates an administrator; what it says is escaped; what is wrong is shown in it")
    func form() async throws {
        try await House.open { house in
            let token = try await token(house)
            let weak = try await house.send(
                "/setup", type: "application/x-www-form-urlencoded",
                body: "token=\(token)&email=%22%3E%3Cscript%3E@example.com&password=short")
            #expect(weak.status == .unprocessableContent)
            #expect(weak.text.contains(#"role="alert""#))
            #expect(weak.text.contains("&quot;&gt;&lt;script&gt;@example.com"))
            let good = "token=\(token)&email=root%40example.com&password=four+words+that+nobody+guesses"
            let created = try await house.send(
                "/setup", type: "application/x-www-form-urlencoded", body: good)
            #expect(created.status == .created)
            #expect(created.text.contains("root@example.com is the administrator"))
            let again = try await house.send("/setup", type: "application/x-www-form-urlencoded", body: good)
            #expect(again.status == .gone)
            #expect(try await house.signIn("root@example.com").status == .ok)
        }
    }

    @Test(
        "A form that is not readable, or names a field twice, is answered 400",
        arguments: ["token", "token=%", "token=%zz", "token=a&token=b", "token=%FF", "=&=", "a=1&&b=2"])
    func malformedForm(form: String) async throws {
        try await House.open { house in
            let answer = try await house.send("/setup", type: "application/x-www-form-urlencoded", body: form)
            // An empty pair says nothing, so its form is read, and its token is none.
            let expected = form.contains("&&") ? Answer(410, nil) : Answer(400, "malformed_form")
            #expect(Answer(answer) == expected)
        }
    }

    @Test("A link that is no link, too old, or replaced by a newer one is closed, as page and as JSON")
    func refused() async throws {
        try await House.open { house in
            let replaced = try await token(house)
            let current = try await token(house)
            let missing = try await house.call(.get, "/setup")
            #expect(missing.status == .gone)
            #expect(
                Answer(try await house.call(.post, "/setup", body(replaced))) == Answer(410, "set_up_closed"))
            #expect(Answer(try await house.call(.post, "/setup", body("x"))) == Answer(410, "set_up_closed"))
            house.advance(3600)
            #expect(try await house.call(.get, "/setup?token=\(current)").status == .gone)
            #expect(
                Answer(try await house.call(.post, "/setup", body(current))) == Answer(410, "set_up_closed"))
            #expect(try await house.call(.post, "/setup", body(try await token(house))).status == .created)
        }
    }

    @Test("An access token of ours is no set-up link, nor the other way round")
    func confused() async throws {
        try await House.open(settings: { $0.keys.algorithm = .hs256 }) { house in
            let person = try await house.person()
            #expect(
                Answer(try await house.call(.post, "/setup", body(person.access)))
                    == Answer(410, "set_up_closed"))
            #expect(try await house.me(try await token(house)) == Answer(401, "invalid_token"))
        }
    }

    @Test("Of two who use the link at the same time one becomes administrator")
    func race() async throws {
        try await House.open { house in
            let token = try await token(house)
            let answers = try await withThrowingTaskGroup(of: Int.self, returning: [Int].self) { group in
                for number in 1...8 {
                    group.addTask {
                        try await house.call(.post, "/setup", body(token, email: "a\(number)@example.com"))
                            .status.code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.sorted() == [201] + Array(repeating: 410, count: 7))
        }
    }

    @Test("A taken address is answered 409 and leaves the link good; a weak password too")
    func taken() async throws {
        try await House.open { house in
            _ = try await house.person("root@example.com")
            let token = try await token(house)
            #expect(Answer(try await house.call(.post, "/setup", body(token))) == Answer(409, "email_taken"))
            let weak: JSON = ["token": .string(token), "email": "a@example.com", "password": "short"]
            #expect(Answer(try await house.call(.post, "/setup", weak)) == Answer(422, "weak_password"))
            let good = try await house.call(.post, "/setup", body(token, email: "other@example.com"))
            #expect(good.status == .created)
        }
    }
}
