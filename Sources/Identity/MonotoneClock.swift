import Glibc
import Synchronization
package import VidimusJOSE

/// The system's time, except that it never steps back while the process lives.
///
/// A grace or a lifetime measured across a correction of the wall clock would otherwise grow by the
/// size of the step. A step forward is followed; after a step back the clock runs on from where it
/// was, until the wall clock has caught up or the process starts anew.
package struct MonotoneClock: Sendable {
    private final class Offset: Sendable {
        let milliseconds = Atomic<Int64>(.min)
    }

    private let offset = Offset()
    private let wall: @Sendable () -> Int64
    private let steady: @Sendable () -> Int64

    package init() {
        self.init(wall: { Self.milliseconds(CLOCK_REALTIME) }, steady: { Self.milliseconds(CLOCK_BOOTTIME) })
    }

    /// From two clocks in milliseconds: the wall clock, and one that never steps.
    init(wall: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> Int64) {
        self.wall = wall
        self.steady = steady
    }

    package var now: @Sendable () -> Timestamp {
        { [offset, wall, steady] in
            // The wall clock first: a pause between the two readings then makes the offset too small,
            // which the maximum forgets, and never too large, which it would keep.
            let wall = wall()
            let steady = steady()
            let highest = offset.milliseconds.max(wall - steady, ordering: .relaxed).newValue
            return Timestamp(milliseconds: steady + highest)
        }
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
