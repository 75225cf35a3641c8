import Synchronization
import Testing
import VidimusJOSE

@testable import VidimusIdentity

@Suite("The clock that never steps back")
struct MonotoneClockTests {
    /// Two clocks that a test sets; every reading of either takes `pause`.
    private final class Clocks: Sendable {
        let wall = Atomic<Int64>(1_000_000)
        let steady = Atomic<Int64>(5_000)
        let pause = Atomic<Int64>(0)

        func pass(_ milliseconds: Int64) {
            wall.wrappingAdd(milliseconds, ordering: .relaxed)
            steady.wrappingAdd(milliseconds, ordering: .relaxed)
        }

        var clock: MonotoneClock {
            MonotoneClock(
                wall: {
                    defer { self.pass(self.pause.load(ordering: .relaxed)) }
                    return self.wall.load(ordering: .relaxed)
                },
                steady: {
                    defer { self.pass(self.pause.load(ordering: .relaxed)) }
                    return self.steady.load(ordering: .relaxed)
                })
        }
    }

    @Test("follows the wall clock, its steps forward, and runs on through a step back")
    func steps() {
        let clocks = Clocks()
        let now = clocks.clock.now
        var expected: Int64 = 1_000_000
        func check(passed: Int64, forward: Int64 = 0) {
            expected += passed + forward
            #expect(now().milliseconds == expected)
        }
        check(passed: 0)
        clocks.pass(250)
        check(passed: 250)
        clocks.wall.wrappingAdd(60_000, ordering: .relaxed)
        check(passed: 0, forward: 60_000)
        clocks.wall.wrappingAdd(-30_000, ordering: .relaxed)
        check(passed: 0)
        clocks.pass(1_000)
        check(passed: 1_000)
        clocks.wall.wrappingAdd(30_000, ordering: .relaxed)
        check(passed: 0)
    }

    @Test("A pause of the process between two readings does not put it ahead of the time")
    func pause() {
        let clocks = Clocks()
        let now = clocks.clock.now
        _ = now()
        clocks.pause.store(3_600_000, ordering: .relaxed)
        _ = now()
        clocks.pause.store(0, ordering: .relaxed)
        #expect(now().milliseconds == clocks.wall.load(ordering: .relaxed))
    }

    @Test("The system's never steps back under many readers, and tells the time")
    func system() async {
        let now = MonotoneClock().now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var last = now()
                    for _ in 0..<5_000 {
                        let next = now()
                        #expect(next >= last)
                        last = next
                    }
                }
            }
        }
        #expect(now() > Timestamp(seconds: 1_700_000_000))
    }
}
