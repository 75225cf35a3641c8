import Testing

@testable import VidimusStatusList

@Suite("A status list")
struct StatusListTests {
    @Test("Severity is valid, stale, suspended, revoked, whatever the numbers in the list are")
    func severity() {
        #expect(Status.allCases.sorted() == [.valid, .stale, .suspended, .revoked])
        #expect([Status.valid, .revoked, .suspended, .stale].map(\.rawValue) == [0, 1, 2, 3])
    }

    @Test("The draft's example of two bits packs to its three bytes")
    func draftExample() {
        let list = StatusList(size: 12)
        for (index, value) in [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].enumerated() {
            if let status = Status(rawValue: UInt8(value)) { list.raise(index, to: status) }
        }
        #expect(list.packed() == [0xC9, 0x44, 0xF9, 0, 0, 0, 0, 0])
    }

    @Test(
        "A list is rounded up to whole words and every entry begins as valid",
        arguments: [0, 1, 31, 32, 33, 1_000])
    func size(wanted: Int) {
        let list = StatusList(size: wanted)
        #expect(list.size >= wanted)
        #expect(list.size < wanted + 32)
        #expect(list.size % 32 == 0)
        #expect((0..<list.size).allSatisfy { list.status(at: $0) == .valid })
        #expect(list.packed() == [UInt8](repeating: 0, count: list.size / 4))
    }

    @Test("A size below zero is a list without entries")
    func negativeSize() {
        #expect(StatusList(size: -1).size == 0)
        #expect(StatusList(size: .min).packed().isEmpty)
    }

    @Test("A standard list has 2^20 entries in 256 KiB")
    func standardSize() {
        let list = StatusList()
        #expect(list.size == 1_048_576)
        #expect(list.packed().count == 262_144)
        #expect(list.raise(1_048_575, to: .revoked))
        #expect(list.packed().last == 0b0100_0000)
    }

    @Test(
        "An index outside the list has no status and does not rise",
        arguments: [Int.min, -1, 64, 65, Int.max])
    func outOfRange(index: Int) {
        let list = StatusList(size: 64)
        #expect(list.status(at: index) == nil)
        #expect(!list.raise(index, to: .revoked))
        #expect(list.packed().allSatisfy { $0 == 0 })
    }

    @Test("From every status to every other, an entry rises or stays, and says which")
    func everyPair() {
        for before in Status.allCases {
            for after in Status.allCases {
                let list = StatusList(size: 96)
                list.raise(40, to: before)
                #expect(list.raise(40, to: after) == (after > before))
                #expect(list.status(at: 40) == max(before, after))
                #expect(list.status(at: 39) == .valid)
                #expect(list.status(at: 41) == .valid)
            }
        }
    }

    @Test("In whatever order changes arrive, and however often, the most severe stands")
    func everyOrder() {
        for order in permutations(of: Status.allCases + [.stale, .suspended]) {
            let list = StatusList(size: 32)
            var highest = Status.valid
            for status in order {
                list.raise(7, to: status)
                highest = max(highest, status)
                #expect(list.status(at: 7) == highest)
            }
            #expect(list.status(at: 7) == .revoked)
        }
    }

    @Test("Neighbours in one word, raised by many tasks at once, lose nothing")
    func concurrentRaises() async {
        let list = StatusList(size: 64)
        await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var risen = 0
                    for round in 0..<3 {
                        for index in 0..<64 {
                            let severity = (round + task) % 3
                            let status: Status = [.stale, .suspended, .revoked][severity]
                            if list.raise(index, to: status) { risen += 1 }
                        }
                    }
                    return risen
                }
            }
            let risen = await group.reduce(0, +)
            // Each entry rises at least once and at most three times, and each rise is told to one caller only.
            #expect((64...192).contains(risen))
        }
        #expect((0..<64).allSatisfy { list.status(at: $0) == .revoked })
    }

    private func permutations<Element>(of elements: [Element]) -> [[Element]] {
        guard let first = elements.first else { return [[]] }
        return permutations(of: Array(elements.dropFirst())).flatMap { rest in
            (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
        }
    }
}
