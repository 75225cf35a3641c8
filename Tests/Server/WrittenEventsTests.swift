import NIOCore
import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Events written once for many listeners")
struct WrittenEventsTests {
    private typealias Events = [(number: Int64, event: ChangeFeed.Event)]

    private static func rise(_ number: Int64, _ entries: [(index: Int, status: Status)]) -> Events {
        [(number, .statuses(entries, list: "https://id.example/status/1.1"))]
    }

    @Test("Whoever stands elsewhere, or is told another time, is told what is meant for it")
    func places() {
        let written = WrittenEvents()
        let (one, two) = (Timestamp(milliseconds: 1), Timestamp(milliseconds: 2))
        let told: [(Events, Int64)] = [
            (Self.rise(2, [(7, .stale)]), 1), (Self.rise(2, [(6, .revoked), (7, .stale)]), 0),
            (Self.rise(2, [(7, .stale)]), 1), (Self.rise(2, [(7, .stale)]) + [(2, .confirmed(one))], 1),
            (Self.rise(2, [(7, .stale)]) + [(2, .confirmed(two))], 1), ([(2, .confirmed(two))], 2),
            ([(2, .reset)], 1), (Self.rise(2, [(7, .stale)]), 1), ([(2, .keys)], 1),
            (Self.rise(3, [(7, .stale)]), 1),
        ]
        for (events, number) in told {
            let bytes = written.bytes(of: events, after: number)
            #expect(bytes == WrittenEvents.written(events), "\(String(buffer: bytes))")
        }
    }
}
