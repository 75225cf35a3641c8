import Foundation
import Testing
import VidimusJOSE

@Suite("Tokens by keys from files")
struct KeyFileCommandTests {
    private static func token(_ arguments: [String], input: String) async throws -> Output {
        try await Child.run(Binary.path, ["token"] + arguments, input: input)
    }

    private static let secret =
        #"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","use":"enc"}"#

    @Test("Claims are signed, put into an encrypted token, taken out and verified, by files alone")
    func pipe() async throws {
        let folder = try Folder()
        let signer = try SigningKey.generate(.es256)
        let keys = try folder.write(String(decoding: signer.privateJWK.encoded(), as: UTF8.self), to: "s.jwk")
        let own = try folder.write(#"{"keys":[\#(Self.secret)]}"#, to: "e.jwks")
        let signed = try await Self.token(["sign", "--key", keys], input: #"{"sub":"ada"}"# + "\n")
        let sealed = try await Self.token(
            ["encrypt", "--nested", "--jwks", own, "--algorithm", "A256GCMKW"], input: signed.out)
        #expect(try UnopenedToken(#require(sealed.lines.first)).header.contentType == "JWT")
        let opened = try await Self.token(["decrypt", "--jwks", own], input: sealed.out)
        #expect(opened.out == signed.out)
        let verified = try await Self.token(["verify", "--jwks", keys], input: opened.out)
        #expect(verified.out == #"{"sub":"ada"}"# + "\n")
    }

    @Test("Numbers and escapes are signed, and shown in a batch, as they were written; only white space goes")
    func exact() async throws {
        let folder = try Folder()
        let keys = try folder.write(
            String(decoding: SigningKey.generate(.es256).privateJWK.encoded(), as: UTF8.self), to: "s.jwk")
        let claims = #"{"id":18446744073709551615,"h":1E2,"a":"\u0041 \"\\","b":[1.0, -0]}"#
        let signed = try await Self.token(
            ["sign", "--key", keys], input: " " + claims.replacing(",\"", with: " ,\n\t\"") + "\n")
        let kept = claims.replacing(", -0", with: ",-0")
        let token = try UnverifiedToken(#require(signed.lines.first))
        #expect(String(decoding: token.unverifiedPayload, as: UTF8.self) == kept)
        let batch = try await Self.token(["verify", "--jwks", keys, "--batch"], input: signed.out)
        #expect(batch.out == #"{"ok":true,"payload":\#(kept)}"# + "\n")
        let list = try await Self.token(["sign", "--key", keys], input: "[1]\n")
        #expect(list.status == 1 && list.err.contains("not a JSON object"))
    }

    @Test("More than one line is refused where one token is looked at")
    func lines() async throws {
        let folder = try Folder()
        let keys = try folder.write(
            String(decoding: SigningKey.generate(.es256).privateJWK.encoded(), as: UTF8.self), to: "s.jwk")
        let token = try await Self.token(["sign", "--key", keys], input: #"{"sub":"ada"}"#).out
        for (input, status) in [
            (token, 0), (token + "\n  \n", 0), (token + token, 1), (token + ".garbage", 1),
        ] {
            let output = try await Self.token(["verify", "--jwks", keys], input: input)
            #expect(output.status == Int32(status), "\(output.err)")
            #expect(status == 0 || output.err.contains("more than one line"))
        }
    }

    @Test("A payload is shown as it is if it is text, in a batch if it is JSON, and else as base64url")
    func payloads() async throws {
        let folder = try Folder()
        let own = try folder.write(Self.secret, to: "k.jwk")
        let key = try EncryptionKey(JWK(JSON.parse(Array(Self.secret.utf8))), algorithm: .a256KW)
        let payloads: [[UInt8]] = [Array(#"{"a":1}"#.utf8), Array("text".utf8), [0xFF, 0x00]]
        let tokens = try payloads.map { try EncryptedToken.encrypt($0, with: key) }
        for (token, shown) in zip(tokens, [#"{"a":1}"#, "text", "_wA"]) {
            let output = try await Self.token(["decrypt", "--jwks", own], input: token + "\n")
            #expect(output.status == 0 && output.out == shown + "\n")
        }
        let batch = try await Self.token(
            ["decrypt", "--key", own, "--batch"], input: tokens.map { $0 + "\n" }.joined() + "a.b\n")
        #expect(
            batch.lines.prefix(3) == [
                #"{"ok":true,"payload":{"a":1}}"#, #"{"ok":true,"payload":"dGV4dA"}"#,
                #"{"ok":true,"payload":"_wA"}"#,
            ])
        #expect(batch.lines.last?.hasPrefix(#"{"ok":false,"code":"malformed""#) == true)
    }

    @Test("What cannot be decrypted ends with 1 and a code; what was not asked for is refused")
    func refused() async throws {
        let folder = try Folder()
        let own = try folder.write(Self.secret, to: "k.jwk")
        let passphrase = try folder.write("correct horse\n", to: "passphrase")
        let sealed = try await Self.token(
            [
                "encrypt", "--secret-file", passphrase, "--algorithm", "PBES2-HS256+A128KW", "--iterations",
                "1000",
            ], input: "x")
        let jwk = try JWK(JSON.parse(Array(Self.secret.utf8)))
        let compressed = try EncryptedToken.encrypt(
            Array("x".utf8), compressed: true, with: EncryptionKey(jwk, algorithm: .a256KW))
        let cases: [([String], String, String)] = [
            (["--key", own], sealed.out, "unknown_key: "), (["--key", own], "x\n", "malformed: "),
            (["--key", own], compressed, "unsupported_critical: "),
            (["--key", own, "--encryption", "A128GCM"], compressed, "unknown_key: "),
            (["--key", own, "--allow-passphrase"], sealed.out, "decryption_failed: "),
        ]
        for (arguments, input, start) in cases {
            let output = try await Self.token(["decrypt"] + arguments, input: input)
            #expect(output.status == 1 && output.out.isEmpty)
            #expect(output.err.hasPrefix(start), "\(arguments): \(output.err)")
        }
        for arguments in [
            ["--secret-file", passphrase, "--allow-passphrase"],
            ["--secret-file", passphrase, "--algorithm", "PBES2-HS256+A128KW"],
        ] {
            #expect(try await Self.token(["decrypt"] + arguments, input: sealed.out).out == "x\n")
        }
        let inflated = try await Self.token(
            ["decrypt", "--key", own, "--inflate-to", "9"], input: compressed)
        #expect(inflated.out == "x\n")
        #expect(try await Self.token(["decrypt"], input: "x").status == 64)
        #expect(try await Self.token(["decrypt", "--key", own, "--jwks", own], input: "x").status == 64)
    }
}
