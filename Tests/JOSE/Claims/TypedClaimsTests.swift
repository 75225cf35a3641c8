import Foundation
import Testing
import VidimusJOSE

@Suite("Claims of a type of one's own")
struct TypedClaimsTests {
    struct Mine: Codable, Equatable {
        struct Address: Codable, Equatable {
            var city: String
            var lines: [String]?
        }

        enum Level: String, Codable { case low, high }

        var sub: String
        var aud: Audience
        var exp: Timestamp
        var since: Date?
        var picture: Data?
        var level: Level
        var roles: [String]
        var counts: [Int8]
        var ratio: Double
        var isAdmin: Bool
        var address: Address
        var rest: JSON
        var names: [String: Int]?

        enum CodingKeys: String, CodingKey {
            case sub, aud, exp, since, picture, level, roles, counts, ratio, address, rest, names
            case isAdmin = "is_admin"
        }
    }

    static let mine = Mine(
        sub: "ä\u{1}\"\\𝄞", aud: ["api", "web"], exp: Timestamp(seconds: 1_800_000_000),
        since: Date(timeIntervalSince1970: 1_700_000_000.5), picture: Data([0xFB, 0xFF]), level: .high,
        roles: [],
        counts: [-128, 127], ratio: 0.25, isAdmin: true, address: Mine.Address(city: "Ulm", lines: nil),
        rest: ["a": [1, .null, ["b": .number(1.5)]]], names: ["x": 1])

