import Foundation
import Testing
import VidimusJOSE

@Suite("Key files on the command line")
struct KeyFileTests {
    private static func key(_ arguments: [String], input: String = "") async throws -> Output {
        try await Child.run(Binary.path, ["key"] + arguments, input: input)
    }

    @Test("A generated key is its owner's alone, is not written over, and becomes PEM and a public set")
    func life() async throws {
        let folder = try Folder()
        let file = folder.file("key.jwk")
        #expect(
            try await Self.key(["generate", "--algorithm", "ES256", "--kid", "a", "--out", file]).status == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let again = try await Self.key(["generate", "--algorithm", "ES256", "--out", file])
        #expect(again.status == 1 && again.err.contains("--force"))

        let made = try JWK(reading: Array(try Data(contentsOf: URL(filePath: file))))
        let pem = try await Self.key(["convert", "--in", file, "--to", "pem"])
        #expect(try JWK(pem: pem.out).json["d"] == made.json["d"])
        let set = try await Self.key(["convert", "--to", "jwks", "--public", "--kid", "b"], input: pem.out)
        #expect(set.json["keys"]?.array?.first?["kid"] == "b" && !set.out.contains("\"d\""))

        let seen = try await Self.key(["inspect", "--in", file])
        let secret = try #require(made.json["d"]?.string)
        #expect(seen.status == 0 && seen.out.contains(made.thumbprint()) && !seen.out.contains(secret))
    }

    @Test("Of a set with a key that is foreign or weak, the others are shown, and it is refused")
    func partlyRefused() async throws {
        let good = try JWK(SigningKey.generate(.es256).privateJWK)
        let set: JSON = [
            "keys": [
                ["kty": "OKP", "crv": "Ed448", "kid": "foreign", "x": "AA"], good.publicJSON ?? .null,
                ["kty": "oct", "alg": "HS256", "k": "c2VjcmV0"], "none",
            ]
        ]
        let text = String(decoding: set.encoded(), as: UTF8.self)
        let seen = try await Self.key(["inspect"], input: text)
        #expect(seen.status == 1 && seen.err.contains("unsupported_algorithm: key 1 of the set"))
        let rows = try await Self.key(["inspect", "--json"], input: text).json.array ?? []
        #expect(rows.count == 4 && rows.map { $0["refused"] == nil } == [false, true, false, false])
        #expect(rows[0]["kid"] == "foreign" && rows[1]["thumbprint"] == .string(good.thumbprint()))
        #expect(rows[2]["refused"]?.string?.hasPrefix("weak_key") == true)
        #expect(!seen.out.contains("c2VjcmV0") && seen.out.contains(good.thumbprint()))
        let twice = #"{"keys":[{"kty":"oct","k":"AA","kid":"a"},{"kty":"oct","k":"AQ","kid":"a"}]}"#
        let repeated = try await Self.key(["inspect"], input: twice)
        #expect(repeated.status == 1 && repeated.err.contains("two keys have the same kid"))
    }

    @Test("What a terminal would obey is shown, not sent, and a key's names write no lines")
    func hostileNames() async throws {
        let key = try JWK(SigningKey.generate(.es256).privateJWK).json
        func inspected(_ name: String) async throws -> Output {
            let json: JSON = [
                "kty": "EC", "crv": "P-256", "x": key["x"] ?? .null, "y": key["y"] ?? .null,
                "kid": .string(name), "key_ops": ["verify", .string(name)],
            ]
            return try await Self.key(["inspect"], input: String(decoding: json.encoded(), as: UTF8.self))
        }
        let hostile = "a\u{1B}[2J\u{9B}31m\u{202E}\u{0}\n\"private         true"
        let (seen, plain) = (try await inspected(hostile), try await inspected("a"))
        // What joins with the quotation mark beside it is no part of that.
        for name in ["\u{301}admin", "admin\u{600}"] {
            let line = Array("kid             \(name)\n".utf8)
            #expect(try await Array(inspected(name).out.utf8).contains(line), "\(name)")
        }
        for mark in ["\u{AD}", "\u{61C}", "\u{200B}", "\u{2060}", "\u{FEFF}"] {
            #expect(
                try await !inspected("a" + mark).out.unicodeScalars.contains(mark.unicodeScalars.first ?? "a")
            )
        }
        #expect(seen.status == 0 && plain.status == 0)
        #expect(
            seen.out.contains(
                #"kid             a\u001b[2J\u009b31m\u202e\u0000\n\"private         true"# + "\n"))
        let lines = seen.out.split(separator: "\n")
        #expect(lines.count == plain.out.split(separator: "\n").count)
        for scalar in lines.joined().unicodeScalars {
            #expect((0x20...0x7E).contains(scalar.value), "\(scalar.value)")
        }
    }

    @Test(
        "What cannot be read is refused with its code, and without a terminal the passphrase is asked for by name"
    )
    func refusals() async throws {
        let none = try await Self.key(["inspect"], input: "hello")
        #expect(none.status == 1 && none.err.contains("malformed"))
        // Written by: openssl pkcs8 -topk8 -v2 aes128 -passout pass:word
        let locked = Self.locked
        let asked = try await Self.key(["inspect"], input: locked)
        #expect(
            asked.status == 1 && asked.err.contains("passphrase_required")
                && asked.err.contains("--passphrase-file"))
        let folder = try Folder()
        try Data(locked.utf8).write(to: URL(filePath: folder.file("k.pem")))
        let opened = try await Self.key(
            ["inspect", "--in", folder.file("k.pem"), "--passphrase-stdin"], input: "word\n")
        #expect(opened.status == 0 && opened.out.contains("encrypted PKCS#8"))
        let wrong = try await Self.key(
            ["inspect", "--in", folder.file("k.pem"), "--passphrase-stdin"], input: "x\n")
        #expect(wrong.status == 1 && wrong.err.contains("wrong_passphrase"))
    }

    static let locked = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj9FgXQs+xkuwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEFZ/LsbGVkcm7zVS/Fwul1EEQO+D
        TIXwmqTwrQRcJsjhWpGcNG8CfGF4HJZXzrBN7ww21OjYKbLeUCaVneoh3ttzIQOQ
        +vvy7BgkndpGCdoLGIg=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
