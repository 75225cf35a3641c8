import Glibc
import ServerSystem

/// A load: so many connections to 127.0.0.1, each with one request under way, all on the calling thread.
///
/// It does as little as can be, because it shares the machine with what it measures. Costs are taken from the
/// server's process; what the load itself costs shows in requests a second only, and there for everybody alike.
struct HTTPLoad {
    let port: Int
    let connections: Int
    /// The whole request that a connection sends next.
    let request: (_ connection: Int) -> [UInt8]
    /// Told of each whole answer.
    var answered: (_ connection: Int, _ answer: Answer) -> Void = { _, _ in }

    struct Answer {
        let status: Int
        let body: ArraySlice<UInt8>
    }

    struct Outcome {
        var requests = 0
        var seconds = 0.0
        /// Answers by status; 0 counts connections that were cut.
        var statuses: [Int: Int] = [:]
        /// Seconds from a request to its whole answer, in order.
        var latencies: [Double] = []

        var perSecond: Double { Double(requests) / seconds }

        func latency(_ share: Double) -> Double {
            latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
        }
    }

    /// When to send no more. What is under way is waited for, so that every token that was spent is replaced.
    enum Span {
        case seconds(Double)
        case requests(each: Int)
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    func run(_ span: Span) throws -> Outcome {
        var lines = (0..<connections).map { _ in Line() }
        let poll = epoll_create1(0)
        defer {
            for line in lines where line.socket >= 0 { close(line.socket) }
            close(poll)
        }
        for index in lines.indices { try connect(&lines[index], index, poll) }
        var outcome = Outcome()
        let start = Self.now()
        var open = 0
        for index in lines.indices where wantsMore(lines[index], span, start) {
            try send(&lines[index], index)
            open += 1
        }
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while open > 0 {
            let count = epoll_wait(poll, &events, 256, 30_000)
            if count == 0 { throw Failure(description: "no answer for 30 s") }
            for event in events.prefix(Int(max(0, count))) {
                let index = Int(event.data.u32)
                guard let isOpen = try receive(&lines[index]) else { continue }
                finish(&lines[index], index, &outcome, isWhole: lines[index].isWhole || !isOpen)
                if !isOpen || lines[index].mustClose {
                    close(lines[index].socket)
                    try connect(&lines[index], index, poll)
                }
                if wantsMore(lines[index], span, start) {
                    try send(&lines[index], index)
                } else {
                    open -= 1
                }
            }
        }
        outcome.seconds = Self.now() - start
        outcome.latencies.sort()
        return outcome
    }

    private func wantsMore(_ line: Line, _ span: Span, _ start: Double) -> Bool {
        switch span {
        case .seconds(let seconds): Self.now() - start < seconds
        case .requests(let each): line.sent < each
        }
    }

    private func connect(_ line: inout Line, _ index: Int, _ poll: Int32) throws {
        line.socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let done = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(line.socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard done == 0 else { throw Failure(description: "cannot connect to port \(port)") }
        var on: Int32 = 1
        setsockopt(line.socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u32 = UInt32(index)
        epoll_ctl(poll, EPOLL_CTL_ADD, line.socket, &event)
        line.received.removeAll(keepingCapacity: true)
    }

    private func send(_ line: inout Line, _ index: Int) throws {
        let bytes = request(index)
        line.sentAt = Self.now()
        line.sent += 1
        let count = Glibc.send(line.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count || count < 0 else { throw Failure(description: "a request was cut") }
    }

    /// Nil: more is to come. Otherwise whether the connection is open still.
    private func receive(_ line: inout Line) throws -> Bool? {
        let count = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
            let count = recv(line.socket, buffer.baseAddress, buffer.count, 0)
            if count > 0 { line.received.append(contentsOf: buffer[..<count]) }
            return count
        }
        if count <= 0 { return false }
        line.readHead()
        return line.isWhole ? true : nil
    }

    private func finish(_ line: inout Line, _ index: Int, _ outcome: inout Outcome, isWhole: Bool) {
        let status = isWhole ? line.status : 0
        outcome.requests += 1
        outcome.statuses[status, default: 0] += 1
        outcome.latencies.append(Self.now() - line.sentAt)
        answered(index, Answer(status: status, body: line.body))
        line.next()
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// One connection and the answer that it waits for.
private struct Line {
    var socket: Int32 = -1
    var received: [UInt8] = []
    var sentAt = 0.0
    var sent = 0
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