    @Test("What is signed from a type is read back as it", arguments: [SignatureAlgorithm.hs256, .es256])
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let verifier = Token.Verifier(key.verificationKey, ClaimsPolicy(audience: "api"))
        let token = try Token.sign(Self.mine, with: key)
        let now = Timestamp(seconds: 1_700_000_000)
        #expect(try verifier.verify(token, as: Mine.self, at: now) == Self.mine)
        let claims = try verifier.verify(token, at: now)
        #expect(
            claims.json
                == [
                    "sub": "ä\u{1}\"\\𝄞", "aud": ["api", "web"], "exp": 1_800_000_000,
                    "since": .number(1_700_000_000.5),
                    "picture": "-_8", "level": "high", "roles": [], "counts": [-128, 127],
                    "ratio": .number(0.25),
                    "address": ["city": "Ulm"], "rest": ["a": [1, .null, ["b": .number(1.5)]]],
                    "names": ["x": 1],
                    "is_admin": true,
                ])
    }

    @Test(
        "A claim that does not fit is named, with what it should be",
        arguments: [
            (["sub": nil], .missingClaim, "needs the claim 'sub'"),
            (["sub": 1], .invalidClaim, "'sub' is not a string"),
            (["sub": .null], .invalidClaim, "'sub' is not a string"),
            (["exp": "x"], .invalidClaim, "'exp' is not a number of seconds since 1970"),
            (
                ["exp": 1_800_000_000_000], .invalidClaim,
                "'exp' is not within the years 1 to 9999; it counts seconds"
            ),
            (["picture": "?"], .invalidClaim, "'picture' is not base64url"),
            (["level": "middle"], .invalidClaim, "'level' is not a value that it may have"),
            (["counts": [1, 128]], .invalidClaim, "'counts.1' is not an integer from -128 to 127"),
            (["counts": [1, .number(1.5)]], .invalidClaim, "'counts.1' is not an integer from -128 to 127"),
            (["ratio": "0"], .invalidClaim, "'ratio' is not a number"),
            (["is_admin": 1], .invalidClaim, "'is_admin' is not true or false"),
            (["address": []], .invalidClaim, "'address' is not an object"),
            (["address": [:]], .missingClaim, "needs the claim 'address.city'"),
            (["roles": ["a", 1]], .invalidClaim, "'roles.1' is not a string"),
            (["roles": "a"], .invalidClaim, "'roles' is not an array"),
        ] as [([String: JSON?], JOSEError.Code, String)])
    func misfits(changes: [String: JSON?], code: JOSEError.Code, reason: String) throws {
        let key = try Keys.key(.hs256)
        var json = try UnverifiedToken(Token.sign(Self.mine, with: key)).verified(by: key.verificationKey)
            .claims().json
        for (name, value) in changes { json = json.with((name, value)) }
        #expect(refusal { try Claims(json).decode(Mine.self) } == JOSEError(code, reason))
    }

    @Test("What JSON cannot say is not signed")
    func unspeakable() throws {
        struct Large: Encodable { var n = UInt64.max }
        struct Infinite: Encodable { var x = Double.infinity }
        let key = try Keys.key(.hs256)
        #expect(
            refusal { try Token.sign(Large(), with: key) }
                == JOSEError(.invalidClaim, "'n' is an integer beyond 64 bits"))
        #expect(
            refusal { try Token.sign(Infinite(), with: key) }
                == JOSEError(.invalidClaim, "'x' is not a finite number"))
        #expect(refusal { try Token.sign([1, 2] as [Int], with: key) }?.code == .malformed)
    }

    @Test("A type that begins one container and goes on in another does not trap")
    func twoContainers() throws {
        struct Both: Encodable {
            enum CodingKeys: CodingKey { case a, b }

            let isObjectFirst: Bool

            func encode(to encoder: any Encoder) throws {
                var object = encoder.container(keyedBy: CodingKeys.self)
                var array = encoder.unkeyedContainer()
                if isObjectFirst { _ = encoder.container(keyedBy: CodingKeys.self) }
                _ = object.nestedContainer(keyedBy: CodingKeys.self, forKey: .a)
                _ = array.nestedContainer(keyedBy: CodingKeys.self)
                _ = array.nestedUnkeyedContainer()
            }
        }
        let key = try Keys.key(.hs256)
        #expect(refusal { try Token.sign(Both(isObjectFirst: false), with: key) }?.code == .malformed)
        #expect(refusal { try Token.sign(Both(isObjectFirst: true), with: key) } == nil)
    }

    @Test("Foundation's coders and ours agree on JSON, times and audiences")
    func foundation() throws {
        struct Some: Codable, Equatable {
            var json: JSON
            var time: Timestamp
            var one: Audience
        }
        let some = Some(
            json: ["a": [1, "x", true, .null, .number(0.5)]], time: Timestamp(milliseconds: 1_500), one: "a")
        let data = try JSONEncoder().encode(some)
        #expect(try JSONDecoder().decode(Some.self, from: data) == some)
        #expect(try Claims(JSON.parse(Array(data))).decode(Some.self) == some)
    }

    struct Optionals: Codable, Equatable {
        struct Inner: Codable, Equatable { var a: String? }

        var bool: Bool?
        var string: String?
        var int: Int?
        var int8: Int8?
        var uint64: UInt64?
        var double: Double?
        var float: Float?
        var strings: [String]?
        var ints: [Int]?
        var inner: Inner?
        var json: JSON?
        var audience: Audience?
    }

    @Test(
        "Foundation's coder and ours take the same for what may be absent, null, or something else",
        arguments: [
            "true", "0", "-1", "127", "300", "1.5", "1e300", #""x""#, #""\u00e4""#, "null", "[]", #"["a"]"#,
            "[1]",
            "[null]",
            "{}", #"{"a":null}"#, #"{"a":"b"}"#, #"{"a":1}"#,
        ])
    func optionals(value: String) throws {
        let names = [
            "bool", "string", "int", "int8", "uint64", "double", "float", "strings", "ints", "inner", "json",
            "audience", "other",
        ]
        for name in names {
            let text = #"{"\#(name)":\#(value)}"#
            let theirs = try? JSONDecoder().decode(Optionals.self, from: Data(text.utf8))
            let ours = try? Claims(parsing: Array(text.utf8), limits: JSON.Limits()).decode(Optionals.self)
            #expect(ours == theirs, "\(text)")
        }
    }

    @Test("A decoder that a type keeps is good after the claims are gone")
    func keptDecoder() throws {
        struct Kept: Decodable {
            enum CodingKeys: CodingKey { case list }

            let decoder: any Decoder
            let members: KeyedDecodingContainer<CodingKeys>
            var elements: any UnkeyedDecodingContainer

            init(from decoder: any Decoder) throws {
                self.decoder = decoder
                members = try decoder.container(keyedBy: CodingKeys.self)
                elements = try members.nestedUnkeyedContainer(forKey: .list)
            }
        }
        var kept = try Claims(["list": ["a string of more than a few bytes", 1]]).decode(Kept.self)
        #expect(try kept.elements.decode(String.self) == "a string of more than a few bytes")
        #expect(
            try kept.members.decode(JSON.self, forKey: .list) == ["a string of more than a few bytes", 1])
        #expect(try kept.decoder.container(keyedBy: Kept.CodingKeys.self).allKeys.count == 1)
        #expect(kept.elements.codingPath.map(\.stringValue) == ["list"])
        #expect(throws: DecodingError.self) { try kept.elements.decode(String.self) }
        #expect(try kept.elements.decode(Int.self) == 1 && kept.elements.isAtEnd)
    }

    @Test("One recipient is the same as a string, as an array of one, and however it was made")
    func oneRecipient() throws {
        struct Meant: Codable, Equatable {
            var aud: Audience
        }
        let one = Meant(aud: "a")
        for written in [#"{"aud":"a"}"#, #"{"aud":["a"]}"#, #"{"aud":"\u0061"}"#] {
            let claims = try Claims(parsing: Array(written.utf8), limits: JSON.Limits())
            #expect(
                try claims.decode(Meant.self) == one && Audience(claims) == "a" && claims.audience == ["a"])
            #expect(try JSONDecoder().decode(Meant.self, from: Data(written.utf8)) == one)
        }
        #expect(
            Audience("a") == Audience(["a"]) && ["a"] == Audience("a")
                && Audience("a") != Audience(["a", "a"]))
        #expect(Set([Audience("a"), Audience(["a"]), ["a"]]).count == 1)
        #expect(
            String(decoding: try JSONEncoder().encode(Meant(aud: ["a"])), as: UTF8.self) == #"{"aud":"a"}"#)
    }

    @Test("Several recipients, and none, are an array; anything else is no audience")
    func severalRecipients() throws {
        let two = try Claims(["aud": ["a", "b"]])
        #expect(try Audience(two) == ["a", "b"] && Audience(two).names == two.audience)
        #expect(try Audience(Claims([:])) == [] && Audience(Claims(["aud": []])) == [])
        for other in [1, .null, true, ["a", 1], [["a"]], ["a": "b"]] as [JSON] {
            let claims = try Claims(["aud": other])
            let reason = "'aud' is not a string or an array of strings"
            #expect(refusal { try Audience(claims) } == JOSEError(.invalidClaim, reason), "\(other)")
            #expect(refusal { try claims.audience } == JOSEError(.invalidClaim, reason), "\(other)")
        }
        var audience: Audience = ["a", "b"]
        audience.names.removeLast()
        #expect(audience == "a" && audience.names == ["a"])
        audience.names.append("c")
        #expect(audience == ["a", "c"])
    }
}
