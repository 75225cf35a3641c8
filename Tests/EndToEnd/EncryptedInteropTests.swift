import Foundation
import Testing
import VidimusJOSE

@Suite("Other people's encrypted tokens")
struct EncryptedInteropTests {
    private func python(_ mode: String, input: String = "") async throws -> Output {
        let path = Binary.packageRoot.appending(path: "Tests/Interop/encryption.py").path
        let output = try await Child.run(Binary.python, [path, mode], input: input)
        try #require(output.status == 0, "\(output.err)")
        return output
    }

    private func lines(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }

    @Test(
        "`token decrypt` opens what jwcrypto, joserfc and jose encrypt in every algorithm, with every encryption, and they what we encrypt"
    )
    func bothWays() async throws {
        let limits = JSON.Limits(depth: 16, bytes: 4_000_000)
        let theirs = try JSON.parse(Array(try await python("encrypt").out.utf8), limits: limits)
        let keys = try #require(theirs["jwks"]?["keys"]?.array)
        let names = try #require(theirs["tokens"]?.array).compactMap { $0["name"]?.string }
        let tokens = try #require(theirs["tokens"]?.array).compactMap { $0["token"]?.string }
        // (7 symmetric, 3 of a passphrase, 2 of RSA, and 4 of agreement on as many curves) with 6 encryptions.
        let (ofPython, ofJose) = (7 + 3 + 2 + 4 * 4, 7 + 3 + 4 * 3)
        try #require(names.count == (2 * ofPython + ofJose) * 6)
        try #require(tokens.count == names.count && keys.count == names.count)

        let folder = try Folder()
        let set = String(decoding: try #require(theirs["jwks"]).encoded(), as: UTF8.self)
        let path = try folder.write(set, to: "keys.jwks")
        let batch = try await Child.run(
            Binary.path, ["token", "decrypt", "--jwks", path, "--batch"], input: lines(tokens))
        #expect(batch.lines.count == names.count)
        for (name, line) in zip(names, batch.lines) {
            #expect(line == #"{"ok":true,"payload":{"sub":"ünï"}}"#, "\(name)")
        }

        var jobs: [String] = []
        for (name, key) in zip(names, keys) {
            let encryption = name.split(separator: " ").last.flatMap { ContentEncryption(name: String($0)) }
            let ours = try EncryptedToken.encrypt(
                Array("to \(name)".utf8),
                with: EncryptionKey(JWK(key), encryption: encryption, iterations: 1_000))
            for token in [ours, Self.changed(ours)] {
                let peer = name.prefix { $0 != " " }
                let job: JSON = ["peer": .string(String(peer)), "key": key, "token": .string(token)]
                jobs.append(String(decoding: job.encoded(), as: UTF8.self))
            }
        }
        let answers = try await python("decrypt", input: lines(jobs)).lines.map {
            try JSON.parse(Array($0.utf8))
        }
        try #require(answers.count == jobs.count)
        for (index, answer) in answers.enumerated() {
            let name = names[index / 2]
            #expect(answer["ok"]?.bool == index.isMultiple(of: 2), "\(name): \(answer)")
            #expect(answer["payload"]?.string == (index.isMultiple(of: 2) ? "to \(name)" : nil), "\(name)")
        }
    }

    /// The token with another first byte of its tag.
    private static func changed(_ token: String) -> String {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let first = parts[4].first else { return token }
        return (parts[..<4] + [(first == "A" ? "B" : "A") + parts[4].dropFirst()]).joined(separator: ".")
    }
}
