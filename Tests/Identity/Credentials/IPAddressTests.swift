import Testing
import VidimusIdentity

@Suite("Addresses and ranges")
struct IPAddressTests {
    static let addresses: [(String, [UInt8]?)] = [
        ("127.0.0.1", [127, 0, 0, 1]), ("255.255.255.255", [255, 255, 255, 255]),
        ("::1", Array(repeating: 0, count: 15) + [1]),
        ("::ffff:10.1.2.3", [10, 1, 2, 3]), ("::FFFF:0a01:0203", [10, 1, 2, 3]),
        ("::10.1.2.3", Array(repeating: 0, count: 12) + [10, 1, 2, 3]),
        ("", nil), ("127.0.0", nil), ("127.1", nil), ("0127.0.0.1", nil), ("127.0.0.1 ", nil),
        ("256.0.0.1", nil),
        ("1.2.3.4:80", nil), ("[::1]", nil), ("fe80::1%eth0", nil), ("localhost", nil), (":::", nil),
    ]

    @Test("An address is what it is in bytes, or none", arguments: addresses)
    func bytes(text: String, expected: [UInt8]?) {
        #expect(IPAddress(text)?.bytes == expected)
    }

    static let loopback: [(String, Bool)] = [
        ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
        ("128.0.0.1", false), ("::2", false), ("0.0.0.0", false), ("::", false), ("::127.0.0.1", false),
    ]

    @Test("Loopback is loopback in every writing", arguments: loopback)
    func isLoopback(text: String, expected: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == expected)
    }

    static let ranges: [(String, String, Bool)] = [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.0/8", "::ffff:10.9.9.9", true),
        ("10.0.0.0/8", "::a00:1", false), ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("192.168.4.0/22", "192.168.3.255", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("10.0.0.1/32", "10.0.0.1", true),
        ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false), ("::/0", "::1", true),
        ("::/0", "10.0.0.1", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("2001:db8::/33", "2001:db8:7fff::", true), ("2001:db8::/33", "2001:db8:8000::", false),
        ("::1", "::1", true), ("10.9.9.9/8", "10.1.1.1", true),
    ]

    @Test("A range holds what its bits say", arguments: ranges)
    func contains(range: String, address: String, expected: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(#require(IPAddress(address))) == expected)
    }

    @Test(
        "What is no range is refused",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "10/8", "*",
        ])
    func refused(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
