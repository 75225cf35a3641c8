import Testing
import VidimusJOSE

@Suite("base64url")
struct Base64URLTests {
    @Test(
        "The vectors of RFC 4648 §10 read and write without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(Base64URL.encode(text.bytes) == encoded)
        #expect(Base64URL.decode(encoded) == text.bytes)
    }

    @Test(
        "Every text that is not the one canonical form is refused",
        arguments: [
            "Zg==", "Zg=", "Z", "Zm9vY", "Zh", "Zm9", "Zm 9v", "Zm9v\n", " Zm9v", "+_8A", "/w", "Zm.v",
            "Zm9v=",
            "Zm9vé", "\u{0}m9v", "Zm9v\u{80}", "====", "-_-/",
        ])
    func refused(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Each byte value survives at each place of a group")
    func everyByte() {
        for length in 1...6 {
            for place in 0..<length {
                for value in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: 0x5A, count: length)
                    bytes[place] = value
                    let text = Base64URL.encode(bytes)
                    #expect(text.utf8.count == (length * 8 + 5) / 6)
                    #expect(Base64URL.decode(text) == bytes)
                }
            }
        }
    }

    @Test("Of all texts of two and three characters, exactly the canonical ones are read")
    func everyShortText() {
        let two = (0..<65_536).filter { Base64URL.decode([UInt8($0 >> 8), UInt8($0 & 0xFF)]) != nil }
        #expect(two.count == 256)
        let three = (0..<65_536).filter { Base64URL.decode([0x41, UInt8($0 >> 8), UInt8($0 & 0xFF)]) != nil }
        #expect(three.count == 1_024)
    }

    @Test("A slice is read by itself, whatever lies around it")
    func slices() {
        let text = "!!Zm9v!!".bytes
        #expect(Base64URL.decode(text[2..<6]) == "foo".bytes)
        #expect(Base64URL.encode("xxfooxx".bytes[2..<5]) == "Zm9v")
    }

    @Test("Equal bytes are equal and others are not")
    func constantTime() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3][...]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual([UInt8](), []))
    }
}
