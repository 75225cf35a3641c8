import Foundation
import Testing
import VidimusJOSE

@Suite("JSON")
struct JSONTests {
    @Test(
        "A text is read as what it says",
        arguments: [
            ("null", .null), ("true", true), (" [ ] ", []), ("{}", .object([])), ("0", 0), ("-0", 0),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .number(-9_223_372_036_854_775_808)), ("1.5", .number(1.5)),
            ("1e2", .number(100)), ("1E+2", .number(100)), ("25e-2", .number(0.25)), ("-0.0", .number(-0.0)),
            (#""\u00e9\/\"\\\b\f\n\r\t""#, "é/\"\\\u{8}\u{c}\n\r\t"), (#""\ud834\udd1E""#, "𝄞"),
            ("\"𝄞é\"", "𝄞é"),
            (#"{"a":[1,{"b":"c"}]}"#, ["a": [1, ["b": "c"]]]), (#""\u0000""#, "\u{0}"),
        ] as [(String, JSON)])
    func read(text: String, value: JSON) throws {
        #expect(try JSON.parse(text.bytes) == value)
    }

    @Test(
        "What is not strictly JSON is refused, and the place is named",
        arguments: [
            ("", "bad JSON at the end: expected a value"),
            ("tru", "bad JSON at the end: expected a value"),
            ("nul1", "bad JSON at byte 3: expected a value"),
            ("{} x", "bad JSON at byte 3: something follows the value"),
            ("\u{FEFF}{}", "bad JSON at byte 0: expected a value"),
            ("01", "bad JSON at the end: a number starts with a superfluous zero"),
            ("-", "bad JSON at the end: expected a digit"), ("1.", "bad JSON at the end: expected a digit"),
            ("1e", "bad JSON at the end: expected a digit"), ("+1", "bad JSON at byte 0: expected a value"),
            ("1e400", "bad JSON at the end: a number too large to represent"),
            ("NaN", "bad JSON at byte 0: expected a value"), ("[1,]", "bad JSON at byte 3: expected a value"),
            ("[1 2]", "bad JSON at byte 3: expected ',' or ']'"),
            ("{1:2}", "bad JSON at byte 1: expected a member name"),
            (#"{"a" 1}"#, "bad JSON at byte 5: expected ':'"),
            (#"{"a":1,}"#, "bad JSON at byte 7: expected a member name"),
            (#"{"a":1 "b":2}"#, "bad JSON at byte 7: expected ',' or '}'"),
            ("\"\t\"", "bad JSON at byte 1: a control character in a string"),
            ("\"abc", "bad JSON at the end: a string without end"),
            (#""\x""#, "bad JSON at byte 3: an unknown escape"),
            (#""\"#, "bad JSON at the end: an unknown escape"),
            (#""\ud800""#, "bad JSON at byte 7: a lone surrogate"),
            (#""\udc00""#, "bad JSON at byte 7: a lone surrogate"),
            (#""\ud800\u0041""#, "bad JSON at byte 13: a lone surrogate"),
            (#""\ud800\ue000""#, "bad JSON at byte 13: a lone surrogate"),
            (#""\ud800\ud800""#, "bad JSON at byte 13: a lone surrogate"),
            (#""\u12G4""#, "bad JSON at byte 5: expected four hexadecimal digits"),
            (#"{"a":1,"a":2}"#, "bad JSON at the end: the object ending here has a member name twice"),
        ])
    func refused(text: String, reason: String) {
        let error = refusal { try JSON.parse(text.bytes) }
        #expect(error?.code == .malformed)
        #expect(error?.reason == reason)
    }

    @Test("A member name twice is refused at every depth and however it is written")
    func duplicates() {
        let many = (0..<40).map { "\"n\($0)\":0" }.joined(separator: ",")
        // More values than claims of that length have.
        let dense = Array(repeating: "0", count: 200).joined(separator: ",")
        let texts = [
            "{\"a\":[\(dense)],\"b\":1,\"b\":2}", "[\(dense),{\"b\":1,\"\\u0062\":2}]",
            #"[{"x":{"a":1,"b":2,"a":3}}]"#, #"{"a":1,"\u0061":2}"#, #"{"":1,"":2}"#, "{\(many),\"n7\":1}",
            "{\"n39\":1,\(many)}",
        ]
        for text in texts {
            #expect(refusal { try JSON.parse(text.bytes) }?.code == .malformed, "\(text)")
        }
        #expect(refusal { try JSON.parse("{\(many)}".bytes) } == nil)
        #expect(refusal { try JSON.parse("{\"a\":[\(dense)],\"b\":1}".bytes) } == nil)
    }

    @Test("Names that only look the same are two names: comparison is by code point, not by equivalence")
    func equivalence() throws {
        let json = try JSON(text: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(json["\u{e9}"] == 1)
        #expect(json["e\u{301}"] == 2)
        #expect(JSON.string("\u{e9}") != JSON.string("e\u{301}"))
        #expect(try JSON(text: "{\"\u{212A}\":1}")["K"] == nil)
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xE2, 0x82],
            [0xE2, 0x82, 0x28], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFF],
            [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(refusal { try JSON.parse([0x22] + bytes + [0x22]) }?.code == .malformed)
        #expect(refusal { try JSON.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }?.code == .malformed)
        #expect(refusal { try JSON.parse([0x22] + bytes) }?.code == .malformed)
        #expect(refusal { try JSON.parse([0x5B] + bytes + [0x5D]) }?.code == .malformed)
    }

    @Test("Depth, size and digits end at their limits, and no limit is past the stack")
    func limits() {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
        }
        #expect(refusal { try JSON.parse(nested(16)) } == nil)
        #expect(
            refusal { try JSON.parse(nested(17)) }
                == JOSEError(.malformed, "bad JSON at byte 16: nested deeper than 16 levels"))
        let deep = JSON.Limits(depth: .max, bytes: 4_000_000)
        #expect(refusal { try JSON.parse(nested(1_000_000), limits: deep) }?.code == .malformed)
        #expect(refusal { try JSON.parse(nested(256), limits: deep) } == nil)
        let digits = [UInt8](repeating: 0x31, count: 129)
        #expect(refusal { try JSON.parse(digits.dropLast()) } == nil)
        #expect(
            refusal { try JSON.parse(digits) }?.reason
                == "bad JSON at the end: a number of more than 128 characters")
        #expect(
            refusal { try JSON.parse("[1]".bytes, limits: JSON.Limits(bytes: 2)) }
                == JOSEError(.malformed, "JSON of 3 bytes, at most 2 are allowed"))
        #expect(refusal { try JSON.parse(nested(1), limits: JSON.Limits(depth: -1)) }?.code == .malformed)
    }

    @Test("What is written is read back the same")
    func roundTrip() throws {
        let value: JSON = [
            "text": "\u{0}\u{1f}\"\\/é𝄞\u{2028}\u{7f}", "numbers": [0, -1, .integer(.min), .integer(.max)],
            "fractions": [.number(0.1), .number(1e300), .number(-0x1p-1074), .number(1e16)], "none": .null,
            "": [[], .object([])],
        ]
        #expect(try JSON.parse(value.encoded()) == value)
        #expect(try JSON.parse(value.prettyPrinted().bytes) == value)
        let start = Array(value["text"]?.encoded().prefix(20) ?? [])
        #expect(start == Array(#""\u0000\u001f\"\\/é𝄞"#.utf8.prefix(20)))
        #expect(JSON.array([.number(.infinity), .number(.nan)]).encoded() == "[null,null]".bytes)
    }

    @Test("A string of any length is read back as written, whatever stands at whatever place in it")
    func strings() throws {
        for length in 0..<26 {
            for place in 0..<max(length, 1) {
                for other in ["x", "\"", "\\", "\n", "\u{0}", "\u{7f}", "é", "𝄞", "\u{2028}"] {
                    var characters = Array(repeating: "a", count: length)
                    if place < length { characters[place] = other }
                    let value = JSON.object([JSON.Member(characters.joined(), .string(characters.joined()))])
                    let text = value.encoded()
                    #expect(try JSON.parse(text) == value)
                    // The same as Foundation reads.
                    let read = try JSONDecoder().decode([String: String].self, from: Data(text))
                    #expect(read == [characters.joined(): characters.joined()])
                }
            }
        }
    }

    @Test("What is printed for people is indented, and cannot command their terminal")
    func pretty() {
        let value: JSON = ["a": [1, true], "b": .object([]), "c": "\u{1b}[2J\u{9b}x\u{202e}"]
        let text = """
            {
              "a": [
                1,
                true
              ],
              "b": {},
              "c": "\\u001b[2J\\u009bx\\u202e"
            }
            """
        #expect(value.prettyPrinted() == text)
    }

    @Test("Accessors answer for their own kind only")
    func accessors() {
        #expect(JSON.integer(3).number == 3)
        #expect(JSON.number(3).integer == nil)
        #expect(JSON.string("x").bool == nil && JSON.bool(true).string == nil && JSON.null.isNull)
        #expect(JSON.array([1])["x"] == nil && JSON.array([1]).array?.count == 1)
        #expect((["x": 1] as JSON).object == [JSON.Member("x", 1)])
        #expect((["x": 1, "y": 2] as JSON) != ["y": 2, "x": 1])
    }

    @Test("A string is what it says, with a character beyond ASCII or an escape at any place of any length")
    func everyPlace() throws {
        for special in ["", "é", "€", "😀", "\u{7F}", #"\n"#, #"\u00e9"#] {
            for length in 0...26 {
                for place in 0...length {
                    let before = String(repeating: "a", count: place)
                    let inside = before + special + String(repeating: "b", count: length - place)
                    // Far from the end of the text, and at it.
                    for after in ["", String(repeating: " ", count: 12)] {
                        let text = Data("{\"s\":[\"\(inside)\"\(after)]}".utf8)
                        let expected = try JSONDecoder().decode([String: [String]].self, from: text)["s"]
                        let claims = try Claims(parsing: Array(text), limits: JSON.Limits())
                        let read = try claims.strings("s")
                        #expect(read?.map { Array($0.utf8) } == expected?.map { Array($0.utf8) })
                        #expect(read == expected && read?.first?.utf16.count == expected?.first?.utf16.count)
                    }
                }
            }
        }
    }

    @Test(
        "A name twice is refused wherever the two stand, among few and many, also where more values than usual follow"
    )
    func nameTwice() throws {
        for count in 2...24 {
            for place in 1..<count {
                for (first, values) in [(0, 0), (place - 1, 0), (0, 30), (place / 2, 7)] {
                    let names = (0..<count).map { $0 == place ? "n\(first)" : "n\($0)" }
                    // As they are, and one of the two escaped.
                    for written in [names, names.enumerated().map { $0 == place ? "\\u006e\(first)" : $1 }] {
                        let value = "[" + [String](repeating: "1", count: values).joined(separator: ",") + "]"
                        let members = written.map { "\"\($0)\":\(value)" }.joined(separator: ",")
                        for text in ["{\(members)}", "[0,{\(members)}]"] {
                            #expect(refusal { try JSON.parse(text) }?.code == .malformed, "\(text)")
                        }
                        let others = written.enumerated().filter { $0.offset != place }
                        let distinct = others.map { "\"\($0.element)\":\(value)" }.joined(separator: ",")
                        #expect(try JSON.parse("{\(distinct)}").object?.count == count - 1)
                    }
                }
            }
        }
    }

    @Test("Numbers are bounded by their characters, and 256 objects may lie within each other")
    func numberAndObjectLimits() throws {
        for digits in [1, 9, 10, 17, 18, 19, 20] {
            let limits = JSON.Limits(digits: digits)
            let (fits, more) = (
                String(repeating: "7", count: digits), String(repeating: "7", count: digits + 1)
            )
            #expect(throws: Never.self) { try JSON.parse(fits, limits: limits) }
            #expect(refusal { try JSON.parse(more, limits: limits) }?.code == .malformed, "\(more)")
            #expect(refusal { try JSON.parse("-" + fits, limits: limits) }?.code == .malformed)
        }
        for depth in [1, 2, 256] {
            let text = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
            #expect(throws: Never.self) { try JSON.parse(text, limits: JSON.Limits(depth: depth)) }
            #expect(
                refusal { try JSON.parse(text, limits: JSON.Limits(depth: depth - 1)) }?.code == .malformed)
        }
        let deeper = String(repeating: "{\"a\":", count: 257) + "1" + String(repeating: "}", count: 257)
        #expect(refusal { try JSON.parse(deeper, limits: JSON.Limits(depth: 1_000)) }?.code == .malformed)
    }
}
