import Testing
import VidimusJOSE

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "Seconds round down, before 1970 too",
        arguments: [(1_999, 1), (0, 0), (-1, -1), (-1_000, -1), (-1_001, -2)])
    func floor(milliseconds: Int64, seconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
    }

    @Test("No arithmetic leaves the range or traps")
    func saturation() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        #expect(Timestamp(seconds: .max) == last)
        #expect(Timestamp(seconds: .min) == first)
        #expect(last + .seconds(1) == last)
        #expect(first - .seconds(1) == first)
        #expect(first + .seconds(Int64.min) == first)
        #expect(last - .seconds(Int64.min) == last)
        #expect(last.duration(since: first) == .milliseconds(Int64.max))
        #expect(first.duration(since: last) == .milliseconds(Int64.min))
        #expect(first.seconds == -9_223_372_036_854_776)
    }

    @Test("Adding and taking away a duration are each other's inverse")
    func arithmetic() {
        let time = Timestamp(seconds: 1_700_000_000)
        #expect((time + .milliseconds(1_500)).milliseconds == 1_700_000_001_500)
        #expect(time + .seconds(60) - .seconds(60) == time)
        #expect((time + .seconds(5)).duration(since: time) == .seconds(5))
        #expect(time < time + .milliseconds(1))
    }
}
