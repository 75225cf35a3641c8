import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Other people's implementations")
struct InteropTests {
    /// The peers that know an algorithm, as Tests/Interop/peers.py has it.
    private static func peers(of algorithm: String) -> [String] {
        switch algorithm {
        case "Ed25519": ["joserfc"]  // RFC 9864
        case "EdDSA": ["pyjwt", "joserfc", "authlib"]
        default: ["pyjwt", "joserfc", "authlib", "jose"]
        }
    }

    private static let asymmetric = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
    ]

    private func python(_ script: String, input: String = "") async throws -> Output {
        let path = Binary.packageRoot.appending(path: "Tests/Interop/\(script)").path
        let output = try await Child.run(Binary.python, [path], input: input)
        try #require(output.status == 0, "\(output.err)")
        return output
    }

    @Test(
        "PyJWT, joserfc, Authlib and the jose tool, given only the address of the key set, verify our access token, and no forged one",
        arguments: asymmetric)
    func theyVerify(algorithm: String) async throws {
        let peers = Self.peers(of: algorithm)
        try await RunningServer.with(["--algorithm", algorithm]) { server in
            let token = try await server.person().access
            #expect(try UnverifiedToken(token).header.json["alg"]?.string == algorithm)
            let me = try await server.call(.GET, "/v1/me", token: token).json["id"]
            try #require(me?.string != nil)
            let jobs = [token, try Self.forged(token)].flatMap { token in
                peers.map { peer -> JSON in
                    [
                        "peer": .string(peer), "token": .string(token), "algorithm": .string(algorithm),
                        "jwks": .string(server.address + "/.well-known/jwks.json"),
                        "issuer": .string(server.address), "audience": .string(server.address),
                    ]
                }
            }
            let output = try await python(
                "verify.py", input: lines(jobs.map { String(decoding: $0.encoded(), as: UTF8.self) }))
            let answers = try output.lines.map { try JSON.parse(Array($0.utf8)) }
            try #require(answers.count == 2 * peers.count)
            for (peer, answer) in zip(peers, answers) {
                #expect(answer["ok"]?.bool == true, "\(peer): \(answer)")
                #expect(answer["payload"]?["sub"] == me, "\(peer)")
            }
            for (peer, answer) in zip(peers, answers.dropFirst(peers.count)) {
                #expect(answer["ok"]?.bool == false, "\(peer)")
            }
        }
    }

    /// The same header and signature over claims that name somebody else.
    private static func forged(_ token: String) throws -> String {
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let claims = String(decoding: try UnverifiedToken(token).unverifiedPayload, as: UTF8.self)
        let changed = claims.replacingOccurrences(of: "\"roles\":[]", with: "\"roles\":[\"admin\"]")
        try #require(changed != claims)
        return [parts[0], Base64URL.encode(Array(changed.utf8)), parts[2]].joined(separator: ".")
    }

    @Test(
        "`token verify` accepts what PyJWT, joserfc, Authlib and jose sign in every algorithm, one by one, in a batch, and by signature only"
    )
    func weVerify() async throws {
        let signed = try await python("sign.py").json
        let names = try #require(signed["tokens"]?.array).compactMap { $0["name"]?.string }
        let symmetric = ["HS256", "HS384", "HS512"]
        let expectedNames = (symmetric + Self.asymmetric).flatMap { algorithm in
            Self.peers(of: algorithm).map { "\($0)-\(algorithm)" }
        }
        #expect(Set(names) == Set(expectedNames))
        #expect(names.count == expectedNames.count)
        let folder = try Folder()
        let keys = try folder.write(
            String(decoding: try #require(signed["jwks"]).encoded(), as: UTF8.self), to: "jwks.json")
        let tokens = try #require(signed["tokens"]?.array).compactMap { $0["token"]?.string }
        let expired = try #require(signed["expired"]?.array).compactMap { $0["token"]?.string }
        try #require(tokens.count == names.count && expired.count == names.count)

        // A process for each token would be slow; one of each peer shows the way a person calls it.
        for (name, token) in zip(names, tokens) where name.hasSuffix("-ES256") {
            let output = try await verify(["--jwks", keys, "--audience", "us"], input: token + "\n")
            #expect(output.status == 0, "\(name): \(output.err)")
            #expect(output.json["sub"] == "ünï")
        }
        let batch = try await verify(
            ["--jwks", keys, "--batch", "--audience", "us"], input: lines(tokens + expired + ["x", ""]))
        #expect(batch.status == 0)
        let answers = try batch.lines.map { try JSON.parse(Array($0.utf8)) }
        try #require(answers.count == 2 * names.count + 2)
        for (name, answer) in zip(names, answers) {
            #expect(answer["payload"]?["iss"] == "https://peer.example", "\(name): \(answer)")
            #expect(answer["payload"]?["sub"] == "ünï", "\(name)")
        }
        let codes = answers.dropFirst(names.count).map { $0["code"]?.string }
        #expect(codes == expired.map { _ in "expired" } + ["malformed", "malformed"])
        let bare = try await verify(["--jwks", keys, "--batch", "--signature-only"], input: lines(expired))
        try #require(bare.lines.count == expired.count)
        for (line, token) in zip(bare.lines, expired) {
            let answer = try JSON.parse(Array(line.utf8))
            #expect(answer["ok"]?.bool == true)
            #expect(
                answer["payload"]?.string == token.split(separator: ".").dropFirst().first.map(String.init))
        }
    }

    @Test("A key set from the network gives no secret keys: HS256 from an issuer's address is refused")
    func publicOnly() async throws {
        try await RunningServer.with(["--algorithm", "HS256"]) { server in
            let token = try await server.person().access
            let output = try await verify(["--issuer", server.address], input: token + "\n")
            #expect(output.status == 1)
            #expect(output.err.hasPrefix("unknown_key: "))
        }
    }

    private func verify(_ arguments: [String], input: String) async throws -> Output {
        try await Child.run(Binary.path, ["token", "verify"] + arguments, input: input)
    }

    private func lines(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }
}
