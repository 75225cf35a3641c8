import Testing
import VidimusJOSE

/// RFC 8725 (BCP 225) and its revision, draft-ietf-oauth-rfc8725bis, section by section: an attack of each class, made here.
@Suite("Best current practice for JWTs")
struct BestPracticeTests {
    static let now = Timestamp(seconds: 1_700_000_000)
    static let claims: JSON = [
        "iss": "https://id.example", "aud": "orders", "sub": "ada", "exp": 1_700_000_900,
    ]
    static let policy = ClaimsPolicy(
        issuer: "https://id.example", audience: "orders", type: "at+jwt", required: ["exp"])

    /// A token with this header and payload, signed by whoever made the key.
    static func token(_ header: String, _ payload: [UInt8], _ key: SigningKey) throws -> String {
        let input = "\(Base64URL.encode(header.bytes)).\(Base64URL.encode(payload))"
        return "\(input).\(Base64URL.encode(try key.sign(input.bytes)))"
    }

    static func verifier(_ key: SigningKey, _ policy: ClaimsPolicy = policy) throws -> Token.Verifier {
        Token.Verifier(try JWKSet(keys: [key.verificationKey]), policy)
    }

    @Test("3.1 A public key is never the secret of an HMAC, in whatever form it is used")
    func algorithmConfusion() throws {
        let key = try Keys.key(.rs256)
        let published = try #require(key.verificationKey.jwk)
        let forms = [
            published.json.encoded(), try published.publicPEM().bytes,
            try #require(published.json["n"]?.string.flatMap { Base64URL.decode($0) }),
        ]
        for secret in forms {
            let forger = try SigningKey(secret: secret, algorithm: .hs256, id: key.id)
            // By the set, which knows the kid, and by the key alone, which asks for none.
            let forged = try Token.sign(Self.claims, type: "at+jwt", with: forger)
            let alone = Token.Verifier(key.verificationKey, Self.policy)
            #expect(refusal { try alone.verify(forged, at: Self.now) }?.code == .algorithmMismatch)
            #expect(
                refusal { try Self.verifier(key).verify(forged, at: Self.now) }?.code == .algorithmMismatch)
        }
    }

    @Test("3.1 The header chooses no algorithm: it must be the key's, letter by letter")
    func algorithmOfTheKey() throws {
        let key = try Keys.key(.ps256)
        let payload = Self.claims.encoded()
        for name in ["RS256", "PS384", "ps256", "PS256 ", "none", "None", "NONE", "nOnE", ""] {
            let token = try Self.token(#"{"alg":"\#(name)","typ":"at+jwt","kid":"\#(key.id)"}"#, payload, key)
            let code = refusal { try Self.verifier(key).verify(token, at: Self.now) }?.code
            #expect(code == .algorithmMismatch || code == .unsupportedAlgorithm, "\(name)")
        }
    }

    @Test("3.2 There is no 'none' and no RSA1_5, not even if asked for")
    func outdatedAlgorithms() throws {
        for name in ["none", "RSA1_5", "HS1", "RS1"] {
            #expect(SignatureAlgorithm(name: name) == nil && KeyManagementAlgorithm(name: name) == nil)
        }
        let key = try Keys.key(.es256)
        let header = #"{"alg":"none","typ":"at+jwt","kid":"\#(key.id)"}"#
        let signed = try Self.token(header, Self.claims.encoded(), key)
        #expect(
            refusal { try Self.verifier(key).verify(signed, at: Self.now) }?.code == .unsupportedAlgorithm)
        let unsigned = signed.prefix(through: signed.lastIndex(of: ".") ?? signed.startIndex)
        #expect(refusal { try Self.verifier(key).verify(String(unsigned), at: Self.now) }?.code == .malformed)
    }

    @Test("3.3 Every layer of a nested token is validated, not the outermost alone")
    func nested() throws {
        let (key, other) = (try Keys.key(.es256), try SigningKey.generate(.es256, id: "k-ES256"))
        let recipient = try JWK.generate(.ecdhESA256KW)
        let keys = try JWKSet(keys: [key.verificationKey])
        let opening = try DecryptionKeySet(keys: [DecryptionKey(recipient)])
        for (signer, code) in [(key, nil), (other, .invalidSignature)] as [(SigningKey, JOSEError.Code?)] {
            let inner = try Token.sign(Self.claims, with: signer)
            let outer = try EncryptedToken.encrypt(nested: inner, with: EncryptionKey(recipient.publicKey()))
            #expect(refusal { try NestedToken(outer, decryptedBy: opening, verifiedBy: keys) }?.code == code)
            var spoiled = outer.bytes
            // In the ciphertext, which is long.
            let place = spoiled.count - 60
            spoiled[place] = spoiled[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: spoiled, as: UTF8.self)
            #expect(
                refusal { try NestedToken(text, decryptedBy: opening, verifiedBy: keys) }?.code
                    == .decryptionFailed)
        }
    }

    @Test("3.4 Points that are not on their curve are refused before any secret meets them")
    func invalidCurve() throws {
        let recipient = try JWK.generate(.ecdhES)
        let text = try EncryptedToken.encrypt("x".bytes, with: EncryptionKey(recipient.publicKey()))
        var parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let header = try JSON.parse(#require(Base64URL.decode(parts[0])))
        let point = try #require(header["epk"])
        let y = try #require(point["y"]?.string.flatMap { Base64URL.decode($0) })
        let moved = point.with(("y", .string(Base64URL.encode(y.dropLast() + [(y.last ?? 0) ^ 1]))))
        for epk in [moved, point.with(("crv", "P-384")), point.with(("d", point["x"]))] {
            parts[0] = Base64URL.encode(header.with(("epk", epk)).encoded())
            let token = parts.joined(separator: ".")
            #expect(
                refusal { try UnopenedToken(token).opened(by: DecryptionKey(recipient)) }?.code == .malformed)
        }
    }

    @Test(
        "3.5 A secret shorter than its hash is no key, and a passphrase opens nothing unless its holder says so"
    )
    func entropy() throws {
        #expect(
            refusal { try SigningKey(secret: "correct horse".bytes, algorithm: .hs256, id: "a") }?.code
                == .weakKey)
        let secret: JSON = ["kty": "oct", "k": .string(Base64URL.encode([UInt8](repeating: 7, count: 32)))]
        let sealed = try EncryptedToken.encrypt(
            "x".bytes,
            with: EncryptionKey(JWK(secret), algorithm: .pbes2HS256A128KW, iterations: 1_000))
        let keys = try DecryptionKeySet(parsing: secret.encoded(), unsaid: .fitting)
        #expect(refusal { try UnopenedToken(sealed).opened(by: keys) }?.code == .unknownKey)
    }

    @Test("3.6 Nothing is compressed, and nothing compressed is opened, unless asked; then up to a bound")
    func compression() throws {
        let recipient = try JWK.generate(.ecdhES)
        let key = try EncryptionKey(recipient.publicKey())
        let plain = try EncryptedToken.encrypt([UInt8](repeating: 0x61, count: 5_000), with: key)
        #expect(try UnopenedToken(plain).header.json["zip"] == nil && plain.utf8.count > 5_000)
        let bomb = try UnopenedToken(
            EncryptedToken.encrypt([UInt8](repeating: 0, count: 1 << 20), compressed: true, with: key))
        let opening = try DecryptionKey(recipient)
        #expect(refusal { try bomb.opened(by: opening) }?.code == .unsupportedCritical)
        #expect(refusal { try bomb.opened(by: opening, inflatingTo: 250_000) } != nil)
        #expect(try bomb.opened(by: opening, inflatingTo: 1 << 20).payload.count == 1 << 20)
    }

    @Test("3.7 Header and claims are UTF-8 and nothing else")
    func encoding() throws {
        let key = try Keys.key(.hs256)
        let header = #"{"alg":"HS256","typ":"at+jwt","kid":"\#(key.id)"}"#
        for spoiled in [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]] {
            let claims =
                #"{"iss":"https://id.example","aud":"orders","exp":1700000900,"sub":""#.bytes + spoiled
                + #""}"#.bytes
            let token = try Self.token(header, claims, key)
            #expect(refusal { try Self.verifier(key).verify(token, at: Self.now) }?.code == .malformed)
            let member = #"{"alg":"HS256","kid":"\#(key.id)","x":""#.bytes + spoiled + #""}"#.bytes
            let input = "\(Base64URL.encode(member)).\(Base64URL.encode(Self.claims.encoded()))"
            let other = "\(input).\(Base64URL.encode(try key.sign(input.bytes)))"
            #expect(refusal { try Self.verifier(key).verify(other, at: Self.now) }?.code == .malformed)
        }
        let utf16 = Self.claims.encoded().flatMap { [$0, 0] as [UInt8] }
        #expect(
            refusal { try Self.verifier(key).verify(Self.token(header, utf16, key), at: Self.now) }?.code
                == .malformed)
    }

    @Test(
        "3.8, 3.9 Issuer and audience must be those that the keys and this service belong to",
        arguments: [
            (("iss", nil), .missingClaim), (("iss", "https://id.example/"), .wrongIssuer),
            (("iss", "https://ID.example"), .wrongIssuer), (("iss", ["https://id.example"]), .invalidClaim),
            (("aud", nil), .missingClaim), (("aud", "order"), .wrongAudience), (("aud", []), .wrongAudience),
            (("aud", ["a", "b"]), .wrongAudience), (("aud", ["orders": 1]), .invalidClaim),
            (("sub", 7), .invalidClaim),
        ] as [((String, JSON?), JOSEError.Code)])
    func belonging(change: (String, JSON?), code: JOSEError.Code) throws {
        let key = try Keys.key(.es256)
        let token = try Token.sign(Self.claims.with(change), type: "at+jwt", with: key)
        #expect(refusal { try Self.verifier(key).verify(token, at: Self.now) }?.code == code)
    }

    @Test("3.10 No key in a header, and no address of one, is believed")
    func hostileHeaders() throws {
        let (key, thief) = (try Keys.key(.es256), try SigningKey.generate(.es256))
        let own = try #require(thief.verificationKey.jwk).json
        let keys = JSON.object([JSON.Member("keys", [own])]).encoded()
        let extras: [JSON.Member] = [
            JSON.Member("jwk", own), JSON.Member("jku", "http://169.254.169.254/keys"),
            JSON.Member("x5u", "file:///etc/passwd"), JSON.Member("x5c", ["AAAA"]),
            JSON.Member("jku", .string("data:application/json,\(String(decoding: keys, as: UTF8.self))")),
        ]
        for extra in extras {
            for kid in [.string(key.id), .string(thief.id), nil] as [JSON?] {
                let header = JSON.object([
                    JSON.Member("alg", "ES256"), JSON.Member("typ", "at+jwt"), extra,
                ]).with(("kid", kid))
                let token = try Self.token(
                    String(decoding: header.encoded(), as: UTF8.self), Self.claims.encoded(), thief)
                let code = refusal { try Self.verifier(key).verify(token, at: Self.now) }?.code
                #expect(code == .invalidSignature || code == .unknownKey)
            }
        }
        for kid in ["../../../dev/null", "' OR 1=1 --", "k-ES256\u{0}", "K-ES256", "$(id)", ""] {
            let header = JSON.object([
                JSON.Member("alg", "ES256"), JSON.Member("typ", "at+jwt"), JSON.Member("kid", .string(kid)),
            ])
            let token = try Self.token(
                String(decoding: header.encoded(), as: UTF8.self), Self.claims.encoded(), key)
            #expect(
                refusal { try Self.verifier(key).verify(token, at: Self.now) }?.code == .unknownKey, "\(kid)")
        }
    }

    @Test("3.11, 3.12 A token of one kind is none of another, by its type and by what its policy asks")
    func kinds() throws {
        let key = try Keys.key(.es256)
        for type in ["JWT", "logout+jwt", "at+jwt2", nil] as [String?] {
            let token = try Token.sign(Self.claims, type: type, with: key)
            #expect(refusal { try Self.verifier(key).verify(token, at: Self.now) }?.code == .wrongType)
        }
        let access = try Token.sign(Self.claims, type: "application/AT+JWT", with: key)
        #expect(try Self.verifier(key).verify(access, at: Self.now).subject == "ada")
        let identity = ClaimsPolicy(
            issuer: "https://id.example", audience: "orders", required: ["exp", "nonce"])
        #expect(
            refusal { try Self.verifier(key, identity).verify(access, at: Self.now) }?.code == .missingClaim)
    }

    @Test("Revision: what is encrypted passes for nothing that is signed, whoever encrypted it")
    func encryptionAsSignature() throws {
        let key = try Keys.key(.rs256)
        let published = try #require(key.verificationKey.jwk)
        let sealing = try JWK(published.json.with(("alg", "RSA-OAEP-256"), ("use", nil)))
        let sealed = try EncryptedToken.encrypt(Self.claims.encoded(), with: EncryptionKey(sealing))
        #expect(refusal { try Self.verifier(key).verify(sealed, at: Self.now) }?.code == .malformed)
        // And a key that signs opens nothing.
        #expect(refusal { try DecryptionKey(JWK(key.privateJWK)) }?.code == .unsupportedAlgorithm)
    }

    @Test("Revision: only the compact form, of its own alphabet, is a token")
    func formats() throws {
        let key = try Keys.key(.es256)
        let token = try Token.sign(Self.claims, type: "at+jwt", with: key)
        let parts = token.split(separator: ".").map(String.init)
        let flattened = #"{"protected":"\#(parts[0])","payload":"\#(parts[1])","signature":"\#(parts[2])"}"#
        let others = [
            flattened, "[\(flattened)]", "\"\(token)\"", token + "\n", " " + token, token + "=",
            token + "%20",
            parts[0] + "+." + parts[1] + "." + parts[2], parts[0] + "./" + parts[1] + "." + parts[2],
            token.replacing("e", with: "\u{435}"), token + "\u{0}",
        ]
        for other in others {
            #expect(
                refusal { try Self.verifier(key).verify(other, at: Self.now) }?.code == .malformed, "\(other)"
            )
        }
    }

    @Test("Revision: a token does not say how often a passphrase is hashed beyond a bound")
    func iterations() throws {
        let secret = try JWK(["kty": "oct", "k": .string(Base64URL.encode("correct horse".bytes))])
        let sealed = try EncryptedToken.encrypt(
            "x".bytes, with: EncryptionKey(secret, algorithm: .pbes2HS256A128KW, iterations: 1_000))
        var parts = sealed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let header = try JSON.parse(#require(Base64URL.decode(parts[0])))
        for count: Int64 in [600_001, 2_147_483_647, 2_147_483_648, .max] {
            parts[0] = Base64URL.encode(header.with(("p2c", .integer(count))).encoded())
            let token = parts.joined(separator: ".")
            #expect(
                refusal {
                    try UnopenedToken(token).opened(by: DecryptionKey(secret, algorithm: .pbes2HS256A128KW))
                }?.code == .malformed)
        }
    }
}
