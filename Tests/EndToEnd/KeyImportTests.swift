import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Keys that come from elsewhere and go there, beside a running server")
struct KeyImportEndToEndTests {
    private func jwk(_ key: SigningKey, in folder: Folder) throws -> String {
        let file = try folder.write(
            String(decoding: key.privateJWK.encoded(), as: UTF8.self), to: "\(UUID()).jwk")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return file
    }

    private func published(_ server: RunningServer) async throws -> [JSON] {
        try await server.call(.GET, "/.well-known/jwks.json").json["keys"]?.array ?? []
    }

    private func states(_ output: Output) -> [String] {
        (output.json.array ?? []).map { "\($0["state"]?.string ?? "") \($0["algorithm"]?.string ?? "")" }
            .sorted()
    }

    private func verifies(_ token: String, _ server: RunningServer) async throws -> Bool {
        try await Child.run(
            Binary.path, ["token", "verify", token, "--issuer", server.address, "--audience", "orders"]
        ).status == 0
    }

    private func former(_ key: SigningKey, _ server: RunningServer) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        return try Token.sign(
            [
                "iss": .string(server.address), "aud": "orders", "sub": "ada", "iat": .integer(now),
                "exp": .integer(now + 3_600),
            ], type: "JWT", with: key)
    }

    @Test("A former issuer's key verifies what it signed, signs nothing, and goes in an emergency, for good")
    func verifying() async throws {
        try await RunningServer.with { server in
            let person = try await server.person()
            let folder = try Folder()
            let key = try SigningKey.generate(.rs256, id: "2026-04")
            let pem = try folder.write(try JWK(key.privateJWK).privatePEM(), to: "former.pem")
            let token = try former(key, server)
            #expect(try await !verifies(token, server))
            let command = [
                "key", "import", pem, "--kid", "2026-04", "--algorithm", "RS256", "--verify-for", "24h",
            ]
            func imported(_ arguments: [String]) async throws -> Output {
                try await Child.run(Binary.path, arguments + ["--data", server.dataFolder])
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: pem)
            let output = try await imported(command + ["--json"])
            #expect(output.status == 0, "\(output.err)")
            #expect(output.err.contains("Others on this machine may read"))
            #expect(states(output) == ["active ES256", "retired RS256"])
            for _ in 0..<100 where try await published(server).count < 2 {
                try await Task.sleep(for: .milliseconds(10))
            }
            let listed = try await published(server)
            #expect(listed.contains { $0["kid"] == "2026-04" })
            #expect(listed.allSatisfy { $0["d"] == nil && $0["p"] == nil })
            #expect(try await verifies(token, server))
            // The server's own upkeep lets it be, and signs with its own.
            try await Task.sleep(for: .milliseconds(1_500))
            #expect(try await published(server).count == 2)
            let next = try Grant(try await server.refresh(person.refresh))
            #expect(try UnverifiedToken(next.access).header.algorithm == .es256)
            // Verified, but no access token of this server's.
            #expect(try await server.me(token) == "401 invalid_token")

            #expect(try await imported(command).err.contains("known_key: this key is there already, retired"))
            _ = try await server.vidimus("key", "rotate", "--emergency")
            #expect(try await server.time(until: "401 invalid_token", for: next.access) < .seconds(1))
            #expect(try await !verifies(token, server))
            let again = try await imported(command)
            #expect(again.status == 1 && again.err.contains("is gone for good"))
            for secret in [server.out, server.err, output.out] { #expect(!secret.contains("PRIVATE KEY")) }
        }
    }

    @Test("The next key to sign is announced, signs in its time, and older tokens stay good")
    func signing() async throws {
        try await RunningServer.with(["--key-set-max-age", "1s"]) { server in
            let person = try await server.person()
            let folder = try Folder()
            let key = try SigningKey.generate(.es256, id: "from elsewhere")
            let output = try await server.vidimus("key", "import", try jwk(key, in: folder), "--json")
            #expect(states(output) == ["active ES256", "announced ES256"], "\(output.err)")
            var signer: String?
            for _ in 0..<600 where signer != key.id {
                try await Task.sleep(for: .milliseconds(20))
                let grant = try Grant(try await server.signIn("ada@example.com"))
                signer = try UnverifiedToken(grant.access).header.keyID
                try #require(try await server.me(grant.access) == "200")
            }
            #expect(signer == key.id)
            #expect(try await server.me(person.access) == "200")
        }
    }

    @Test("A shared secret may sign, is in no key set, and is not taken in to verify only")
    func secret() async throws {
        try await RunningServer.with(["--algorithm", "HS256", "--key-set-max-age", "1s"]) { server in
            let folder = try Folder()
            let key = try SigningKey.generate(.hs256, id: "shared")
            let file = try jwk(key, in: folder)
            let refused = try await server.vidimus("key", "import", file, "--verify-for", "1h")
            #expect(refused.status == 1 && refused.err.contains("symmetric_key: "))
            let output = try await server.vidimus("key", "import", file)
            #expect(output.status == 0 && output.err.contains("Whoever else has this secret"))
            try await server.signUp("ada@example.com")
            var signer: String?
            for _ in 0..<600 where signer != key.id {
                try await Task.sleep(for: .milliseconds(20))
                signer = try UnverifiedToken(Grant(try await server.signIn("ada@example.com")).access).header
                    .keyID
            }
            #expect(signer == key.id)
            #expect(try await published(server).allSatisfy { $0["kty"] != "oct" && $0["kid"] != "shared" })
            let whole = try await server.vidimus("key", "export", "shared")
            #expect(whole.status == 1 && whole.err.contains("no public half"))
            let text = try #require(key.privateJWK["k"]?.string)
            for said in [output.out, output.err, server.out, server.err] { #expect(!said.contains(text)) }
        }
    }

    @Test("Before anything has signed, an imported key is the first to")
    func first() async throws {
        let folder = try Folder()
        let key = try SigningKey.generate(.es256, id: "ours from before")
        let file = try jwk(key, in: folder)
        let output = try await Child.run(
            Binary.path, ["key", "import", file, "--json", "--data", folder.file("data")])
        #expect(states(output) == ["active ES256"], "\(output.err)")
        let server = try await RunningServer.start(folder: folder)
        defer { server.signal(SIGKILL) }
        let grant = try await server.person()
        #expect(try UnverifiedToken(grant.access).header.keyID == key.id)
    }

    @Test("The public half goes anywhere, the private one to a new 0600 file only, and that is written down")
    func export() async throws {
        try await RunningServer.with { server in
            _ = try await server.person()
            let own = try #require(try await published(server).first)
            let kid = try #require(own["kid"]?.string)
            let shown = try await server.vidimus("key", "export", kid)
            #expect(shown.json["x"] == own["x"] && shown.json["d"] == nil)
            let pem = try await server.vidimus("key", "export", kid, "--format", "pem")
            #expect(pem.out.hasPrefix("-----BEGIN PUBLIC KEY-----\n"))

            let loose = try await server.vidimus("key", "export", kid, "--private")
            #expect(loose.status == 64 && loose.out.isEmpty)
            #expect(
                try await server.vidimus("audit", "--event", "keys.exported", "--json").json == .array([]))
            let file = server.folder.file("own.jwk")
            let taken = try await server.vidimus("key", "export", kid, "--private", "--out", file)
            #expect(taken.status == 0 && taken.out.isEmpty)
            #expect(taken.err.contains("whoever reads it can sign as this server"))
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            let key = try SigningKey(
                JWK(JSON.parse(Array(try String(contentsOfFile: file, encoding: .utf8).utf8))))
            #expect(try await verifies(try former(key, server), server))
            let record = try await server.vidimus("audit", "--event", "keys.exported", "--json").json.array
            #expect(record?.first?["detail"]?.string == "private half of \(kid)")
            #expect(record?.first?["actor"] == "cli")
            let again = try await server.vidimus("key", "export", kid, "--private", "--out", file)
            #expect(again.status == 1 && again.err.contains("is there already"))
        }
    }

    @Test(
        "What cannot be taken in or given out is refused by name",
        arguments: [
            (["import", "public"], 1, "a public key; only a private one can be sealed here"),
            (["import", "rsa"], 1, "--algorithm"), (["import", "/does/not/exist"], 1, "cannot read"),
            (["import", "ec", "--algorithm", "RS256"], 1, "invalid_key"),
            (["import", "ec", "--verify-for", "400d"], 64, "--verify-for"),
            (["import", "ec", "--verify-for", "soon"], 64, "--verify-for"),
            (["import", "ec", "--kid", ""], 1, "kid"), (["import", "ec", "--kid", "a\u{1B}[2J"], 1, "kid"),
            (["export", "nobody"], 1, "unknown_key: "),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, sentence: String) async throws {
        let folder = try Folder()
        let files = [
            "public": try folder.write(
                String(decoding: JSON(try SigningKey.generate(.es256)).encoded(), as: UTF8.self), to: "public"
            ),
            "rsa": try folder.write(try JWK(SigningKey.generate(.rs256).privateJWK).privatePEM(), to: "rsa"),
            "ec": try folder.write(try JWK(SigningKey.generate(.es256).privateJWK).privatePEM(), to: "ec"),
        ]
        let output = try await Child.run(
            Binary.path, ["key"] + arguments.map { files[$0] ?? $0 } + ["--data", folder.file("data")])
        #expect(output.status == status, "\(output)")
        #expect(output.err.contains(sentence), "\(output.err)")
        #expect(output.out.isEmpty)
    }
}

extension JSON {
    /// The public half.
    fileprivate init(_ key: SigningKey) throws {
        self = try #require(try JWK(key.privateJWK).publicJSON)
    }
}
