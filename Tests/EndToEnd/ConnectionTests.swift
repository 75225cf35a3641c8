import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Clients that do not behave, and the end of the process")
struct ConnectionTests {
    private static let body = #"{"email":"ada@example.com","password":"\#(RunningServer.password)"}"#

    private static func head(_ path: String, length: Int) -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
    }

    @Test(
        "SIGTERM finishes the request under way, takes no new connection, and ends with 0",
        arguments: [SIGTERM, SIGINT])
    func drain(number: Int32) async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        try await server.signUp("ada@example.com")
        let answer = try await Connection.open(port: server.port) { connection in
            connection.send(Self.head("/v1/login", length: Self.body.utf8.count) + Self.body.prefix(20))
            Thread.sleep(forTimeInterval: 0.3)
            server.signal(number)
            Thread.sleep(forTimeInterval: 0.5)
            let refused = (try? Connection(port: server.port)) == nil
            connection.send(String(Self.body.dropFirst(20)))
            return (answer: connection.receive(within: 10), refused: refused)
        }
        #expect(answer.answer.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.answer.text.contains("vrt1_"))
        #expect(answer.answer.isClosed)
        #expect(answer.refused)
        #expect(await server.exit() == 0)
    }

    @Test("An idle connection does not keep the process from ending")
    func idle() async throws {
        let server = try await RunningServer.start()
        defer { server.signal(SIGKILL) }
        let closed = try await Connection.open(port: server.port) { connection in
            connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = connection.receive(within: 1)
            server.signal(SIGTERM)
            return connection.receive(within: 10).isClosed
        }
        #expect(closed)
        #expect(await server.exit() == 0)
    }

    @Test("A client that drips its head or its body is cut, however lively the drip")
    func drip() async throws {
        try await RunningServer.with { server async throws in
            async let head = drip(
                server, first: "GET /v1/me HTTP/1.1\r\nHost: localhost\r\nX-Drip: ", chunk: "x")
            async let start = drip(server, first: "G", chunk: "E")
            async let body = drip(server, first: Self.head("/v1/login", length: 10_000), chunk: " ")
            async let chunked = drip(
                server,
                first: "POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n", chunk: "1\r\n \r\n")
            async let silent = drip(server, first: "", chunk: "")
            // Bounds in the server: 30 s for a head and for silence, 20 s for a body.
            #expect(try await head < 33)
            #expect(try await start < 33)
            #expect(try await silent < 33)
            #expect(try await body < 23)
            #expect(try await chunked < 23)
            #expect(try await server.call(.GET, "/healthz").status == 200)
        }
    }

    /// Seconds until the server closed; a text every half second.
    private func drip(_ server: RunningServer, first: String, chunk: String) async throws -> Double {
        try await Connection.open(port: server.port) { connection in
            let start = ContinuousClock.now
            connection.send(first)
            while ContinuousClock.now - start < .seconds(40) {
                if connection.receive(within: 1).isClosed { break }
                if !chunk.isEmpty, !connection.send(chunk) { break }
            }
            return (ContinuousClock.now - start) / .seconds(1)
        }
    }

    @Test("A body beyond every bound is refused, and its connection closed without reading it to the end")
    func oversize() async throws {
        try await RunningServer.with { server in
            let answer = try await Connection.open(port: server.port) { connection in
                connection.send(Self.head("/v1/login", length: 1 << 30))
                let chunk = String(repeating: " ", count: 65_536)
                var sent = 0
                while sent < 1 << 27, connection.send(chunk) { sent += chunk.utf8.count }
                return (text: connection.receive(within: 5).text, sent: sent)
            }
            #expect(answer.sent < 1 << 26, "\(answer.sent) bytes were taken")
            #expect(answer.text.isEmpty || answer.text.hasPrefix("HTTP/1.1 413 "))
            #expect(try await server.call(.GET, "/healthz").status == 200)
        }
    }

    @Test(
        "What is no HTTP/1.1 request is refused or dropped, and the server lives on",
        arguments: [
            ("GET /healthz HTTP/1.1\r\n\r\n", "400"), ("GET /healthz HTTP/1.1\r\nHost: \r\n\r\n", "400"),
            ("\u{16}\u{3}\u{1}\u{0}\u{5}hello\r\n\r\n", nil),
            ("GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n", nil),
            ("POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", nil),
            (
                "POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                nil
            ),
            ("GET /\(String(repeating: "x", count: 70_000)) HTTP/1.1\r\nHost: a\r\n\r\n", nil),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", nil),
            (
                "GET /healthz HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 200) + "\r\n",
                nil
            ),
        ] as [(String, String?)])
    func malformed(request: String, status: String?) async throws {
        try await RunningServer.with { server in
            let answer = try await Connection.open(port: server.port) { connection in
                connection.send(request)
                return connection.receive(within: 2)
            }
            let isRefused = answer.text.hasPrefix("HTTP/1.1 \(status ?? "4")")
            #expect(isRefused || (status == nil && answer.text.isEmpty && answer.isClosed), "\(answer)")
            if status == "400" { #expect(answer.text.hasSuffix(#""code":"missing_host"}"#), "\(answer)") }
            #expect(try await server.call(.GET, "/healthz").status == 200)
        }
    }

    @Test(
        "A request that names its host twice, or none that can be, is refused",
        arguments: ["a\r\nHost: a", "a\r\nhost: evil.example", "a b", "a/b", "user@a", "a?b", "a\\b", "a#b"])
    func hosts(host: String) async throws {
        try await RunningServer.with { server in
            let answer = try await Connection.open(port: server.port) { connection in
                connection.send("GET /healthz HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
                return connection.receive(within: 2).text
            }
            #expect(
                answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix(#""code":"invalid_host"}"#), "\(answer)"
            )
        }
    }

    @Test("HEAD is answered without content, refused or not, so the next answer begins where it should")
    func head() async throws {
        try await RunningServer.with { server in
            for path in ["/healthz", "/v1/nothing", "/v1/me", "/v1/login", "/status/events", "/status/1.1"] {
                let answer = try await Connection.open(port: server.port) { connection in
                    connection.send(
                        "HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    return connection.receive(within: 3).text
                }
                let parts = answer.split(separator: "\r\n\r\n", omittingEmptySubsequences: false)
                #expect(parts.count == 3, "\(path): \(answer)")
                #expect(parts.count == 3 && parts[1].hasPrefix("HTTP/1.1 200 OK"), "\(path): \(answer)")
                #expect(parts.last == #"{"status":"ok"}"#)
            }
        }
    }

    @Test("Who listens leaves room for those who sign in, and gives its place back when it goes")
    func listeners() async throws {
        try await RunningServer.with(["--connections", "8"]) { server in
            let made = try await server.vidimus(
                "client", "create", "orders", "--scope", "status:read", "--json")
            let (id, secret) = (
                made.json["client_id"]?.string ?? "", made.json["client_secret"]?.string ?? ""
            )
            let basic = Data("\(id):\(secret)".utf8).base64EncodedString()
            let form = "grant_type=client_credentials"
            let granted = try await Connection.open(port: server.port) { connection in
                connection.send(
                    "POST /oauth/token HTTP/1.1\r\nHost: a\r\nAuthorization: Basic \(basic)\r\nConnection: close\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\r\n"
                        + form)
                return connection.receive(within: 5).text
            }
            let body = try #require(granted.range(of: "\r\n\r\n")).upperBound
            let token = try #require(try JSON.parse(Array(granted[body...].utf8))["access_token"]?.string)
            let request =
                "GET /status/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n"
            var streams = try (0..<6).map { _ in try Connection(port: server.port) }
            defer { for stream in streams { close(stream.socket) } }
            for stream in streams {
                stream.send(request)
                #expect(stream.receive(within: 1).text.contains("event: heartbeat"))
            }
            func seventh() async throws -> String {
                try await Connection.open(port: server.port) { connection in
                    connection.send(request)
                    return connection.receive(within: 1).text
                }
            }
            let refused = try await seventh()
            #expect(
                refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("too_many_listeners"), "\(refused)")
            #expect(try await server.call(.GET, "/healthz").status == 200)
            close(streams.removeLast().socket)
            // By the next heartbeat the server knows.
            var answer = ""
            for _ in 0..<12 where !answer.hasPrefix("HTTP/1.1 200 ") { answer = try await seventh() }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }
}
