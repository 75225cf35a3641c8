import Glibc

/// The lines of standard input, as the bytes they are: nothing is repaired, and only the line feed is taken off.
struct TokenLines: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8> = []
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    mutating func next() -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                rest = rest[(end + 1)...]
                return line
            }
            line += rest
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            rest = chunk.prefix(Swift.max(count, 0))
            if rest.isEmpty { return line.isEmpty ? nil : line }
        }
    }
}
