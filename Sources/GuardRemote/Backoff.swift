/// How long to wait before the next attempt: exponential, with full jitter, up to a cap.
struct Backoff: Sendable {
    let first: Duration
    let cap: Duration
    private var attempts = 0

    init(first: Duration, cap: Duration) {
        self.first = first
        self.cap = cap
    }

    /// The wait before the next attempt: evenly from nothing to a bound that doubles until it is the cap.
    mutating func next(_ random: (ClosedRange<Int64>) -> Int64) -> Duration {
        let bound = min(cap, first * (1 << min(attempts, 16)))
        attempts = min(attempts + 1, 16)
        return .milliseconds(random(0...max(0, bound.wholeMilliseconds)))
    }

    /// Begins anew after a success.
    mutating func reset() { attempts = 0 }
}

extension Duration {
    /// Whole milliseconds; a length beyond 292 million years is cut.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow
            ? .max : milliseconds.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue
    }
}
