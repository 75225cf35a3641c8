/// One event of a stream of server-sent events.
struct ServerSentEvent: Sendable, Equatable {
    /// The last `id` that the stream said, in this event or before; empty if none.
    let id: String
    /// `event`; `message` if it has none.
    let name: String
    /// The lines of `data`, with a line feed between two.
    let data: String
}

/// Reads `text/event-stream` (the WHATWG's HTML standard, §9.2.6) from pieces that begin and end anywhere.
///
/// Stricter than a browser: bytes that are no UTF-8, and a line or an event beyond the bound, end the stream.
struct EventParser: Sendable {
    /// How many bytes an event may have, its unfinished line too.
    let limit: Int

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    private var id = ""
    private var isAtStart = true
    /// A line feed that follows a carriage return is part of the same line's end.
    private var ignoresLineFeed = false

    init(limit: Int = 1 << 20) {
        self.limit = limit
    }

    /// Takes the next bytes and returns the events that are whole with them.
    /// - Throws: `malformed`, `too_large`. After that the stream cannot be read on.
    mutating func read(_ bytes: [UInt8]) throws(RemoteError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            let isFeedOfReturn = ignoresLineFeed && byte == UInt8(ascii: "\n")
            ignoresLineFeed = byte == UInt8(ascii: "\r")
            if isFeedOfReturn { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let event = try endLine() { events.append(event) }
                continue
            }
            guard line.count + data.count < limit else {
                throw RemoteError(.tooLarge, "an event of more than \(limit) bytes")
            }
            line.append(byte)
        }
        return events
    }

    private mutating func endLine() throws(RemoteError) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: line.count <= 4_096) }
        var content = line[...]
        if isAtStart, content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        isAtStart = false
        if content.isEmpty { return try dispatch() }
        // A line that begins with a colon has an empty name, and is a comment.
        let end = content.firstIndex(of: UInt8(ascii: ":")) ?? content.endIndex
        var value = content[end...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: content[..<end], as: UTF8.self) {
        case "data":
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        case "event": name = try Self.text(value)
        case "id" where !value.contains(0): id = try Self.text(value)
        default: break
        }
        return nil
    }

    private mutating func dispatch() throws(RemoteError) -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: data.count <= 4_096)
            (hasData, name) = (false, "")
        }
        guard hasData else { return nil }
        return ServerSentEvent(id: id, name: name.isEmpty ? "message" : name, data: try Self.text(data[...]))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(RemoteError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RemoteError(.malformed, "the event stream is not UTF-8")
        }
        return text
    }
}
