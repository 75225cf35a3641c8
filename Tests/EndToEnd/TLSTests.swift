import Foundation
import Glibc
import Testing
import VidimusJOSE

@Suite("TLS and HTTP/2, as curl and openssl see them")
struct TLSTests {
    /// A self-signed certificate for localhost and its key, as openssl makes them.
    private struct Certificate {
        let folder: Folder
        var chain: String { folder.file("chain.pem") }
        var key: String { folder.file("key.pem") }
        var flags: [String] { ["--tls-certificate", chain, "--tls-key", key] }

        init(serial: String, algorithm: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            async throws
        {
            folder = try Folder()
            try await replace(serial: serial, algorithm: algorithm)
        }

        /// Writes over both files, one after the other.
        func replace(
            serial: String, algorithm: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        )
            async throws
        {
            let output = try await TLSTests.tool(
                ["openssl", "req", "-x509", "-nodes", "-newkey"] + algorithm + [
                    "-keyout", key, "-out", chain, "-days", "2", "-set_serial", "0x\(serial)", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                ])
            try #require(output.status == 0, "\(output.err)")
        }
    }

    private static func tool(_ arguments: [String], input: String = "") async throws -> Output {
        try await Child.run("/usr/bin/env", arguments, input: input)
    }

    private func curl(_ server: RunningServer, _ certificate: Certificate, _ path: String, _ more: [String])
        async throws -> Output
    {
        try await Self.tool(
            ["curl", "-sS", "--max-time", "20", "--cacert", certificate.chain] + more
                + ["https://localhost:\(server.port)\(path)"])
    }

    /// The serial of the certificate that a new connection gets.
    private func serial(_ server: RunningServer) async throws -> String {
        let shown = try await Self.tool(
            ["openssl", "s_client", "-connect", "localhost:\(server.port)", "-servername", "localhost"])
        let serial = try await Self.tool(["openssl", "x509", "-noout", "-serial"], input: shown.out)
        return String(serial.out.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst("serial=".count))
    }

