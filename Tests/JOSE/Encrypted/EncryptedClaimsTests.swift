import Testing
import VidimusJOSE

@Suite("Claims in an encrypted token")
struct EncryptedClaimsTests {
    private struct Note: Codable, Equatable {
        var sub: String
        var exp: Timestamp
        var nick: String?
    }

    private let key = Result { try JWK.generate(.a256KW) }

    private func opened(_ claims: some Encodable, type: String? = "JWT") throws -> OpenedToken {
        let token = try EncryptedToken.encrypt(claims: claims, type: type, with: EncryptionKey(key.get()))
        return try UnopenedToken(token).opened(by: DecryptionKey(key.get()))
    }

    @Test("They come out as they went in, and a policy is asked")
    func policy() throws {
        let now = Timestamp(seconds: 1_800_000_000)
        let note = Note(sub: "ada", exp: now + .seconds(60))
        let token = try opened(note)
        #expect(token.header.type == "JWT" && !token.isNested)
        let policy = ClaimsPolicy(type: "JWT", required: ["exp"])
        #expect(try token.claims(policy, at: now).decode(Note.self) == note)
        #expect(refusal { try token.claims(policy, at: now + .seconds(121)) }?.code == .expired)
        #expect(refusal { try token.claims(ClaimsPolicy(type: "note"), at: now) }?.code == .wrongType)
        #expect(
            refusal { try token.claims(ClaimsPolicy(required: ["nick"]), at: now) }?.code == .missingClaim)
        #expect(try opened(note, type: nil).header.type == nil)
    }

    @Test("JSON is encrypted as it stands; what is no object of distinct names is refused")
    func json() throws {
        let claims: JSON = ["b": 1, "a": [true, .null]]
        #expect(try opened(claims).claims().json == claims)
        #expect(refusal { try opened([1, 2]) }?.code == .malformed)
        #expect(refusal { try opened(JSON.object([.init("a", 1), .init("a", 2)])) }?.code == .malformed)
        #expect(refusal { try opened(["a": Double.nan]) }?.code == .invalidClaim)
    }
}
