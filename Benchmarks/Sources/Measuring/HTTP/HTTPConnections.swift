import Glibc
import ServerSystem

/// Connections to 127.0.0.1 that are kept, each with one request under way, all served on the calling thread.
///
/// It does as little as can be, because it shares the machine with what it measures.
package final class HTTPConnections {
    package struct Answer {
        /// 0: the connection was cut.
        package let status: Int
        package let body: ArraySlice<UInt8>
        /// Seconds since the request was sent.
        package let latency: Double
        /// When it was whole, by ``Stopwatch``.
        package let at: Double
    }

    package struct Failure: Error, CustomStringConvertible { package let description: String }

    private let ports: [Int]
    private var lines: [HTTPConnection]
    private let poll: Int32

    /// One connection for each port named.
    package init(ports: [Int]) throws {
        self.ports = ports
        lines = ports.map { _ in HTTPConnection() }
        poll = epoll_create1(0)
        for index in lines.indices { try connect(index) }
    }

    deinit {
        for line in lines where line.socket >= 0 { close(line.socket) }
        close(poll)
    }

    package var count: Int { lines.count }

    /// Lets each connection send the request that `next` gives, and again after each answer, until `next` gives none.
    /// Returns when nothing is under way any more.
    package func run(
        next: (_ connection: Int) -> [UInt8]?, answered: (_ connection: Int, _ answer: Answer) -> Void
    ) throws {
        var open = 0
        for index in lines.indices {
            guard let request = next(index) else { continue }
            try send(request, on: index)
            open += 1
        }
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while open > 0 {
            let count = epoll_wait(poll, &events, 256, 30_000)
            if count == 0 { throw Failure(description: "no answer for 30 s") }
            for event in events.prefix(Int(max(0, count))) {
                let index = Int(event.data.u32)
                guard let isOpen = receive(index) else { continue }
                let isWhole = lines[index].isWhole || !isOpen
                let now = Stopwatch.now()
                answered(
                    index,
                    Answer(
                        status: isWhole ? lines[index].status : 0, body: lines[index].body,
                        latency: now - lines[index].sentAt, at: now))
                lines[index].next()
                if !isOpen || lines[index].mustClose {
                    close(lines[index].socket)
                    try connect(index)
                }
                if let request = next(index) { try send(request, on: index) } else { open -= 1 }
            }
        }
    }

    /// Sends one request on each connection and waits for all the answers.
    package func ask(_ request: (_ connection: Int) -> [UInt8]) throws -> [Answer] {
        var isSent = [Bool](repeating: false, count: count)
        var answers = [Answer?](repeating: nil, count: count)
        try run(
            next: { connection in
                if isSent[connection] { return nil }
                isSent[connection] = true
                return request(connection)
            },
            answered: { connection, answer in
                // The bytes of the connection are used again.
                answers[connection] = Answer(
                    status: answer.status, body: Array(answer.body)[...], latency: answer.latency,
                    at: answer.at)
            })
        return answers.compactMap { $0 }
    }

    private func connect(_ index: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: ports[index]).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let done = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard done == 0 else {
            close(descriptor)
            lines[index].socket = -1
            throw Failure(description: "cannot connect to port \(ports[index])")
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u32 = UInt32(index)
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)
        lines[index].socket = descriptor
        lines[index].next()
    }

    private func send(_ bytes: [UInt8], on index: Int) throws {
        lines[index].sentAt = Stopwatch.now()
        let count = Glibc.send(lines[index].socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count || count < 0 else { throw Failure(description: "a request was cut") }
    }

    /// Nil: more is to come. Otherwise whether the connection is open still.
    private func receive(_ index: Int) -> Bool? {
        let socket = lines[index].socket
        let count = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
            let count = recv(socket, buffer.baseAddress, buffer.count, 0)
            if count > 0 { lines[index].received.append(contentsOf: buffer[..<count]) }
            return count
        }
        if count <= 0 { return false }
        lines[index].readHead()
        return lines[index].isWhole ? true : nil
    }
}
