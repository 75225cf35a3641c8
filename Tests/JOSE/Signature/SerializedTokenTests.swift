import Testing
import VidimusJOSE

@Suite("Signed tokens in JSON, and without their payload")
struct SerializedTokenTests {
    static let payload = "what was agreed.".bytes

    private static func keys() throws -> JWKSet {
        try JWKSet(keys: SignatureAlgorithm.allCases.map { try Keys.key($0).verificationKey })
    }

    @Test(
        "A flattened token verifies in every algorithm, by its key and no other",
        arguments: SignatureAlgorithm.allCases)
    func flattened(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let json = try Token.signFlattened(payload: Self.payload, header: [.init("typ", "x")], with: key)
        let token = try UnverifiedFlattenedToken(parsing: json.encoded())
        let content = try token.verified(by: Self.keys())
        #expect(content.payload == Self.payload)
        #expect(content.signatures.map(\.keyID) == [key.id])
        #expect(content.signatures.first?.protectedHeader["typ"] == "x")
        let other = try Keys.key(algorithm == .es256 ? .es384 : .es256).verificationKey
        #expect(refusal { try token.verified(by: other) }?.code == .algorithmMismatch)
        let changed = try UnverifiedFlattenedToken(parsing: json.with(("payload", "eHg")).encoded())
        #expect(refusal { try changed.verified(by: Self.keys()) }?.code == .invalidSignature)
    }

    @Test("No parser takes another's serialization")
    func apart() throws {
        let key = try Keys.key(.es256)
        let compact = try Token.sign(payload: Self.payload, with: key)
        let flattened = try Token.signFlattened(payload: Self.payload, with: key).encoded()
        let general = try Token.signGeneral(payload: Self.payload, with: [key]).encoded()
        let detached = try Token.signDetached(payload: Self.payload, with: key)
        for text in [flattened, general, detached.bytes] {
            let error = refusal { try UnverifiedToken(text).verified(by: key.verificationKey) }
            #expect(error?.code == .malformed || error?.code == .invalidSignature)
        }
        for text in [flattened, general] {
            #expect(refusal { try UnverifiedToken(text) }?.code == .malformed)
        }
        for text in [compact.bytes, general, detached.bytes] {
            #expect(refusal { try UnverifiedFlattenedToken(parsing: text) }?.code == .malformed)
        }
        for text in [compact.bytes, flattened, detached.bytes] {
            #expect(refusal { try UnverifiedGeneralToken(parsing: text) }?.code == .malformed)
        }
        for text in [compact, String(decoding: flattened, as: UTF8.self)] {
            #expect(refusal { try UnverifiedDetachedToken(text, payload: Self.payload) }?.code == .malformed)
        }
        // Members of both serializations at once are of neither (RFC 7515 §7.2.2).
        let both = try JSON.parse(flattened).with(("signatures", []))
        #expect(refusal { try UnverifiedFlattenedToken(parsing: both.encoded()) }?.code == .malformed)
        #expect(refusal { try UnverifiedGeneralToken(parsing: both.encoded()) }?.code == .malformed)
    }

