import Foundation
import Testing
import VidimusJOSE

@Suite("JSON, keys and claims as text")
struct JSONTextTests {
    @Test("A text is read as strictly as its bytes, and a value says itself as the text")
    func text() throws {
        let json = try JSON.parse(#"{"a":[1,"é",null]}"#)
        #expect(json == ["a": [1, "é", .null]])
        #expect("\(json)" == #"{"a":[1,"é",null]}"#)
        #expect(refusal { try JSON.parse(#"{"a":1,"a":2}"#) }?.code == .malformed)
        #expect(refusal { try JSON.parse("[[1]]", limits: JSON.Limits(depth: 1)) }?.code == .malformed)
    }

    @Test("Claims say themselves as they were signed")
    func claims() throws {
        let key = try SigningKey.generate(.es256)
        let token = try Token.sign(payload: #"{ "sub":"ada" }"#.bytes, with: key)
        let claims = try Token.Verifier(key.verificationKey, ClaimsPolicy()).verify(token)
        #expect("\(claims)" == #"{ "sub":"ada" }"#)
        #expect(try "\(UnverifiedToken(token).unverifiedClaims())" == #"{ "sub":"ada" }"#)
        let other = try UnverifiedToken(Token.sign(payload: "[1]".bytes, with: key))
        #expect(refusal { try other.unverifiedClaims() }?.code == .malformed)
    }

    @Test("What a stranger wrote cannot command a terminal or forge a line of a log, and still says the same")
    func hostile() throws {
        let written = "{\n\"sub\":\"\u{9B}31m\u{7F}\u{85}\u{2028}\u{202E}\",\r\n\t\"q\":\"a\\\"b\\\\\"}"
        let claims = try UnverifiedToken(
            Token.sign(payload: written.bytes, with: .generate(.es256))
        ).unverifiedClaims()
        for shown in ["\(claims)", "\(claims.json)"] {
            #expect(shown.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }, "\(shown)")
            #expect(try JSON.parse(shown) == claims.json)
        }
    }

    @Test("A time is a NumericDate in whole seconds, the next before it")
    func numericDate() {
        #expect(JSON.numericDate(Timestamp(seconds: 1_800_000_000)) == 1_800_000_000)
        #expect(JSON.numericDate(Timestamp(milliseconds: 1_999)) == 1)
        #expect(JSON.numericDate(Timestamp(milliseconds: -1)) == -1)
    }

    @Test("Keys and key sets are read from a text, and from Data")
    func keys() throws {
        let key = try SigningKey.generate(.es256, id: "a")
        let set = try JWKSet(keys: [key.verificationKey])
        #expect(try JWKSet(parsing: set.json.description, publicOnly: true).keys.map(\.id) == ["a"])
        #expect(try JWK(reading: key.privateJWK.description).id == "a")
        #expect(try JWK(reading: key.privatePEM()).isPrivate)
        #expect(try JWKSet(parsing: Data(set.json.encoded())).keys.map(\.id) == ["a"])
        #expect(try JWK(reading: Data(key.privatePEM().utf8)).isPrivate)
        #expect(
            refusal { try JWKSet(parsing: key.privateJWK.description, publicOnly: true) }?.code == .invalidKey
        )
        let own = try JWK.generate(.ecdhES)
        #expect(try DecryptionKeySet(parsing: own.json.description).keys.count == 1)
    }
}
