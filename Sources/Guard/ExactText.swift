extension String {
    /// Whether both hold the same bytes. `==` would also accept canonically equivalent texts, and a role that
    /// only looks like another one is another one (RFC 7519 §4.1, RFC 8259 §8.3).
    func isIdentical(to other: String) -> Bool {
        utf8.span.bytes.isIdentical(to: other.utf8.span.bytes)
    }

    /// The text in single quotes for a sentence in a log: at most 80 characters, and `?` for all that is not
    /// printable ASCII, so that a claim cannot write lines or control sequences into it.
    var quoted: String {
        let shown = unicodeScalars.prefix(80)
        let text = shown.map { (" "..."~").contains($0) && $0 != "'" ? Character($0) : "?" }
        return "'" + String(text) + (shown.endIndex == unicodeScalars.endIndex ? "'" : "…'")
    }
}

extension [String] {
    /// Whether one of the texts is this one, byte for byte.
    func holds(_ text: String) -> Bool { span.holds(text.utf8.span.bytes) }
}

extension RawSpan {
    /// Whether both hold the same bytes, in a time that depends on their lengths only.
    func isIdentical(to other: RawSpan) -> Bool {
        let count = byteCount
        guard count == other.byteCount else { return false }
        var difference: UInt64 = 0
        var offset = 0
        while offset &+ 8 <= count {
            // Within bounds: `offset + 8` is at most `count`, which both have.
            difference |= word(at: offset) ^ other.word(at: offset)
            offset &+= 8
        }
        while offset < count {
            difference |= UInt64(byte(at: offset) ^ other.byte(at: offset))
            offset &+= 1
        }
        return difference == 0
    }

    /// Eight bytes from `offset`, in the machine's order; the span checks its bounds.
    func word(at offset: Int) -> UInt64 {
        unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    private func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
