import Crypto
import Testing

@testable import VidimusIdentity

@Suite("The ring of master keys")
struct MasterKeysTests {
    static let hex = String(repeating: "a7", count: 32)
    static let base64 = "p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c="

    static let accepted: [(String, [Int])] = [
        (hex, [1]), (hex.uppercased(), [1]), (base64, [1]), (String(base64.dropLast()), [1]),
        (hex + "\n", [1]),
        ("1:" + hex, [1]), ("7:" + base64, [7]), ("1:\(hex),2:\(base64)", [1, 2]),
        ("2:\(hex)\n1:\(base64)\n", [1, 2]), (" \(hex) ", [1]), ("65535:" + hex, [65_535]),
        (MasterKeys.generateText(random: { Array(repeating: 0xFB, count: $0) }), [1]),
        ("+/+++/+++/+++/+++/+++/+++/+++/+++/+++/+++/8=", [1]),
        ("-_---_---_---_---_---_---_---_---_---_---_8", [1]),
    ]

    @Test("is read bare or with versions, in hex or base64", arguments: accepted)
    func parsing(text: String, versions: [Int]) throws {
        let keys = try MasterKeys(parsing: text)
        #expect(keys.versions == versions)
        #expect(keys.current == versions.last)
    }

    @Test("is the same key however it is written")
    func sameKey() throws {
        let checks = try [Self.hex, Self.hex.uppercased(), Self.base64, "1:" + Self.base64].map {
            try MasterKeys(parsing: $0).checkValue(version: 1)
        }
        #expect(Set(checks).count == 1)
    }

    static let secret = "Zm9yIHRlc3RzIG9ubHkh"
    static let refused: [(String, String)] = [
        ("", "the master key is empty"), (" \n,", "the master key is empty"),
        (secret, "master key 1 is not 32 bytes"), ("3:" + secret, "master key 3 is not 32 bytes"),
        (String(hex.dropLast()), "master key 1 is not 32 bytes"),
        (hex + "a7", "master key 1 is not 32 bytes"),
        (String(repeating: "zz", count: 32), "master key 1 is not 32 bytes"),
        ("=" + base64, "master key 1 is not 32 bytes"), (base64 + "A", "master key 1 is not 32 bytes"),
        ("0:" + hex, "not VERSION:KEY"), ("-1:" + hex, "not VERSION:KEY"),
        ("65536:" + hex, "not VERSION:KEY"),
        (secret + ":" + hex, "not VERSION:KEY"), ("1:\(hex):x", "not VERSION:KEY"),
        (":" + hex, "not VERSION:KEY"),
        ("1:\(hex),1:\(base64)", "master key 1 is given twice"), ("1:", "master key 1 is not 32 bytes"),
    ]

    @Test("that cannot be used is refused without repeating any of it", arguments: refused)
    func refusal(text: String, reason: String) {
        let error = #expect(throws: MasterKeys.Malformed.self) { try MasterKeys(parsing: text) }
        let said = error?.description ?? ""
        #expect(said.contains(reason))
        for part in [Self.secret, String(Self.hex.prefix(6)), String(Self.base64.prefix(6)), "zzzz"] {
            #expect(!said.contains(part))
        }
    }

    @Test("gives each purpose, epoch and version a key of its own")
    func derivation() throws {
        let ring = try MasterKeys(parsing: "1:\(Self.hex),2:" + String(repeating: "b8", count: 32))
        let purposes: [MasterKeys.Purpose] = [
            .check, .sealedKeys, .refreshTokens(epoch: 1), .refreshTokens(epoch: 2), .oneTimeTokens(epoch: 1),
            .oneTimeTokens(epoch: 2),
        ]
        var seen: Set<[UInt8]> = []
        for version in ring.versions {
            for purpose in purposes {
                let key = try #require(ring.derived(purpose, version: version))
                seen.insert(key.withUnsafeBytes { Array($0) })
            }
        }
        #expect(seen.count == purposes.count * 2)
        #expect(ring.derived(.check, version: 3) == nil && ring.checkValue(version: 3) == nil)
    }
}
