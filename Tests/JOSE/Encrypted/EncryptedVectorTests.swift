import Testing
import VidimusJOSE

@Suite("Shared vectors of encrypted tokens")
struct EncryptedVectorTests {
    @Test(
        "RFC 7520 §5: every compact token is decrypted but RSA1_5, and made again byte for byte where its numbers are printed",
        .enabled(if: Vectors.isPresent))
    func cookbook() throws {
        var opened: [String] = []
        var again: [String] = []
        for name in try Vectors.names(in: "rfc7520-cookbook/jwe") {
            let file = try Vectors.json("rfc7520-cookbook/jwe/\(name)")
            guard let compact = file["output"]?["compact"]?.string else { continue }
            let alg = try #require(file["input"]?["alg"]?.string)
            guard alg != "RSA1_5" else {
                #expect(refusal { try UnopenedToken(compact) }?.code == .unsupportedAlgorithm)
                continue
            }
            let algorithm = try #require(KeyManagementAlgorithm(name: alg))
            let encryption = try #require(
                file["input"]?["enc"]?.string.flatMap(ContentEncryption.init(name:)))
            let (own, other) = try keys(of: file, algorithm, encryption)
            let plaintext = try #require(file["input"]?["plaintext"]?.string).bytes
            let token = try UnopenedToken(compact).opened(by: own, inflatingTo: 100_000)
            #expect(token.payload == plaintext, "\(name)")
            opened.append(alg)
            // OAEP is padded with random bytes that nobody prints.
            guard algorithm != .rsaOAEP else { continue }
            let header = try #require(file["encrypting_content"]?["protected"])
            let extra = (header.object ?? []).filter { $0.name == "cty" }
            let text = try EncryptedToken.encrypt(
                plaintext, header: extra, compressed: header["zip"] != nil, with: other, seed: seed(of: file))
            #expect(text == compact, "\(name)")
            again.append(alg)
        }
        #expect(opened.count == 8)
        #expect(again.count == 7)
    }

    private func keys(
        of file: JSON, _ algorithm: KeyManagementAlgorithm, _ encryption: ContentEncryption
    ) throws -> (DecryptionKey, EncryptionKey) {
        if let passphrase = file["input"]?["pwd"]?.string {
            return (
                try DecryptionKey(passphrase: passphrase, algorithm: algorithm),
                try EncryptionKey(
                    passphrase: passphrase, algorithm: algorithm, encryption: encryption, iterations: 8_192)
            )
        }
        let jwk = try JWK(#require(file["input"]?["key"]))
        return (
            try DecryptionKey(jwk, algorithm: algorithm),
            try EncryptionKey(jwk, algorithm: algorithm, encryption: encryption)
        )
    }

    private func seed(of file: JSON) throws -> EncryptionSeed {
        func bytes(_ json: JSON?) -> [UInt8]? { json?.string.flatMap { Base64URL.decode($0) } }
        var seed = EncryptionSeed()
        seed.contentKey = bytes(file["generated"]?["cek"])
        seed.iv = bytes(file["generated"]?["iv"])
        seed.compressed = bytes(file["generated"]?["plaintext_c"])
        seed.keyIV = bytes(file["encrypting_key"]?["iv"])
        seed.salt = bytes(file["encrypting_key"]?["salt"])
        seed.ephemeralKey = try file["encrypting_key"]?["epk"].map { try JWK($0) }
        return seed
    }

    @Test("RFC 8037's example on X25519 is decrypted", .enabled(if: Vectors.isPresent))
    func x25519() throws {
        let file = try Vectors.json("rfc7520-cookbook/curve25519/ecdh-es.json")
        let jwk = try JWK(#require(file["input"]?["key"]))
        let token = try UnopenedToken(#require(file["output"]?["compact"]?.string))
        let payload = try token.opened(by: DecryptionKey(jwk, algorithm: .ecdhES)).payload
        #expect(payload == file["input"]?["plaintext"]?.string?.bytes)
    }

    @Test("RFC 7520 §6: a signed token in an encrypted one", .enabled(if: Vectors.isPresent))
    func nested() throws {
        let file = try Vectors.json("rfc7520-cookbook/6.nesting_signatures_and_encryption.json")
        let encrypted = try #require(file["encrypt"]?["output"]?["compact"]?.string)
        let own = try DecryptionKey(JWK(#require(file["encrypt"]?["input"]?["key"])))
        let signer = try #require(file["sign"]?["input"]?["key"])
        let key = try VerificationKey(JWK(signer), algorithm: .ps256)
        let nested = try NestedToken(
            encrypted, decryptedBy: DecryptionKeySet(keys: [own]), verifiedBy: JWKSet(keys: [key]))
        #expect(try nested.token.claims()["iss"] == "hobbiton.example")
        #expect(nested.layers.map(\.algorithm) == [.rsaOAEP])
    }
}
