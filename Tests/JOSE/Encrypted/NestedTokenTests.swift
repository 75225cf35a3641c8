import Testing
import VidimusJOSE

@Suite("Nested tokens")
struct NestedTokenTests {
    private static func keys() throws -> (EncryptionKey, DecryptionKeySet, JWKSet) {
        let jwk = try EncryptionKeys.jwk(.init(algorithm: .ecdhES, curve: "X25519"))
        return (
            try EncryptionKey(jwk), try DecryptionKeySet(keys: [DecryptionKey(jwk)]),
            try JWKSet(keys: [Keys.key(.es256).verificationKey])
        )
    }

    @Test("A signed token is found in as many encrypted ones as are allowed, and no more")
    func depth() throws {
        let (key, own, signers) = try Self.keys()
        var token = try Token.sign(["sub": "a"], with: Keys.key(.es256))
        for depth in 1...9 {
            let allowed = try? NestedToken(token, decryptedBy: own, verifiedBy: signers, maximumDepth: depth)
            #expect((allowed != nil) == (depth <= 8))
            #expect(allowed?.layers.count ?? depth - 1 == depth - 1)
            let refused = refusal {
                try NestedToken(token, decryptedBy: own, verifiedBy: signers, maximumDepth: depth - 1)
            }
            #expect(refused?.code == (depth == 1 ? nil : .malformed), "\(depth)")
            token = try EncryptedToken.encrypt(nested: token, with: key)
        }
    }

    @Test(
        "What is encrypted but not signed, signed by somebody else, or does not say that it is a token is refused"
    )
    func refused() throws {
        let (key, own, signers) = try Self.keys()
        func open(_ token: String) -> JOSEError? {
            refusal { try NestedToken(token, decryptedBy: own, verifiedBy: signers) }
        }
        let signed = try Token.sign(["sub": "a"], with: Keys.key(.es256))
        #expect(
            try open(EncryptedToken.encrypt(signed.bytes, header: [.init("cty", "jwt")], with: key)) == nil)
        #expect(try open(EncryptedToken.encrypt(signed.bytes, with: key))?.code == .malformed)
        #expect(try open(EncryptedToken.encrypt(nested: #"{"sub":"a"}"#, with: key))?.code == .malformed)
        #expect(try open(EncryptedToken.encrypt(nested: "", with: key))?.code == .malformed)
        let other = try Token.sign(["sub": "a"], with: SigningKey.generate(.es256, id: "k-ES256"))
        #expect(try open(EncryptedToken.encrypt(nested: other, with: key))?.code == .invalidSignature)
        let unsigned = "eyJhbGciOiJub25lIn0.e30."
        #expect(try open(EncryptedToken.encrypt(nested: unsigned, with: key))?.code == .malformed)
    }
}
