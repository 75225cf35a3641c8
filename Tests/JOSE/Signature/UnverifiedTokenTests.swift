import Testing
import VidimusJOSE

@Suite("Parsing a token")
struct UnverifiedTokenTests {
    static func compact(_ header: String, payload: String = "{}", signature: String = "AA") -> String {
        "\(Base64URL.encode(header.bytes)).\(Base64URL.encode(payload.bytes)).\(signature)"
    }

    @Test(
        "A token without three parts is refused before any cryptography",
        arguments: [
            ("", "a token of 1 part, needs exactly three"), ("e30", "a token of 1 part, needs exactly three"),
            ("e30.e30", "a token of 2 parts, needs exactly three"),
            ("e30.e30.AA.AA", "a token of 4 parts, needs exactly three"),
            (
                "e30.e30.AA.AA.AA",
                "a token of 5 parts, needs exactly three; five are an encrypted token (JWE)"
            ),
            (".e30.AA", "the header part is empty"), ("e30.e30.", "the signature part is empty"),
            ("..", "the header part is empty"), ("e30..AA", "the header has no 'alg'"),
        ])
    func parts(text: String, reason: String) {
        #expect(refusal { try UnverifiedToken(text) } == JOSEError(.malformed, reason))
    }

    @Test("Parts in anything but canonical base64url are refused")
    func base64url() {
        let header = Base64URL.encode(#"{"alg":"HS256"}"#.bytes)
        for bad in ["AA==", "AB", "A", "A+A", " AA", "AA\n", "AÄ"] {
            #expect(
                refusal { try UnverifiedToken("\(header).e30.\(bad)") }
                    == JOSEError(.malformed, "the signature part is not canonical base64url"))
            #expect(
                refusal { try UnverifiedToken("\(header).\(bad).AA") }
                    == JOSEError(.malformed, "the payload part is not canonical base64url"))
            #expect(
                refusal { try UnverifiedToken("\(header)\(bad).e30.AA") }?.code == .malformed)
        }
    }

    @Test(
        "A header that is not as it should be is refused by name",
        arguments: [
            ("[]", .malformed, "the header is not a JSON object"),
            ("{}", .malformed, "the header has no 'alg'"),
            ("{", .malformed, "the header: bad JSON at the end: expected a member name"),
            (#"{"alg":1}"#, .malformed, "'alg' in the header is not a string"),
            (#"{"alg":null}"#, .malformed, "'alg' in the header is not a string"),
            (
                #"{"alg":"HS256","alg":"HS256"}"#, .malformed,
                "the header: bad JSON at the end: the object ending here has a member name twice"
            ),
            (#"{"alg":"HS256","kid":1}"#, .malformed, "'kid' in the header is not a string"),
            (#"{"alg":"HS256","typ":[]}"#, .malformed, "'typ' in the header is not a string"),
            (#"{"alg":"HS256","cty":{}}"#, .malformed, "'cty' in the header is not a string"),
            (#"{"alg":"none"}"#, .unsupportedAlgorithm, "alg 'none' is not a signature algorithm we have"),
            (#"{"alg":"None"}"#, .unsupportedAlgorithm, "alg 'None' is not a signature algorithm we have"),
            (#"{"alg":"hs256"}"#, .unsupportedAlgorithm, "alg 'hs256' is not a signature algorithm we have"),
            (
                #"{"alg":"HS256 "}"#, .unsupportedAlgorithm,
                "alg 'HS256 ' is not a signature algorithm we have"
            ),
            (
                #"{"alg":"ES256K"}"#, .unsupportedAlgorithm,
                "alg 'ES256K' is not a signature algorithm we have"
            ),
            (
                #"{"alg":"\n\u001b[0m"}"#, .unsupportedAlgorithm,
                "alg '\\n\\u001b[0m' is not a signature algorithm we have"
            ),
            (
                #"{"alg":"HS256","crit":["exp"],"exp":1}"#, .unsupportedCritical,
                "the header uses 'crit', which we do not have"
            ),
            (
                #"{"alg":"HS256","b64":false,"crit":["b64"]}"#, .unsupportedCritical,
                "the header uses 'crit', which we do not have"
            ),
            (
                #"{"alg":"HS256","b64":true}"#, .unsupportedCritical,
                "the header uses 'b64', which we do not have"
            ),
            (
                #"{"alg":"HS256","zip":"DEF"}"#, .unsupportedCritical,
                "the header uses 'zip', which we do not have"
            ),
        ] as [(String, JOSEError.Code, String)])
    func header(text: String, code: JOSEError.Code, reason: String) {
        let error = refusal { try UnverifiedToken(Self.compact(text)) }
        #expect(error?.code == code)
        #expect(error?.reason == reason)
    }

    @Test(
        "A crit of the wrong form is malformed",
        arguments: ["[]", "\"exp\"", "[1]", "[\"exp\",\"exp\"]", "[\"absent\"]", "null"])
    func critical(text: String) {
        let error = refusal { try UnverifiedToken(Self.compact(#"{"alg":"HS256","exp":1,"crit":\#(text)}"#)) }
        #expect(
            error
                == JOSEError(.malformed, "'crit' is not a non-empty array of names of members of the header"))
    }

    @Test("jku, x5u, jwk and x5c are read as JSON and never followed")
    func ignored() throws {
        let header =
            #"{"alg":"HS256","jku":"https://evil.example","x5u":"file:///etc/passwd","jwk":{"kty":"oct","k":"AA"},"x5c":[]}"#
        let token = try UnverifiedToken(Self.compact(header))
        #expect(token.header.json["jku"] == "https://evil.example")
        #expect(
            refusal { try token.verified(by: Keys.key(.hs256).verificationKey) }?.code
                == .invalidSignature)
    }

    @Test("Oversize tokens and headers are refused")
    func oversize() throws {
        let long = Self.compact(#"{"alg":"HS256"}"#, payload: String(repeating: "x", count: 20_000))
        #expect(
            refusal { try UnverifiedToken(long) }
                == JOSEError(.malformed, "a token of \(long.utf8.count) bytes, at most 16384 are allowed"))
        #expect(refusal { try UnverifiedToken(long, maximumBytes: long.utf8.count) } == nil)
        #expect(refusal { try UnverifiedToken(long, maximumBytes: long.utf8.count - 1) }?.code == .malformed)
        func header(_ length: Int) -> String {
            let frame = #"{"alg":"HS256","x":""}"#
            return Self.compact(
                frame.replacing(
                    #""x":""#, with: #""x":"\#(String(repeating: "x", count: length - frame.utf8.count))"#))
        }
        #expect(refusal { try UnverifiedToken(header(8_192)) } == nil)
        #expect(refusal { try UnverifiedToken(header(8_193)) }?.code == .malformed)
        #expect(
            refusal { try UnverifiedToken(header(12_000)) }
                == JOSEError(.malformed, "a header of more than 8192 bytes"))
    }

    @Test("A header in the JSON serialisation is not a compact token")
    func jsonSerialisation() {
        let text = #"{"payload":"e30","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"}"#
        #expect(refusal { try UnverifiedToken(text) }?.code == .malformed)
    }

    @Test("Bytes of any kind are refused without a trap")
    func garbage() {
        var random = SystemRandomNumberGenerator()
        for length in 0..<400 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(refusal { try UnverifiedToken(bytes) } != nil)
            #expect(refusal { try UnverifiedToken(bytes.map { $0 % 7 == 0 ? 0x2E : $0 & 0x7F }) } != nil)
            _ = refusal { try JSON.parse(bytes) }
        }
    }
}
