import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Other people's implementations")
struct InteropTests {
    /// What the peer makes of tokens; one line a token.
    private func verify(_ script: String, _ jobs: [JSON]) async throws -> [JSON] {
        let input = jobs.map { String(decoding: $0.encoded(), as: UTF8.self) + "\n" }.joined()
        let path = Binary.packageRoot.appending(path: "Tests/Interop/\(script)").path
        let output = try await Child.run(Binary.python, [path], input: input)
        try #require(output.status == 0, "\(output.err)")
        return try output.lines.map { try JSON.parse(Array($0.utf8)) }
    }

    private func check(_ script: String, algorithm: String) async throws {
        try await RunningServer.with(["--algorithm", algorithm]) { server in
            let token = try await server.person().access
            #expect(try UnverifiedToken(token).header.json["alg"]?.string == algorithm)
            let middle = token.index(token.startIndex, offsetBy: token.count / 2)
            let forged = token.replacingCharacters(
                in: middle...middle, with: token[middle] == "A" ? "B" : "A")
            let jobs = [token, forged].map { token -> JSON in
                [
                    "token": .string(token), "jwks": .string(server.address + "/.well-known/jwks.json"),
                    "issuer": .string(server.address), "audience": .string(server.address),
                    "algorithm": .string(algorithm),
                ]
            }
            let answers = try await verify(script, jobs)
            try #require(answers.count == 2)
            #expect(answers[0]["ok"]?.bool == true, "\(answers[0])")
            let me = try await server.call(.GET, "/v1/me", token: token)
            #expect(answers[0]["payload"]?["sub"] == me.json["id"])
            #expect(answers[1]["ok"]?.bool == false)
        }
    }

    @Test(
        "PyJWT, given only the address of the key set, verifies our access token, and no forged one",
        arguments: ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"])
    func theyVerify(algorithm: String) async throws {
        try await check("pyjwt_verify.py", algorithm: algorithm)
    }

    @Test(
        "joserfc verifies the name of RFC 9864, which PyJWT does not know yet",
        arguments: ["Ed25519", "ES256"])
    func joserfc(algorithm: String) async throws {
        try await check("joserfc_verify.py", algorithm: algorithm)
    }

    private static let peers = [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
        "ES512",
        "EdDSA",
    ]

    @Test(
        "`token verify` accepts what PyJWT signs in every algorithm, one by one, in a batch, and by signature only"
    )
    func weVerify() async throws {
        let script = Binary.packageRoot.appending(path: "Tests/Interop/pyjwt_sign.py").path
        let signed = try await Child.run(Binary.python, [script, Self.peers.joined(separator: ",")])
        try #require(signed.status == 0, "\(signed.err)")
        let folder = try Folder()
        let keys = try folder.write(
            String(decoding: try #require(signed.json["jwks"]).encoded(), as: UTF8.self), to: "jwks.json")
        let tokens = try Self.peers.map { try #require(signed.json["tokens"]?[$0]?.string) }
        let expired = try Self.peers.map { try #require(signed.json["expired"]?[$0]?.string) }

        for token in tokens {
            let output = try await verify(["--jwks", keys, "--audience", "us"], input: token + "\n")
            #expect(output.status == 0, "\(output.err)")
            #expect(output.json["sub"] == "ünï")
        }
        let batch = try await verify(
            ["--jwks", keys, "--batch"], input: lines(tokens + expired + ["x", ""]))
        #expect(batch.status == 0)
        let answers = try batch.lines.map { try JSON.parse(Array($0.utf8)) }
        #expect(answers.count == 2 * Self.peers.count + 2)
        #expect(answers.prefix(tokens.count).allSatisfy { $0["payload"]?["iss"] == "https://peer.example" })
        let codes = answers.dropFirst(tokens.count).map { $0["code"]?.string }
        #expect(codes == expired.map { _ in "expired" } + ["malformed", "malformed"])
        let bare = try await verify(["--jwks", keys, "--batch", "--signature-only"], input: lines(expired))
        for (line, token) in zip(bare.lines, expired) {
            let answer = try JSON.parse(Array(line.utf8))
            #expect(answer["ok"]?.bool == true)
            #expect(
                answer["payload"]?.string == token.split(separator: ".").dropFirst().first.map(String.init))
        }
        #expect(bare.lines.count == expired.count)
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
