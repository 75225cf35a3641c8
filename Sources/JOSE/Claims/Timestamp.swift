/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// All arithmetic saturates at the ends of the range and never traps: a hostile `exp` cannot stop a server.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    public let milliseconds: Int64

    /// The point `milliseconds` after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The point `seconds` after 1970-01-01T00:00:00Z, saturated to what milliseconds can hold.
    public init(seconds: Int64) {
        milliseconds = seconds.saturatingMultiplied(by: 1_000)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down (also before 1970).
    public var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The point `duration` later, saturated; parts of a millisecond are dropped.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds.saturatingAdding(duration.saturatedMilliseconds))
    }

    /// The point so many milliseconds later, saturated.
    func adding(milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds.saturatingAdding(milliseconds))
    }

    /// The point `duration` earlier, saturated; parts of a millisecond are dropped.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds.saturatingSubtracting(duration.saturatedMilliseconds))
    }

    /// How long after `earlier` this is, in whole milliseconds, saturated; negative if it is before.
    public func duration(since earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds.saturatingSubtracting(earlier.milliseconds))
    }

    /// Whether `left` is before `right`.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero and saturated to 64 bits.
    var saturatedMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.saturatingMultiplied(by: 1_000).saturatingAdding(attoseconds / 1_000_000_000_000_000)
    }

    /// The length as a person says it: "34 s", "12 min", "30 h", "5 d". The sign is dropped.
    package var spoken: String {
        let seconds = saturatedMilliseconds.magnitude / 1_000
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}

extension Int64 {
    fileprivate func saturatingMultiplied(by other: Int64) -> Int64 {
        let (result, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : result
    }

    fileprivate func saturatingAdding(_ other: Int64) -> Int64 {
        let (result, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : result
    }

    fileprivate func saturatingSubtracting(_ other: Int64) -> Int64 {
        let (result, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : result
    }
}

extension JSON {
    /// A time as claims have it (NumericDate, RFC 7519 §2): whole seconds since 1970, since not everybody reads a
    /// fraction. What is left of a second is dropped, so that an `iat` or `nbf` is not in the future.
    public static func numericDate(_ time: Timestamp) -> JSON {
        .integer(time.seconds)
    }
}
