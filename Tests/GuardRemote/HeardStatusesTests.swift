import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusGuardRemote

@Suite("What is heard of statuses")
struct HeardStatusesTests {
    let heard = HeardStatuses()
    let now = Timestamp(seconds: 1_800_000_000)

    private func copy(
        _ address: String, _ statuses: [Int: Status] = [:], change: Int64? = 10, age: Duration = .zero,
        size: Int = 64
    ) -> HeardStatuses.Copy {
        let list = StatusList(size: size)
        for (index, status) in statuses { list.raise(index, to: status) }
        return .new(
            StatusListToken(
                address: address, issuedAt: now - age, expiresAt: now + .seconds(60),
                timeToLive: .seconds(60),
                change: change, list: list), tag: nil)
    }

    private func take(_ copies: [HeardStatuses.Copy], at number: Int64? = nil, missed: Bool = false) throws {
        try heard.take(copies, at: number, missed: missed, now: now)
    }

    private func status(_ index: Int, _ address: String = "a") -> Status? {
        heard.lists()[address]?.status(at: index)
    }

    @Test("Every order in which a role's loss and its refresh are heard leaves the old token refused")
    func orders() throws {
        // The list from before, the one from after, the event, and the event of something lesser.
        let steps: [(HeardStatuses) throws -> Void] = [
            { try $0.take([copy("a", [:], change: 1)], at: 5, missed: false, now: now) },
            { try $0.take([copy("a", [3: .stale], change: 5)], at: 5, missed: false, now: now) },
            { _ = $0.apply([.init(index: 3, status: .stale)], to: "a") },
            { _ = $0.apply([.init(index: 3, status: .valid)], to: "a") },
        ]
        for order in permutations(Array(steps.indices)) {
            let heard = HeardStatuses()
            try heard.take([copy("a")], at: nil, missed: false, now: now)
            for step in order { try steps[step](heard) }
            #expect(heard.lists()["a"]?.status(at: 3) == .stale, "\(order)")
            #expect(heard.lists()["a"]?.status(at: 4) == .valid, "\(order)")
        }
    }

    @Test("A list that went and is named again is the same object, and has forgotten nothing")
    func comesBack() throws {
        try take([copy("a", [1: .revoked]), copy("b")])
        let (object, generation) = (heard.lists()["a"], heard.generation)
        try take([copy("b")])
        #expect(heard.lists()["a"] == nil)
        #expect(heard.generation > generation)
        try take([copy("a"), copy("b")])
        #expect(heard.lists()["a"] === object)
        #expect(status(1) == .revoked)
    }

    @Test("Lists that went are kept a while, and no more of them than there is room for")
    func gone() throws {
        for number in 0..<100 { try take([copy("list \(number)", [1: .revoked])]) }
        try take([copy("list 92"), copy("list 3")])
        #expect(status(1, "list 92") == .revoked)
        #expect(status(1, "list 3") == .valid)
    }

    @Test("A list of another size than before is refused, and what is known stays")
    func size() throws {
        try take([copy("a", [1: .revoked])])
        #expect { try take([copy("a", size: 128)]) } throws: { ($0 as? RemoteError)?.code == .invalidList }
        #expect(status(1) == .revoked)
    }

    @Test("An event for a list that is not known, or an entry outside it, asks for everything")
    func unknown() throws {
        try take([copy("a")])
        #expect(heard.apply([.init(index: 1, status: .stale)], to: "a"))
        #expect(!heard.apply([.init(index: 1, status: .stale)], to: "b"))
        #expect(!heard.apply([.init(index: 64, status: .stale), .init(index: 2, status: .stale)], to: "a"))
        #expect(!heard.apply([.init(index: -1, status: .stale)], to: "a"))
        #expect(status(2) == .stale)
    }

    @Test("What the stream left out is complete only by a list that holds it")
    func completeness() throws {
        try take([copy("a", change: 10)])
        #expect(heard.isComplete)
        #expect(heard.firstNumber == 10)
        try take([copy("a", change: 12)], at: 13, missed: true)
        #expect(!heard.isComplete)
        try take([.same(address: "a")], at: 14)
        #expect(!heard.isComplete)
        try take([copy("a", change: 13)], at: 15)
        #expect(heard.isComplete)
        // A list that is new has heard nothing of the stream so far.
        try take([copy("a", change: 13), copy("b", change: 14)], at: 15)
        #expect(!heard.isComplete)
        try take([.same(address: "a"), copy("b", change: 15)], at: 16)
        #expect(heard.isComplete)
        try take([copy("a", change: nil)], at: 16)
        #expect(heard.isComplete)
    }

    @Test("The view is as old as the oldest list, or the last heartbeat if that is later")
    func age() throws {
        #expect(heard.confirmedAt == nil)
        try heard.confirm(at: now, now: now)
        #expect(heard.confirmedAt == nil, "without a list nothing is confirmed")
        try take([copy("a", age: .seconds(20)), copy("b", age: .seconds(40))])
        #expect(heard.confirmedAt == now - .seconds(40))
        try heard.confirm(at: now - .seconds(10), now: now)
        #expect(heard.confirmedAt == now - .seconds(10))
        try heard.confirm(at: now - .seconds(30), now: now)
        try take([copy("a", age: .seconds(20)), copy("b", age: .seconds(40))])
        #expect(heard.confirmedAt == now - .seconds(10))
    }

    @Test("A clock ahead of ours makes no view younger than now, and one too far ahead is not believed")
    func clocks() throws {
        try take([copy("a", age: .seconds(40))])
        try heard.confirm(at: now + .seconds(50), now: now)
        #expect(heard.confirmedAt == now)
        #expect { try heard.confirm(at: now + .seconds(61), now: now) } throws: {
            ($0 as? RemoteError)?.code == .clockAhead
        }
        // Our own clock is set back by an hour: what was confirmed counts no more.
        let earlier = now - .seconds(3_600)
        try heard.confirm(at: earlier - .seconds(1), now: earlier)
        #expect(heard.confirmedAt == earlier - .seconds(1))
    }

    private func permutations(_ elements: [Int]) -> [[Int]] {
        if elements.isEmpty { return [[]] }
        return elements.flatMap { first in
            permutations(elements.filter { $0 != first }).map { [first] + $0 }
        }
    }
}
