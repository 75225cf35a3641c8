import Foundation
import Glibc
import Testing

@Suite("Clients of TLS that do not behave, and the end of the process")
struct TLSBoundsTests {
    private static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"

    private func with(_ body: (RunningServer) async throws -> Void) async throws {
        let folder = try Folder()
        let (chain, key) = (folder.file("chain.pem"), folder.file("key.pem"))
        let made = try await Child.run(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-keyout", key, "-out", chain, "-days", "2", "-subj", "/CN=localhost",
            ])
        try #require(made.status == 0, "\(made.err)")
        try await RunningServer.with(["--tls-certificate", chain, "--tls-key", key], body)
    }

    /// A client that does the handshake, sends a text and then only listens.
    private func client(_ server: RunningServer, _ version: String, _ text: String) throws -> Child {
        try Child(
            "/usr/bin/env",
            ["openssl", "s_client", "-quiet", "-alpn", version, "-connect", "localhost:\(server.port)"],
            input: text)
    }

    private func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    @Test("A client that does not finish its handshake, or then says nothing, is cut")
    func silence() async throws {
        try await with { server async throws in
            async let handshake = Connection.open(port: server.port) { connection in
                let start = ContinuousClock.now
                connection.send("\u{16}\u{3}\u{1}")
                while ContinuousClock.now - start < .seconds(40), !connection.receive(within: 1).isClosed {}
                return (ContinuousClock.now - start) / .seconds(1)
            }
            async let nothing = seconds { try await client(server, "h2", "").exit() }
            async let noStream = seconds { try await client(server, "h2", Self.preface).exit() }
            async let http1 = seconds { try await client(server, "http/1.1", "GET / HTTP/1.1\r\n").exit() }
            #expect((8..<13).contains(try await handshake))
            #expect((35..<44).contains(try await nothing))
            #expect((35..<44).contains(try await noStream))
            #expect((25..<34).contains(try await http1))
        }
    }

    @Test("SIGTERM does not wait for a client of HTTP/2 that does not answer")
    func ending() async throws {
        try await with { server in
            let clients = [try client(server, "h2", ""), try client(server, "h2", Self.preface)]
            try await Task.sleep(for: .seconds(1))
            let time = await seconds {
                server.signal(SIGTERM)
                #expect(await server.exit() == 0)
            }
            #expect(time < 9)
            for client in clients { await client.exit() }
        }
    }
}