    private func wait(until condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "waited for 20 s")
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    @Test(
        "HTTP/2 and HTTP/1.1 over TLS 1.3 and 1.2, with a key of either kind",
        arguments: [["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], ["rsa:2048"]])
    func versions(algorithm: [String]) async throws {
        let certificate = try await Certificate(serial: "11", algorithm: algorithm)
        try await RunningServer.with(certificate.flags) { server in
            #expect(server.out.contains("https://127.0.0.1:\(server.port), issuer https://localhost:"))
            for (flags, version) in [
                (["--http2"], "2"), (["--http1.1"], "1.1"), (["--http2", "--tls-max", "1.2"], "2"),
                (["--http1.1", "--tls-max", "1.2"], "1.1"), (["--http2", "--tlsv1.3"], "2"),
                (["--no-alpn"], "1.1"),
            ] {
                let format = "\n%{http_version} %{http_code} %{ssl_verify_result}"
                let output = try await curl(server, certificate, "/healthz", flags + ["-w", format])
                #expect(output.lines.last == "\(version) 200 0", "\(flags) \(output.err)")
            }
        }
    }

    @Test(
        "What is older or weak is refused by the server",
        arguments: [
            ["-tls1"], ["-tls1_1"], ["-tls1_2", "-cipher", "AES128-GCM-SHA256:@SECLEVEL=0"],
            ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
            ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"],
            ["-tls1_2", "-cipher", "ALL:!AESGCM:!CHACHA20:@SECLEVEL=0"],
        ])
    func old(flags: [String]) async throws {
        let certificate = try await Certificate(serial: "12")
        try await RunningServer.with(certificate.flags) { server in
            // Or openssl itself would refuse.
            let level = flags.contains("-cipher") ? [] : ["-cipher", "ALL:@SECLEVEL=0"]
            let output = try await Self.tool(
                ["openssl", "s_client", "-connect", "localhost:\(server.port)"] + flags + level)
            #expect(output.status != 0)
            #expect(output.err.contains("alert"), "\(output.err)")
        }
    }

    @Test(
        "sslscan finds TLS 1.2 and 1.3 alone, six AEAD ciphers with forward secrecy, and no weakness",
        arguments: [["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], ["rsa:2048"]])
    func scanned(algorithm: [String]) async throws {
        let certificate = try await Certificate(serial: "13", algorithm: algorithm)
        try await RunningServer.with(certificate.flags) { server in
            let report = certificate.folder.file("scan.xml")
            let scan = try await Self.tool([
                "sslscan", "--no-colour", "--xml=\(report)", "localhost:\(server.port)",
            ])
            try #require(scan.status == 0, "\(scan.err)")
            let found = try Scan(String(contentsOfFile: report, encoding: .utf8))

            let protocols = found["protocol"].filter { $0["enabled"] == "1" }
            #expect(protocols.map { $0["version"] } == ["1.2", "1.3"])
            #expect(found["protocol"].count == 6)
            let kind = algorithm[0] == "ec" ? "ECDSA" : "RSA"
            let ciphers = found["cipher"].compactMap { $0["cipher"] }
            #expect(
                Set(ciphers) == [
                    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                    "ECDHE-\(kind)-AES128-GCM-SHA256", "ECDHE-\(kind)-AES256-GCM-SHA384",
                    "ECDHE-\(kind)-CHACHA20-POLY1305",
                ])
            // What sslscan calls its two best; the others are medium, weak, null, anonymous.
            #expect(found["cipher"].allSatisfy { ["strong", "acceptable"].contains($0["strength"]) })
            #expect(found["group"].count >= 2)
            #expect(found["group"].allSatisfy { Int($0["bits"] ?? "") ?? 0 >= 128 })
            #expect(found["heartbleed"].map { $0["vulnerable"] } == ["0", "0"])
            // Neither the old renegotiation nor the secure one.
            #expect(found["renegotiation"] == [["supported": "0", "secure": "0"]])
            #expect(found["compression"].allSatisfy { $0["supported"] == "0" })
            #expect(found["pk"].first?["error"] == "false")
            #expect(scan.out.contains("Server supports TLS Fallback SCSV"))
        }
    }

    /// What sslscan wrote: the attributes of each element of a name. Its XML has no quotes inside of values.
    private struct Scan {
        private let elements: [(name: String, attributes: [String: String])]

        init(_ xml: String) throws {
            elements = xml.matches(of: /<([a-z]+)((?: [a-z_]+="[^"]*")+) ?\/?>/).map { match in
                let attributes = match.2.matches(of: /([a-z_]+)="([^"]*)"/).map {
                    (String($0.1), String($0.2))
                }
                return (String(match.1), Dictionary(attributes) { first, _ in first })
            }
        }

        subscript(name: String) -> [[String: String]] {
            elements.filter { $0.name == name }.map(\.attributes)
        }
    }

    @Test("An HTTP/2 client is known by its address, and its tokens are good")
    func address() async throws {
        let certificate = try await Certificate(serial: "13")
        try await RunningServer.with(certificate.flags) { server in
            let person = #"{"email":"ada@example.com","password":"\#(RunningServer.password)"}"#
            let post = ["--http2", "-H", "content-type: application/json", "-d", person]
            _ = try await curl(server, certificate, "/v1/signup", post)
            let grant = try await curl(server, certificate, "/v1/login", post)
            let token = try #require(grant.json["access_token"]?.string, "\(grant)")
            let sessions = try await curl(
                server, certificate, "/v1/sessions", ["--http2", "-H", "authorization: Bearer \(token)"])
            let session = try #require(sessions.json["sessions"]?.array?.first, "\(sessions)")
            #expect(["127.0.0.1", "::1"].contains(session["first_address"]?.string))
        }
    }

    @Test("Too many header fields are refused in either version", arguments: ["--http2", "--http1.1"])
    func fields(version: String) async throws {
        let certificate = try await Certificate(serial: "14")
        try await RunningServer.with(certificate.flags) { server in
            let many = (0..<150).flatMap { ["-H", "x-\($0): y"] }
            let output = try await curl(
                server, certificate, "/healthz", [version, "-w", "\n%{http_code}"] + many)
            #expect(output.lines.last != "200")
            let few = (0..<50).flatMap { ["-H", "x-\($0): y"] }
            let good = try await curl(
                server, certificate, "/healthz", [version, "-w", "\n%{http_code}"] + few)
            #expect(good.lines.last == "200", "\(good.err)")
        }
    }

    @Test("A body beyond every bound ends its stream, and only that")
    func oversize() async throws {
        let certificate = try await Certificate(serial: "15")
        try await RunningServer.with(certificate.flags) { server in
            let big = try certificate.folder.write(String(repeating: " ", count: 8 << 20), to: "big")
            let output = try await curl(
                server, certificate, "/v1/login",
                [
                    "--http2", "-w", "\n%{http_code}", "-H", "content-type: application/json",
                    "--data-binary", "@\(big)",
                ])
            #expect(["413", "000"].contains(output.lines.last), "\(output)")
            #expect(try await curl(server, certificate, "/healthz", ["--http2", "-f"]).status == 0)
        }
    }

    @Test("A replaced certificate is taken without a restart; a bad one is not; open connections live on")
    func reload() async throws {
        let certificate = try await Certificate(serial: "21")
        try await RunningServer.with(certificate.flags) { server in
            #expect(try await serial(server) == "21")
            // One request every five seconds, over one connection as long as it lives.
            let url = "https://localhost:\(server.port)/healthz"
            let open = try Child(
                "/usr/bin/env",
                [
                    "curl", "-sS", "--rate", "12/m", "--cacert", certificate.chain, "-w",
                    "\n%{num_connects} %{http_code}\n",
                ]
                    + [url, url, url])
            try await wait { open.out.contains("1 200") }

            try await certificate.replace(serial: "22")
            try await wait { try await serial(server) == "22" }
            _ = try certificate.folder.write("no key", to: "key.pem")
            try await wait { server.err.contains("the old one stays") }
            #expect(try await serial(server) == "22")
            try await certificate.replace(serial: "23")
            try await wait { try await serial(server) == "23" }

            #expect(await open.exit() == 0)
            let lines = open.out.split(separator: "\n").filter { $0.hasSuffix(" 200") }
            #expect(lines == ["1 200", "0 200", "0 200"])
        }
    }

    @Test("doctor says until when the certificate is good, or what is wrong with it")
    func doctor() async throws {
        let certificate = try await Certificate(serial: "41")
        try await RunningServer.with(certificate.flags) { server in
            let soon = try await server.vidimus(
                "doctor", certificate.flags[0], certificate.flags[1], certificate.flags[2],
                certificate.flags[3])
            #expect(soon.out.contains("odd  certificate: is good until 20"), "\(soon.out) \(soon.err)")
            try #require(chmod(certificate.key, 0o644) == 0)
            let wrong = try await server.vidimus(
                "doctor", certificate.flags[0], certificate.flags[1], certificate.flags[2],
                certificate.flags[3])
            #expect(wrong.status == 1)
            #expect(wrong.out.contains("BAD  certificate: tls_key: "))
        }
    }

    @Test("Files that cannot be used are refused at start, by name")
    func refusals() async throws {
        let certificate = try await Certificate(serial: "31")
        let other = try await Certificate(serial: "32")
        let exposed = try await Certificate(serial: "33")
        try #require(chmod(exposed.key, 0o640) == 0)
        let text = try certificate.folder.write("no PEM", to: "text")
        try #require(chmod(text, 0o600) == 0)
        for (chain, key, complaint) in [
            (certificate.chain, other.key, "tls_key: \(other.key) is not the key of"),
            (exposed.chain, exposed.key, "tls_key: \(exposed.key) holds a secret, but others can read it"),
            (text, certificate.key, "tls_certificate: \(text) holds no certificate"),
            (certificate.chain, text, "tls_key: \(text) holds no private key"),
            ("/nowhere", certificate.key, "tls_certificate: cannot read /nowhere"),
            (certificate.chain, "/nowhere", "tls_key: cannot read /nowhere"),
        ] {
            let refusal = await #expect(throws: RunningServer.NotStarted.self) {
                try await RunningServer.start(["--tls-certificate", chain, "--tls-key", key]).signal(SIGKILL)
            }
            #expect(refusal?.description.contains(complaint) == true, "\(refusal?.description ?? "")")
        }
    }
}
