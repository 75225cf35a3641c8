import Testing
import VidimusIdentity

@Suite("E-mail addresses")
struct EmailAddressTests {
    static let accepted: [(String, String)] = [
        ("ann@example.com", "ann@example.com"),
        ("Ann.Lee@EXAMPLE.com", "ann.lee@example.com"),
        ("a+tag@example.com", "a+tag@example.com"),
        ("a.b@example.com", "a.b@example.com"),
        ("a@b", "a@b"),
        ("root@localhost", "root@localhost"),
        ("!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        (
            String(repeating: "a", count: 64) + "@example.com",
            String(repeating: "a", count: 64) + "@example.com"
        ),
    ]

    @Test("are known under one form", arguments: accepted)
    func form(text: String, expected: String) {
        #expect(EmailAddress(text)?.description == expected)
    }

    static let refused = [
        "", "@", "a@", "@b", "a", "a@b@c", "a b@example.com", " a@example.com", "a@example.com ",
        "a@example.com\n",
        "\"a\"@example.com", "a(b)@example.com", ".a@example.com", "a.@example.com", "a..b@example.com",
        "a@.example.com", "a@example.com.", "a@exa..mple.com", "a@-example.com", "a@example-.com",
        "a@exa_mple.com",
        "a@[127.0.0.1]", "a@example.com\0", "a\u{301}@example.com", "ä@example.com", "a@bücher.example",
        // Lowered, these turn into ASCII or nearly: K (kelvin), İ, full width.
        "\u{212A}ate@example.com", "ann@\u{212A}.example", "\u{130}@example.com", "\u{FF41}@example.com",
        "a\u{FF20}example.com", "a@\u{301}example.com",
        String(repeating: "a", count: 65) + "@example.com",
        "a@" + String(repeating: "b", count: 64) + ".com",
        "a@" + String(repeating: "b.", count: 126) + "c",
        "a,b@example.com", "a;b@example.com", "<a@example.com>", "a:b@example.com", "a\\b@example.com",
    ]

    @Test("that are not in the stated form are refused", arguments: refused)
    func refusal(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test("of 254 bytes are the longest")
    func length() {
        let domain = Array(repeating: String(repeating: "b", count: 61), count: 3).joined(separator: ".")
        let longest = String(repeating: "a", count: 64) + "@" + domain + ".cc"
        #expect(longest.utf8.count == 253)
        #expect(EmailAddress(longest + "c") != nil)
        #expect(EmailAddress(longest + "cc") == nil)
    }
}
