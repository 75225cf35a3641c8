/// Texts that all threads compare with, in one buffer.
///
/// A longer `String` is an object of its own, and threads that count references to one object wait for each other. So
/// these are bytes, read through a span, which borrows.
struct SharedTexts: Sendable, Equatable {
    private var bytes: [UInt8] = []
    /// Where each text ends in `bytes`, and the next one begins.
    private var ends: [Int] = []

    init(_ texts: [String]) {
        for text in texts {
            bytes += Array(text.utf8)
            ends.append(bytes.count)
        }
    }

    /// The texts, in order.
    var texts: [String] {
        zip([0] + ends, ends).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    }

    /// Whether one of these is that text, byte for byte.
    func holds(_ text: String) -> Bool {
        let all = bytes.span.bytes
        let wanted = text.utf8.span.bytes
        var start = 0
        for end in ends {
            if all.extracting(start..<end).isIdentical(to: wanted) { return true }
            start = end
        }
        return false
    }

    /// How many of those at `places` are among `others`, byte for byte. `places` must be within these.
    func count(at places: Range<Int>, among others: Span<String>) -> Int {
        let all = bytes.span.bytes
        let ends = ends.span
        var count = 0
        for place in places {
            let start = place == 0 ? 0 : ends[place - 1]
            if others.holds(all.extracting(start..<ends[place])) { count += 1 }
        }
        return count
    }

    /// Whether all of these are among `others`, byte for byte.
    func areAll(among others: Span<String>) -> Bool {
        count(at: ends.indices, among: others) == ends.count
    }
}

extension Span<String> {
    /// Whether one of the texts is this one, byte for byte.
    func holds(_ text: RawSpan) -> Bool {
        for index in indices where self[index].utf8.span.bytes.isIdentical(to: text) { return true }
        return false
    }
}
