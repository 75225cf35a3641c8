import Testing
import VidimusIdentity

@Suite("Which passwords are good enough")
struct PasswordRuleTests {
    static let cases: [(String, PasswordRule.Weakness?)] = [
        ("", .tooShort), ("sevench", .tooShort), ("eightchr", nil), ("        ", nil), ("ääääääää", nil),
        ("äääääää", .tooShort), ("👩‍👩‍👧‍👦", .tooShort), (" zebra42 ", nil), ("zebra 42\n\0", nil),
        ("password", .common), ("PassWord", .common), ("12345678", .common), ("password ", nil),
        (String(repeating: "x", count: 1_024), nil), (String(repeating: "x", count: 1_025), .tooLong),
        (String(repeating: "ä", count: 512), nil), (String(repeating: "ä", count: 513), .tooLong),
        ("annabelle.lee@example.com", .sameAsEmail), ("Annabelle.Lee@Example.COM", .sameAsEmail),
        ("annabelle.lee", .sameAsEmail), ("annabelle.lee1", nil),
    ]

    @Test("is decided by length, commonness and the e-mail only", arguments: cases)
    func weakness(password: String, expected: PasswordRule.Weakness?) throws {
        let email = try #require(EmailAddress("annabelle.lee@example.com"))
        #expect(PasswordRule.weakness(of: password, email: email) == expected)
    }
}
