import Testing
import VidimusJOSE

@Suite("Parsing encrypted tokens")
struct UnopenedTokenTests {
    /// A token of this header with parts of the right lengths for A128GCM, or those given.
    static func compact(_ header: String, key: Int = 24, iv: Int = 12, tag: Int = 16) -> String {
        let parts = [key, iv, 5, tag].map { Base64URL.encode([UInt8](repeating: 1, count: $0)) }
        return ([Base64URL.encode(header.bytes)] + parts).joined(separator: ".")
    }

    static let wrapped = #"{"alg":"A128KW","enc":"A128GCM"}"#

    @Test(
        "A header that is not as it must be is refused before any key is used",
        arguments: [
            (#"{"enc":"A128GCM"}"#, JOSEError.Code.malformed, "'alg'"),
            (#"{"alg":"A128KW"}"#, .malformed, "'enc'"),
            (#"{"alg":1,"enc":"A128GCM"}"#, .malformed, "'alg'"), ("[]", .malformed, "object"),
            (#"{"alg":"A128KW","alg":"A128KW","enc":"A128GCM"}"#, .malformed, "twice"),
            (#"{"alg":"RSA1_5","enc":"A128GCM"}"#, .unsupportedAlgorithm, "RSA1_5"),
            (#"{"alg":"none","enc":"A128GCM"}"#, .unsupportedAlgorithm, "none"),
            (#"{"alg":"HS256","enc":"A128GCM"}"#, .unsupportedAlgorithm, "HS256"),
            (#"{"alg":"a128kw","enc":"A128GCM"}"#, .unsupportedAlgorithm, "a128kw"),
            (#"{"alg":"A128KW","enc":"A128CBC"}"#, .unsupportedAlgorithm, "A128CBC"),
            (#"{"alg":"A128KW","enc":"A128GCM","crit":["exp"],"exp":1}"#, .unsupportedCritical, "crit"),
            (#"{"alg":"A128KW","enc":"A128GCM","crit":[]}"#, .malformed, "crit"),
            (#"{"alg":"A128KW","enc":"A128GCM","crit":["x"]}"#, .malformed, "crit"),
            (#"{"alg":"A128KW","enc":"A128GCM","b64":false}"#, .unsupportedCritical, "b64"),
            (#"{"alg":"A128KW","enc":"A128GCM","zip":"GZIP"}"#, .unsupportedCritical, "zip"),
            (#"{"alg":"A128KW","enc":"A128GCM","zip":true}"#, .malformed, "zip"),
            (#"{"alg":"A128KW","enc":"A128GCM","cty":7}"#, .malformed, "cty"),
            (#"{"alg":"A128GCMKW","enc":"A128GCM","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"#, .malformed, "'iv'"),
            (
                #"{"alg":"A128GCMKW","enc":"A128GCM","iv":"AAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
                .malformed, "'iv'"
            ),
            (
                #"{"alg":"A128GCMKW","enc":"A128GCM","iv":"AAAAAAAAAAAAAAAA","tag":"AAAA"}"#, .malformed,
                "'tag'"
            ),
            (#"{"alg":"ECDH-ES+A128KW","enc":"A128GCM"}"#, .malformed, "'epk'"),
            (#"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","epk":"x"}"#, .malformed, "'epk'"),
            (
                #"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","epk":{"kty":"oct","k":"AAAA"}}"#, .malformed,
                "'epk'"
            ),
            (
                // A point that is not on P-256.
                #"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","epk":{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFppA"}}"#,
                .malformed, "not a point on P-256"
            ),
            (
                #"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","apu":"=","epk":{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}}"#,
                .malformed, "'apu'"
            ),
            (
                #"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","epk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#,
                .malformed, "'epk'"
            ),
            (
                #"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","epk":{"kty":"OKP","crv":"X25519","d":"RVqkt2ZmEiUY-OGyag9rXe7vsDm2BQ_XykdxhLv9pd4","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}}"#,
                .malformed, "private"
            ),
            (#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":4096}"#, .malformed, "'p2s'"),
            (
                #"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":4096,"p2s":"AAAAAAAA"}"#, .malformed,
                "'p2s'"
            ),
            (#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAAAAAAAAA"}"#, .malformed, "'p2c'"),
            (
                #"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":999,"p2s":"AAAAAAAAAAA"}"#, .malformed,
                "'p2c'"
            ),
            (
                #"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1e4,"p2s":"AAAAAAAAAAA"}"#, .malformed,
                "'p2c'"
            ),
            (
                #"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":-4096,"p2s":"AAAAAAAAAAA"}"#, .malformed,
                "'p2c'"
            ),
        ] as [(String, JOSEError.Code, String)])
    func header(text: String, code: JOSEError.Code, word: String) throws {
        let error = try #require(refusal { try UnopenedToken(Self.compact(text)) })
        #expect(error.code == code && error.reason.contains(word), "\(error)")
    }

    @Test("Parts that are too many, too few, of the wrong length or not base64url are refused")
    func parts() throws {
        let good = Self.compact(Self.wrapped)
        #expect(refusal { try UnopenedToken(good) } == nil)
        let direct = #"{"alg":"dir","enc":"A128GCM"}"#
        let bad = [
            "", ".", "....", "a.b.c", good + ".", good + ".AA", "." + good, String(good.dropLast(23)),
            good + "=",
            good + "\n", " " + good, good.replacing("AQEB", with: "AQE+"), Self.compact(Self.wrapped, key: 0),
            Self.compact(Self.wrapped, iv: 16), Self.compact(Self.wrapped, iv: 0),
            Self.compact(Self.wrapped, tag: 12), Self.compact(Self.wrapped, tag: 17), Self.compact(direct),
            Self.compact(#"{"alg":"A128KW","enc":"A128CBC-HS256"}"#), String(repeating: ".", count: 60_000),
            Self.compact(#"{"alg":"A128KW","enc":"A128GCM","x":"\#(String(repeating: "x", count: 8_192))"}"#),
            good + String(repeating: "A", count: 65_536),
        ]
        for text in bad {
            #expect(refusal { try UnopenedToken(text) }?.code == .malformed, "\(text.prefix(80))")
        }
        #expect(refusal { try UnopenedToken(good, maximumBytes: good.utf8.count - 1) }?.code == .malformed)
        #expect(refusal { try UnopenedToken("a.b.c") }?.reason.contains("signed token") == true)
        // What decrypts is not what verifies: neither parser takes the other's tokens.
        #expect(refusal { try UnverifiedToken(good) }?.code == .malformed)
    }

    @Test("A public key of small order on X25519, by which every secret is zero, opens and seals nothing")
    func smallOrder() throws {
        for x in [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)] {
            let point = Base64URL.encode(x)
            let header =
                #"{"alg":"ECDH-ES+A256KW","enc":"A128GCM","epk":{"kty":"OKP","crv":"X25519","x":"\#(point)"}}"#
            #expect(refusal { try UnopenedToken(Self.compact(header)) }?.code == .malformed)
            #expect(
                refusal { try JWK(["kty": "OKP", "crv": "X25519", "x": .string(point), "alg": "ECDH-ES"]) }?
                    .code
                    == .weakKey)
        }
    }

    @Test("An ephemeral key on another curve than ours decrypts nothing")
    func otherCurve() throws {
        let theirs = try EncryptionKey(EncryptionKeys.jwk(.init(algorithm: .ecdhES, curve: "P-384")))
        let token = try UnopenedToken(EncryptedToken.encrypt("x".bytes, with: theirs))
        let own = try DecryptionKey(EncryptionKeys.jwk(.init(algorithm: .ecdhES, curve: "P-256")))
        #expect(refusal { try token.opened(by: own) }?.code == .decryptionFailed)
    }
}
