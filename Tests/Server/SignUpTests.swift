import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Signing up")
struct SignUpTests {
    private static let person: JSON = [
        "email": "Ada@Example.com", "password": .string(House.password), "name": "Ada L.",
    ]

    @Test("A new account is answered 201, in its known form and without any secret")
    func created() async throws {
        try await House.open { house in
            let answer = try await house.call(.post, "/v1/signup", Self.person)
            #expect(answer.status == .created)
            #expect(answer.json["email"]?.string == "ada@example.com")
            #expect(answer.json["name"]?.string == "Ada L.")
            #expect(answer.json["roles"] == .array([]))
            #expect(answer.json["disabled"]?.bool == false)
            #expect(answer.json["created_at"]?.string == "2027-01-15T08:00:00Z")
            #expect(
                answer.json.object?.map(\.name) == ["id", "email", "name", "roles", "disabled", "created_at"])
            #expect(try await house.signIn("ada@example.com").status == .ok)
        }
    }

    @Test("An address that is taken is answered 409, however it is written")
    func taken() async throws {
        try await House.open { house in
            _ = try await house.call(.post, "/v1/signup", Self.person)
            let body: JSON = ["email": "ADA@example.COM", "password": .string(House.password)]
            #expect(Answer(try await house.call(.post, "/v1/signup", body)) == Answer(409, "email_taken"))
        }
    }

    @Test(
        "What cannot be an account is answered 422 and creates none",
        arguments: [
            (["email": "ada@example.com", "password": "short"], "weak_password"),
            (["email": "ada@example.com", "password": "password1"], "weak_password"),
            (["email": "ada.lovelace@example.com", "password": "ada.lovelace"], "weak_password"),
            (
                ["email": "ada@example.com", "password": .string(String(repeating: "x", count: 1025))],
                "weak_password"
            ),
            (["email": "ada", "password": "four words that nobody guesses"], "malformed_email"),
            (["email": "ad a@example.com", "password": "four words that nobody guesses"], "malformed_email"),
            (["email": "ådå@example.com", "password": "four words that nobody guesses"], "malformed_email"),
            (["email": "ada@example.com"], "missing_field"),
            (["password": "four words that nobody guesses"], "missing_field"),
            (["email": 7, "password": "four words that nobody guesses"], "invalid_field"),
            (["email": "ada@example.com", "password": ["x"]], "invalid_field"),
            (
                [
                    "email": "ada@example.com", "password": "four words that nobody guesses",
                    "name": "two\nlines",
                ],
                "invalid_field"
            ),
        ] as [(JSON, String)])
    func unprocessable(body: JSON, code: String) async throws {
        try await House.open { house async throws in
            #expect(Answer(try await house.call(.post, "/v1/signup", body)) == Answer(422, code))
            #expect(try await house.services.accounts.list(after: nil, limit: 1).isEmpty)
        }
    }

    @Test("A password is taken exactly as sent: blanks, accents and emoji count and are not changed")
    func exact() async throws {
        try await House.open { house async throws in
            let password = "  pässword \u{1F511} e\u{301} "
            let body: JSON = ["email": "ada@example.com", "password": .string(password)]
            #expect(try await house.call(.post, "/v1/signup", body).status == .created)
            #expect(try await house.signIn("ada@example.com", password: password).status == .ok)
            for other in ["pässword \u{1F511} e\u{301}", "  pässword \u{1F511} \u{E9} "] {
                #expect(try await house.signIn("ada@example.com", password: other).status == .unauthorized)
            }
        }
    }

    @Test("A closed sign-up is answered 403, whoever asks")
    func closed() async throws {
        try await House.open(settings: { $0.isSignUpOpen = false }) { house in
            let answer = try await house.call(.post, "/v1/signup", Self.person)
            #expect(Answer(answer) == Answer(403, "sign_up_closed"))
        }
    }

    @Test("Sign-ups from one address are limited before anything is hashed")
    func limited() async throws {
        try await House.open(
            mode: .live, settings: { $0.limits.signUp = .init(burst: 2, interval: .seconds(30)) }
        ) { house in
            for number in 1...2 {
                let body: JSON = [
                    "email": .string("a\(number)@example.com"), "password": .string(House.password),
                ]
                #expect(try await house.call(.post, "/v1/signup", body).status == .created)
            }
            let refused = try await house.call(.post, "/v1/signup", Self.person)
            #expect(Answer(refused) == Answer(429, "too_many_attempts"))
            #expect(refused.headers[.retryAfter] == "30")
        }
    }
}