    @Test("Of several signatures the result says which are good, and the policy what is enough")
    func several() throws {
        let (a, b) = (try Keys.key(.es256), try Keys.key(.ed25519))
        let stranger = try SigningKey.generate(.rs256, id: "stranger")
        let json = try Token.signGeneral(payload: Self.payload, with: [a, stranger, b])
        let token = try UnverifiedGeneralToken(parsing: json.encoded())
        let keys = try Self.keys()
        let content = try token.verified(by: keys, policy: .distinctKeys(2))
        #expect(content.signatures.map(\.keyID) == [a.id, b.id])
        #expect(
            content.outcomes.map { outcome in refusal { try outcome.get() }?.code } == [
                nil, .unknownKey, nil,
            ])
        let good: [SignaturePolicy] = [
            .distinctKeys(1), .distinctKeys(0), .keys([b.id]), .keys([a.id, b.id]), .keys([]),
        ]
        for policy in good { #expect(refusal { try token.verified(by: keys, policy: policy) } == nil) }
        for policy: SignaturePolicy in [.all, .distinctKeys(3), .keys([a.id, "stranger"])] {
            #expect(refusal { try token.verified(by: keys, policy: policy) }?.code == .invalidSignature)
        }
        let all = try JWKSet(keys: keys.keys + [stranger.verificationKey])
        #expect(try token.verified(by: all, policy: .all).signatures.count == 3)
        // One key that signs twice is one.
        let twice = try UnverifiedGeneralToken(
            parsing: Token.signGeneral(payload: Self.payload, with: [a, a]).encoded())
        #expect(refusal { try twice.verified(by: keys, policy: .distinctKeys(2)) }?.code == .invalidSignature)
        // None that is good is never enough.
        let none = try JWKSet(keys: [])
        for policy: SignaturePolicy in [.all, .distinctKeys(0), .keys([])] {
            #expect(refusal { try token.verified(by: none, policy: policy) }?.code == .invalidSignature)
        }
        let many = refusal {
            try UnverifiedGeneralToken(
                parsing: Token.signGeneral(payload: [], with: Array(repeating: Keys.key(.hs256), count: 17))
                    .encoded())
        }
        #expect(many?.code == .malformed)
    }

    @Test("A payload that is not in the token, or not encoded, is taken only where the caller asks for it")
    func options() throws {
        let key = try Keys.key(.hs256)
        let own = key.verificationKey
        for isUnencoded in [false, true] {
            let detached = try Token.signDetached(payload: Self.payload, isUnencoded: isUnencoded, with: key)
            let token = try UnverifiedDetachedToken(detached, payload: Self.payload, allowsUnencoded: true)
            #expect(try token.verified(by: own).payload == Self.payload)
            let other = try UnverifiedDetachedToken(detached, payload: "x".bytes, allowsUnencoded: true)
            #expect(refusal { try other.verified(by: own) }?.code == .invalidSignature)
            let unasked = refusal { try UnverifiedDetachedToken(detached, payload: Self.payload) }
            #expect(unasked?.code == (isUnencoded ? .unsupportedCritical : nil))
            for isDetached in [false, true] {
                let form = Token.Form(isDetached: isDetached, isUnencoded: isUnencoded)
                let json = try Token.signFlattened(payload: Self.payload, form: form, with: key)
                let options = SignatureOptions(
                    detachedPayload: isDetached ? Self.payload : nil, allowsUnencoded: isUnencoded)
                let token = try UnverifiedFlattenedToken(parsing: json.encoded(), options: options)
                #expect(try token.verified(by: own).payload == Self.payload)
                guard isDetached || isUnencoded else { continue }
                let error = refusal { try UnverifiedFlattenedToken(parsing: json.encoded()) }
                #expect(error?.code == (isUnencoded ? .unsupportedCritical : .malformed))
                let given = SignatureOptions(detachedPayload: Self.payload, allowsUnencoded: true)
                if !isDetached {
                    let error = refusal {
                        try UnverifiedFlattenedToken(parsing: json.encoded(), options: given)
                    }
                    #expect(error?.code == .malformed)
                }
            }
        }
        let binary = refusal {
            try Token.signFlattened(payload: [0xFF], form: Token.Form(isUnencoded: true), with: key)
        }
        #expect(binary?.code == .malformed)
    }

