import Dispatch
import Glibc

/// A bare connection, for clients that do not behave. Blocks, so it has threads of its own.
struct Connection: Sendable {
    private static let threads = DispatchQueue(label: "connections", attributes: .concurrent)
    let socket: Int32

    struct Failed: Error {}

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(port: port)
        let code = withUnsafeBytes(of: &address) { bytes in
            connect(socket, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        guard code == 0 else { throw Failed() }
    }

    /// A listening socket on a port that was free.
    static func listener() throws -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(socket, pointer, length) == 0 ? getsockname(socket, pointer, &length) : -1
        }
        guard code == 0 else { throw Failed() }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Sends a text; false once the other side has gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// What came until the other side closed, or until a time has passed.
    func receive(within seconds: Int) -> (text: String, isClosed: Bool) {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else { continue }
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return (String(decoding: text, as: UTF8.self), true) }
            text += buffer.prefix(count)
        }
        return (String(decoding: text, as: UTF8.self), false)
    }

    /// Runs `body` with a connection on a thread of its own.
    static func open<T: Sendable>(
        port: Int, _ body: @escaping @Sendable (Connection) -> T
    ) async throws -> T {
        try await blocking {
            let connection = try Connection(port: port)
            defer { close(connection.socket) }
            return body(connection)
        }
    }

    /// Sends the first part of a text, does something else, sends the rest, and answers what comes.
    static func holding(
        back rest: String, of text: String, port: Int, _ meanwhile: () async throws -> Void
    ) async throws -> String {
        let connection = try await blocking { try Connection(port: port) }
        defer { close(connection.socket) }
        try await blocking { _ = connection.send(String(text.dropLast(rest.count))) }
        try await Task.sleep(for: .milliseconds(300))
        try await meanwhile()
        return try await blocking {
            connection.send(rest)
            return connection.receive(within: 10).text
        }
    }

    private static func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            threads.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
