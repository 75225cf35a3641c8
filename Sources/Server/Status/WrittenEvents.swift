import NIOCore
import Synchronization
import VidimusIdentity

/// Events as server-sent events (HTML, §9.2), written once for all listeners that stand at the same place.
final class WrittenEvents: Sendable {
    /// What lies between two numbers never changes; only who confirmed it when does.
    private struct Place: Equatable {
        let after: Int64
        let upTo: Int64
        let last: ChangeFeed.Event
    }

    private let last = Mutex<(place: Place, bytes: ByteBuffer)?>(nil)

    /// - Parameter number: where the listener stood before.
    func bytes(of events: [(number: Int64, event: ChangeFeed.Event)], after number: Int64) -> ByteBuffer {
        // A reset is told to whoever asked for a number that is not known, so its place says nothing.
        guard let end = events.last, !events.contains(where: { $0.event == .reset }) else {
            return Self.written(events)
        }
        let place = Place(after: number, upTo: end.number, last: end.event)
        if let known = last.withLock({ $0 }), known.place == place { return known.bytes }
        let bytes = Self.written(events)
        last.withLock { $0 = (place, bytes) }
        return bytes
    }

    static func written(_ events: [(number: Int64, event: ChangeFeed.Event)]) -> ByteBuffer {
        var text = ""
        for (number, event) in events {
            text += "id: \(number)\nevent: \(event.name)\ndata: \(event.data(number))\n\n"
        }
        return ByteBuffer(string: text)
    }
}