    @Test(
        "A token in JSON that is not as it must be is refused",
        arguments: [
            ("[]", JOSEError.Code.malformed), ("{}", .malformed),
            (#"{"payload":"eA","signature":"AA"}"#, .malformed),
            (#"{"payload":"eA","protected":"","signature":"AA"}"#, .malformed),
            (#"{"payload":"eA","protected":"e30","signature":""}"#, .malformed),
            (#"{"payload":"eA=","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"}"#, .malformed),
            (#"{"payload":1,"protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"}"#, .malformed),
            (
                #"{"payload":"eA","payload":"eA","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"}"#,
                .malformed
            ),
            (
                #"{"payload":"eA","protected":"eyJhbGciOiJIUzI1NiJ9","header":{"alg":"HS256"},"signature":"AA"}"#,
                .malformed
            ),
            (
                #"{"payload":"eA","protected":"eyJhbGciOiJIUzI1NiJ9","header":{"crit":["x"],"x":1},"signature":"AA"}"#,
                .malformed
            ),
            (#"{"payload":"eA","header":{"alg":"HS256","b64":true},"signature":"AA"}"#, .malformed),
            (#"{"payload":"eA","header":[],"signature":"AA"}"#, .malformed),
            (#"{"payload":"eA","header":{"alg":"none"},"signature":"AA"}"#, .unsupportedAlgorithm),
            // {"alg":"HS256","b64":false}, {…,"crit":["b64"],"b64":"x"}, {…,"crit":["exp"],"exp":1}
            (
                #"{"payload":"eA","protected":"eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2V9","signature":"AA"}"#,
                .malformed
            ),
            (
                #"{"payload":"eA","protected":"eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6IngifQ","signature":"AA"}"#,
                .malformed
            ),
            (
                #"{"payload":"eA","protected":"eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiZXhwIl0sImV4cCI6MX0","signature":"AA"}"#,
                .unsupportedCritical
            ),
        ] as [(String, JOSEError.Code)])
    func refused(text: String, code: JOSEError.Code) throws {
        let key = try Keys.key(.hs256).verificationKey
        for allowsUnencoded in [false, true] {
            let options = SignatureOptions(allowsUnencoded: allowsUnencoded)
            let error = refusal {
                try UnverifiedFlattenedToken(parsing: text.bytes, options: options).verified(by: key)
            }
            #expect(error?.code == code, "\(String(describing: error))")
        }
    }

    @Test("Signatures that do not agree on b64 are refused; a bad one beside a good one is told")
    func general() throws {
        let key = try Keys.key(.hs256)
        func element(_ json: JSON) -> JSON { json.with(("payload", nil)) }
        let encoded = try Token.signFlattened(payload: Self.payload, with: key)
        let plain = try Token.signFlattened(payload: Self.payload, form: .init(isUnencoded: true), with: key)
        let mixed: JSON = [
            "payload": .string(Base64URL.encode(Self.payload)),
            "signatures": [element(encoded), element(plain)],
        ]
        let options = SignatureOptions(allowsUnencoded: true)
        #expect(
            refusal { try UnverifiedGeneralToken(parsing: mixed.encoded(), options: options) }?.code
                == .malformed)
        let unknown: JSON = ["header": ["alg": "HS1"], "signature": "AA"]
        let other: JSON = [
            "payload": .string(Base64URL.encode(Self.payload)), "signatures": [unknown, element(encoded)],
        ]
        let keys = try JWKSet(keys: [key.verificationKey])
        let content = try UnverifiedGeneralToken(parsing: other.encoded()).verified(
            by: keys, policy: .keys([key.id]))
        #expect(content.outcomes.count == 2 && content.signatures.count == 1)
    }

    @Test("RFC 7515 A.6 and A.7: the two signatures of A.2 and A.3, in the general and the flattened form")
    func printedForms() throws {
        let examples = try ["RFC 7515 A.2", "RFC 7515 A.3"].map { name in
            try #require(RFCExample.all.first { $0.name == name })
        }
        let parts = examples.map { $0.compact.split(separator: ".").map { JSON.string(String($0)) } }
        let ids: [JSON] = ["2010-12-29", "e9bc097a-ce51-4036-9562-d2ade882db0d"]
        let signatures = zip(parts, ids).map { part, id -> JSON in
            ["protected": part[0], "header": ["kid": id], "signature": part[2]]
        }
        let general: JSON = ["payload": parts[0][1], "signatures": .array(signatures)]
        let keys = try zip(examples, ids).map { example, id in
            try VerificationKey(JWK(JSON(text: example.key).with(("kid", id))), algorithm: example.algorithm)
        }
        let content = try UnverifiedGeneralToken(parsing: general.encoded())
            .verified(by: JWKSet(keys: keys), policy: .all)
        #expect(content.signatures.map(\.keyID) == ids.map(\.string))
        let flattened = signatures[1].with(("payload", parts[1][1]))
        let one = try UnverifiedFlattenedToken(parsing: flattened.encoded()).verified(by: keys[1])
        #expect(one.payload == Base64URL.decode(parts[1][1].string ?? ""))
    }

    @Test(
        "RFC 7520 §4 and RFC 7797 §4: every JSON form and every detached one verifies",
        .enabled(if: Vectors.isPresent))
    func cookbook() throws {
        var counts = (flattened: 0, general: 0, detached: 0)
        let files =
            try Vectors.names(in: "rfc7520-cookbook/jws").map { "rfc7520-cookbook/jws/\($0)" }
            + Vectors.names(in: "rfc7520-cookbook/rfc7797").filter { $0.hasSuffix(".json") }
            .map { "rfc7520-cookbook/rfc7797/\($0)" }
        for path in files {
            let file = try Vectors.json(path)
            let (output, input) = (try #require(file["output"]), try #require(file["input"]))
            let payload = try #require(input["payload"]?.string).bytes
            let names = input["alg"]?.array ?? input["alg"].map { [$0] } ?? []
            let algorithms = names.compactMap { $0.string.flatMap(SignatureAlgorithm.init(name:)) }
            let jwks = input["key"]?.array ?? input["key"].map { [$0] } ?? []
            let own = try zip(jwks, algorithms).map { try VerificationKey(JWK($0), algorithm: $1) }
            func options(_ json: JSON) -> SignatureOptions {
                SignatureOptions(
                    detachedPayload: json["payload"] == nil ? payload : nil,
                    allowsUnencoded: path.contains("rfc7797"))
            }
            // 4.2 of RFC 7797 has `crit` in its header; the data forgot it, and `b64` without it is refused (§6).
            if path.hasSuffix("/4.2.hmac-sha2_b64_false.json") {
                for json in [output["json_flat"], output["json"]].compactMap({ $0 }) {
                    let flattened = refusal {
                        try UnverifiedFlattenedToken(parsing: json.encoded(), options: options(json))
                    }
                    let general = refusal {
                        try UnverifiedGeneralToken(parsing: json.encoded(), options: options(json))
                    }
                    #expect(flattened?.code == .malformed && general?.code == .malformed)
                }
                continue
            }
            if own.count > 1, let json = output["json"] {
                // Two keys of 4.8 have one `kid`, which is no set of ours: each by itself vouches for its own.
                let token = try UnverifiedGeneralToken(parsing: json.encoded())
                for (index, key) in own.enumerated() {
                    let content = try token.verified(by: JWKSet(keys: [key]), policy: .distinctKeys(1))
                    #expect(content.payload == payload && content.signatures.count == 1)
                    #expect(refusal { try content.outcomes[index].get() } == nil)
                }
                counts.general += 1
                continue
            }
            let keys = try JWKSet(keys: own)
            if let json = output["json_flat"] {
                let token = try UnverifiedFlattenedToken(parsing: json.encoded(), options: options(json))
                #expect(try token.verified(by: keys).payload == payload, "\(path)")
                counts.flattened += 1
            }
            if let json = output["json"] {
                let token = try UnverifiedGeneralToken(parsing: json.encoded(), options: options(json))
                let content = try token.verified(by: keys, policy: .all)
                #expect(content.payload == payload && content.signatures.count == algorithms.count, "\(path)")
                counts.general += 1
            }
            // A compact token with its payload unencoded in the middle (RFC 7797 §5.2) is not among ours.
            if let compact = output["compact"]?.string, compact.contains("..") {
                let token = try UnverifiedDetachedToken(compact, payload: payload, allowsUnencoded: true)
                #expect(try token.verified(by: keys).payload == payload)
                counts.detached += 1
            }
        }
        #expect(counts == (8, 9, 1))
    }
}
