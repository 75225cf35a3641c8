import Testing

@testable import VidimusJOSE

@Suite("Claims by name")
struct ClaimsByNameTests {
    /// Registered ones, some like them, and others, each as it is written in JSON.
    private static let names: [(name: String, written: String)] = [
        ("iss", "iss"), ("sub", "sub"), ("aud", "aud"), ("exp", "exp"), ("nbf", "nbf"), ("iat", "iat"),
        ("jti", "jti"), ("isss", "isss"), ("is", "is"), ("Iss", "Iss"), ("", ""), ("sid", "sid"),
        ("scope", "scope"), ("roles", "roles"), ("sub", #"s\u0075b"#), ("scope", #"sc\u006Fpe"#),
        ("nonce", #"\u006eonce"#), ("é", "é"), ("é", #"\u00e9"#), ("a\"b", #"a\"b"#), ("azp", "azp"),
        ("a-long-name-of-a-claim", "a-long-name-of-a-claim"), ("jku", "jku"), ("x", "x"),
    ]

    @Test(
        "Each claim is found by its name and no other, in any order, escaped or not, few or many",
        arguments: [1, 2, 3, 7, 10, 16, 17, 22])
    func all(count: Int) throws {
        var random = Steps(state: UInt64(count))
        for _ in 0..<200 {
            var chosen: [(name: String, written: String)] = []
            for candidate in Self.names.shuffled(using: &random) where chosen.count < count {
                if !chosen.contains(where: { $0.name.isIdentical(to: candidate.name) }) {
                    chosen.append(candidate)
                }
            }
            // Values that hold objects with the same names, and one with more values than claims of that length have.
            let values = chosen.indices.map { index in
                switch index % 5 {
                case 0: #"{"iss":1,"scope":2,"sub":{"x":[3]}}"#
                case 1: "\(index)"
                case 2: #"["iss",{"scope":4}]"#
                case 3: "[" + [String](repeating: "1", count: 40).joined(separator: ",") + "]"
                default: #""v\#(index)""#
                }
            }
            let text = zip(chosen, values).map { "\"\($0.written)\":\($1)" }.joined(separator: ",")
            let claims = try Claims(scanning: Array("{\(text)}".utf8))
            for (member, value) in zip(chosen, values) {
                #expect(claims[member.name] == (try JSON.parse(value)), "\(member.name) in \(text)")
            }
            for (name, _) in Self.names where !chosen.contains(where: { $0.name.isIdentical(to: name) }) {
                #expect(claims[name] == nil, "\(name) in \(text)")
            }
            // And the whole is what it says, name by name.
            let members = zip(chosen, values).map { JSON.Member($0.name, (try? JSON.parse($1)) ?? .null) }
            #expect(claims.json == .object(members))
        }
    }

    @Test("Members of an inner object are found by their names, and not as claims")
    func inner() throws {
        let claims = try Claims(scanning: Array(#"{"act":{"sub":"b","may":1},"x":{"iss":"c"}}"#.utf8))
        #expect(try claims.subject == nil && claims.issuer == nil)
        struct Actor: Decodable, Equatable {
            let sub: String
            let may: Int
            let iss: String?
        }
        struct Acted: Decodable {
            let act: Actor
        }
        #expect(try claims.decode(Acted.self).act == Actor(sub: "b", may: 1, iss: nil))
    }

    private struct Steps: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }
}
