import Foundation
import Glibc
import ServerSystem

/// Seconds of the machine's steady clock.
package enum Stopwatch {
    package static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

package func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// The value below which a share of values lies that are in order.
package func quantile(_ share: Double, of sorted: [Double]) -> Double {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

/// Says how far it is; the results are on standard output.
package func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

/// Waits, where what is measured is to come to rest.
package func pause(seconds: UInt32) { sleep(seconds) }
