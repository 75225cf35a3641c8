import Glibc
import ServerSystem

/// One connection and the answer that it waits for.
///
/// It understands as much of HTTP as our servers and gunicorn answer.
struct HTTPConnection {
    var socket: Int32 = -1
    var received: [UInt8] = []
    var sentAt = 0.0
    private(set) var status = 0
    private(set) var mustClose = false
    private var headEnd: Int?
    private var length: Int?

    var isWhole: Bool {
        guard let headEnd, let length else { return false }
        return received.count >= headEnd + length
    }

    var body: ArraySlice<UInt8> { received[(headEnd ?? received.count)...] }

    /// Status, length and whether it is the last answer: all that is looked at.
    mutating func readHead() {
        guard headEnd == nil else { return }
        received.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let end = memmem(base, bytes.count, "\r\n\r\n", 4) else {
                return
            }
            let count = end - UnsafeMutableRawPointer(mutating: base) + 4
            headEnd = count
            let text = String(decoding: bytes[..<count], as: UTF8.self).utf8
            status = text.dropFirst(9).prefix(3).reduce(0) { $0 * 10 + Int($1) - 48 }
            // 204 and 304 have no body and need not say so.
            length =
                status == 204 || status == 304 ? 0 : Self.number(after: "content-length:", bytes[..<count])
            mustClose = Self.find("connection: close", bytes[..<count]) != nil
        }
    }

    mutating func next() {
        received.removeAll(keepingCapacity: true)
        headEnd = nil
        length = nil
    }

    private static func find(_ name: String, _ head: Slice<UnsafeRawBufferPointer>) -> Int? {
        var name = name
        return name.withUTF8 { name in
            guard head.count >= name.count else { return nil }
            let first = name[0]
            for start in head.startIndex...(head.endIndex - name.count) where head[start] | 0x20 == first {
                var length = 1
                while length < name.count, head[start + length] | 0x20 == name[length] | 0x20 { length += 1 }
                if length == name.count { return start + length }
            }
            return nil
        }
    }

    private static func number(after name: String, _ head: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let start = find(name, head) else { return nil }
        return head[start...].drop { $0 == 0x20 }.prefix { (0x30...0x39).contains($0) }
            .reduce(0) { $0 * 10 + Int($1) - 48 }
    }
}
