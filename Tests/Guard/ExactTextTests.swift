import Testing

@testable import VidimusGuard

@Suite("Exact text")
struct ExactTextTests {
    @Test(
        "Texts of every length, short and long, agree with themselves and with nothing that differs in one byte"
    )
    func everyLength() {
        for length in 0...70 {
            let bytes = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.isIdentical(to: String(decoding: Array(bytes), as: UTF8.self)))
            #expect(["other", text].holds(text))
            #expect(!text.isIdentical(to: text + "a"))
            #expect(!(text + "a").isIdentical(to: text))
            for place in bytes.indices {
                var changed = bytes
                changed[place] ^= 0x80 >> UInt8(place % 7 + 1)
                let other = String(decoding: changed, as: UTF8.self)
                #expect(!text.isIdentical(to: other))
                #expect(![other].holds(text))
            }
        }
    }

    @Test("A claim cannot write lines, control sequences or a quotation's end into a log")
    func quoting() {
        #expect("a'b\n\u{1B}[31m\u{E9}".quoted == "'a?b??[31m?'")
        #expect(String(repeating: "x", count: 80).quoted == "'" + String(repeating: "x", count: 80) + "'")
        #expect(String(repeating: "x", count: 81).quoted == "'" + String(repeating: "x", count: 80) + "…'")
    }
}
