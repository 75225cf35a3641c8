import Testing

@testable import VidimusIdentity

@Suite("The refresh token's seal")
struct RefreshTokenTests {
    static let token = RefreshToken(handle: Array(1...16), generation: 0x0102_0304)

    private func seal(_ byte: String = "a7", version: Int = 1, epoch: Int64 = 1) throws -> RefreshTokenSeal {
        RefreshTokenSeal(masterKeys: try House.masterKeys(byte, version: version), epoch: epoch)
    }

    @Test("What was written is read; the same token is written the same", arguments: [0, 1, 77, UInt32.max])
    func roundTrip(generation: UInt32) throws {
        let seal = try seal()
        let token = RefreshToken(handle: Self.token.handle, generation: generation)
        let text = try #require(seal.write(token))
        #expect(text.hasPrefix("vrt1_") && text.count == 56)
        #expect(seal.read(text) == token)
        #expect(seal.write(token) == text)
    }

    @Test("Any flipped bit is refused")
    func flippedBits() throws {
        let seal = try seal()
        let text = Array(try #require(seal.write(Self.token)).utf8)
        for place in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[place] ^= 1 << bit
                guard let other = String(validating: changed, as: UTF8.self), seal.read(other) != nil else {
                    continue
                }
                Issue.record("bit \(bit) of byte \(place) does not matter")
            }
        }
    }

    @Test("Any other text is refused")
    func otherTexts() throws {
        let seal = try seal()
        let text = try #require(seal.write(Self.token))
        let others = [
            "", "vrt1_", text + "A", String(text.dropLast()), text + "=", " " + text, text + "\n",
            text.replacing("vrt1_", with: "vrt2_"), text.replacing("vrt1_", with: "VRT1_"),
            String(text.dropFirst(5)), "vrt1_" + text, "vrt1_" + String(repeating: "A", count: 51),
            text + String(repeating: "A", count: 10_000), text + "\u{301}",
        ]
        for other in others { #expect(seal.read(other) == nil, "\(other.prefix(80))") }
    }

    @Test("Another epoch, another master key and another version are refused")
    func otherKeys() throws {
        let text = try #require(try seal().write(Self.token))
        for other in try [seal(epoch: 2), seal("b8"), seal(version: 2)] { #expect(other.read(text) == nil) }
        #expect(try seal().read(text) == Self.token)
    }

    @Test("A ring writes under its newest key and reads under every one")
    func ring() throws {
        let old = try #require(try seal().write(Self.token))
        let ring = try MasterKeys(
            parsing: "1:\(String(repeating: "a7", count: 32)),300:\(String(repeating: "b8", count: 32))")
        let seal = RefreshTokenSeal(masterKeys: ring, epoch: 1)
        #expect(seal.read(old) == Self.token)
        let new = try #require(seal.write(Self.token))
        #expect(new != old && seal.read(new) == Self.token)
        #expect(try self.seal().read(new) == nil)
    }

    @Test("The database knows the handle by its hash only")
    func storedHandle() {
        #expect(Self.token.storedHandle.count == 32)
        #expect(Self.token.storedHandle != Self.token.handle)
    }
}
