import Testing
import VidimusIdentity

@Suite("Public ids")
struct IDTests {
    @Test("are written like a version 4 UUID and read back in either case")
    func written() throws {
        let id = ID<Account>(random: { Array(repeating: 0xFF, count: $0) })
        #expect(id.description == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(
            ID<Account>(random: { Array(repeating: 0, count: $0) }).description
                == "00000000-0000-4000-8000-000000000000")
        #expect(ID<Account>(id.description) == id)
        #expect(ID<Account>(id.description.uppercased()) == id)
        let random = TestRandom(seed: 1)
        for _ in 0..<200 {
            let id = ID<Account>(random: { random.bytes($0) })
            #expect(ID(id.description) == id)
        }
    }

    static let refused = [
        "", "ffffffff-ffff-4fff-bfff-fffffffffff", "ffffffff-ffff-4fff-bfff-fffffffffffff",
        "ffffffffffff-4fff-bfff-ffffffffffff-", "ffffffffffff4fffbfffffffffffffff",
        "gfffffff-ffff-4fff-bfff-ffffffffffff", "ffffffff_ffff-4fff-bfff-ffffffffffff",
        "{fffffff-ffff-4fff-bfff-fffffffffff}", " fffffff-ffff-4fff-bfff-ffffffffffff",
        "-fffffff-ffff-4fff-bfff-ffffffffffff", "\u{FF46}fffff-ffff-4fff-bfff-ffffffffffff",
        "+fffffff-ffff-4fff-bfff-ffffffffffff",
    ]

    @Test("are nothing else", arguments: refused)
    func refusal(text: String) {
        #expect(ID<Account>(text) == nil)
    }
}
