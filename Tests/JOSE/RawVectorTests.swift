import Foundation
import Testing
import VidimusJOSE

/// The raw files of the RFCs (`rfc-jose`): a token in each of its forms, the keys and the plaintext beside it.
@Suite("Raw files of the RFCs")
struct RawVectorTests {
    /// What a key that does not say its algorithm is for, as the RFC's text says.
    private static let algorithms: [String: [SignatureAlgorithm]] = [
        "rfc7515_A.1": [.hs256], "rfc7515_A.2": [.rs256], "rfc7515_A.3": [.es256], "rfc7515_A.4": [.es512],
        "rfc7515_A.6": [.rs256, .es256], "rfc7515_A.7": [.es256], "rfc7520_4.1": [.rs256],
        "rfc7520_4.2": [.ps384], "rfc7520_4.3": [.es512], "rfc7520_4.4": [.hs256], "rfc7520_4.5": [.hs256],
        "rfc7520_4.6": [.hs256], "rfc7520_4.7": [.hs256], "rfc7520_4.8": [.rs256, .es512, .hs256],
    ]

    /// The bytes of a file; one that is only another's name stands for that (a symbolic link, flattened).
    private static func bytes(_ name: String) throws -> [UInt8] {
        let bytes = try Vectors.bytes("rfc-jose/\(name)")
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasPrefix("rfc") && text.count < 40 ? try Vectors.bytes("rfc-jose/\(text)") : bytes
    }

    /// A set for each key: RFC 7520 §4.8 has two with one `kid`, which a set of ours refuses,
    /// since a header that names it would not say which is meant.
    private static func keys(_ stem: String) throws -> [JWKSet] {
        let algorithms = try #require(Self.algorithms[stem])
        let jwks =
            algorithms.count == 1
            ? [try JSON.parse(bytes("\(stem).jwk"))]
            : try (1...algorithms.count).map { try JSON.parse(bytes("\(stem).\($0).jwk")) }
        return try zip(jwks, algorithms).map {
            try JWKSet(keys: [VerificationKey(JWK($0), algorithm: $1)])
        }
    }

    private static func stems(_ ending: String) throws -> [String] {
        try Vectors.names(in: "rfc-jose").filter { $0.hasSuffix(ending) }.map {
            String($0.dropLast(ending.count))
        }
    }

    @Test(
        "Every compact signed token verifies, but the one without a signature",
        .enabled(if: Vectors.isPresent))
    func compact() throws {
        var verified = 0
        for stem in try Self.stems(".jwsc") {
            let text = String(decoding: try Self.bytes("\(stem).jwsc"), as: UTF8.self)
            if stem == "rfc7515_A.5" {
                // "alg":"none": RFC 8725 §3.1, not to be taken unless asked for; we have no way to ask.
                #expect(refusal { try UnverifiedToken(text) }?.code == .malformed)
                continue
            }
            let keys = try #require(try Self.keys(stem).first)
            if stem == "rfc7520_4.5" {
                let payload = try Self.bytes("\(stem).payl")
                let plain = Base64URL.decode(String(decoding: payload, as: UTF8.self)) ?? payload
                #expect(
                    refusal { try UnverifiedDetachedToken(text, payload: plain).verified(by: keys) } == nil)
                // Its payload is elsewhere: to the parser of whole tokens it is one with another payload.
                #expect(refusal { try UnverifiedToken(text).verified(by: keys) }?.code == .invalidSignature)
                verified += 1
                continue
            }
            #expect(refusal { try UnverifiedToken(text).verified(by: keys) } == nil, "\(stem)")
            verified += 1
        }
        #expect(verified == 9)
    }

    @Test("Every signed token in JSON verifies, flattened and general", .enabled(if: Vectors.isPresent))
    func json() throws {
        var options = SignatureOptions()
        var counts = (flattened: 0, general: 0)
        for (ending, isFlattened) in [(".jwsf", true), (".jwsg", false)] {
            for stem in try Self.stems(ending) {
                let text = try Self.bytes(stem + ending)
                let sets = try Self.keys(stem)
                options.detachedPayload = nil
                if stem == "rfc7520_4.5" {
                    let payload = try Self.bytes("\(stem).payl")
                    options.detachedPayload =
                        Base64URL.decode(String(decoding: payload, as: UTF8.self)) ?? payload
                }
                if isFlattened {
                    let token = try UnverifiedFlattenedToken(parsing: text, options: options)
                    for keys in sets {
                        #expect(refusal { try token.verified(by: keys) } == nil, "\(stem)\(ending)")
                    }
                    #expect(refusal { try UnverifiedGeneralToken(parsing: text, options: options) } != nil)
                    counts.flattened += 1
                } else {
                    let token = try UnverifiedGeneralToken(parsing: text, options: options)
                    for keys in sets {
                        let error = refusal { try token.verified(by: keys, policy: .distinctKeys(1)) }
                        #expect(error == nil, "\(stem)\(ending)")
                    }
                    #expect(refusal { try UnverifiedFlattenedToken(parsing: text, options: options) } != nil)
                    counts.general += 1
                }
                #expect(refusal { try UnverifiedToken(text) }?.code == .malformed)
            }
        }
        #expect(counts.flattened == 8 && counts.general == 9)
    }

    @Test(
        "Every compact encrypted token gives its plaintext, but RSA1_5; those in JSON are no compact tokens",
        .enabled(if: Vectors.isPresent))
    func encrypted() throws {
        var opened = 0
        for stem in try Self.stems(".jwec") {
            let text = String(decoding: try Self.bytes("\(stem).jwec"), as: UTF8.self)
            if stem == "rfc7520_5.1" {
                // RSA1_5 is a decryption oracle (RFC 8725 §3.2) and not here.
                #expect(refusal { try UnopenedToken(text) }?.code == .unsupportedAlgorithm)
                continue
            }
            let token = try UnopenedToken(text)
            let algorithm = token.header.algorithm
            let key = try DecryptionKey(JWK(JSON.parse(Self.bytes("\(stem).jwk"))), algorithm: algorithm)
            let payload = try token.opened(by: key, inflatingTo: 100_000).payload
            #expect(try payload == Self.bytes("\(stem).pt"), "\(stem)")
            opened += 1
        }
        #expect(opened == 8)
        for ending in [".jwef", ".jweg"] {
            // We have no JSON serialization of encrypted tokens: what is one is refused, never guessed at.
            for stem in try Self.stems(ending) {
                #expect(refusal { try UnopenedToken(Self.bytes(stem + ending)) }?.code == .malformed)
            }
        }
    }

    @Test(
        "The thumbprint of RFC 7638 and the sets of RFC 7517 and 7520 are read",
        .enabled(if: Vectors.isPresent))
    func keySets() throws {
        let thumbprint = String(decoding: try Self.bytes("rfc7638_3.1.thp"), as: UTF8.self)
        #expect(try JWK(JSON.parse(Self.bytes("rfc7638_3.1.jwk"))).thumbprint() == thumbprint)
        for stem in try Self.stems(".jwkset") {
            let json = try JSON.parse(Self.bytes("\(stem).jwkset"), limits: .init(bytes: 262_144))
            for member in json["keys"]?.array ?? [] { _ = try JWK(member) }
            #expect(refusal { try JWKSet(parsing: Self.bytes("\(stem).jwkset")) } == nil, "\(stem)")
        }
    }

    @Test(
        "The cookbook's signed tokens in JSON verify, and RFC 7797's unencoded ones",
        .enabled(if: Vectors.isPresent))
    func cookbook() throws {
        let folder = "rfc7520-cookbook"
        let paths =
            try Vectors.names(in: "\(folder)/jws").map { "\(folder)/jws/\($0)" }
            + Vectors.names(in: "\(folder)/rfc7797").filter { $0.hasSuffix(".json") }
            .map { "\(folder)/rfc7797/\($0)" } + ["\(folder)/curve25519/jws.json"]
        var verified = 0
        for path in paths {
            let file = try Vectors.json(path)
            let names =
                file["input"]?["alg"]?.string.map { [$0] }
                ?? file["input"]?["alg"]?.array?.compactMap(\.string)
            let jwks = try file["input"]?["key"]?.array ?? [#require(file["input"]?["key"])]
            let sets = try zip(jwks, #require(names)).map { jwk, name in
                let key = try VerificationKey(JWK(jwk), algorithm: #require(SignatureAlgorithm(name: name)))
                return try JWKSet(keys: [key])
            }
            let payload = try #require(file["input"]?["payload"]?.string).bytes
            if path.hasSuffix("4.2.hmac-sha2_b64_false.json") {
                // The data has lost the 'crit' that RFC 7797 §6 demands and that the RFC's own example carries.
                let options = SignatureOptions(allowsUnencoded: true)
                let json = try #require(file["output"]?["json_flat"]).encoded()
                #expect(
                    refusal { try UnverifiedFlattenedToken(parsing: json, options: options) }?.code
                        == .malformed)
                continue
            }
            var options = SignatureOptions(allowsUnencoded: path.contains("rfc7797"))
            if let json = file["output"]?["json"] {
                options.detachedPayload = json["payload"] == nil ? payload : nil
                let token = try UnverifiedGeneralToken(parsing: json.encoded(), options: options)
                for keys in sets {
                    let content = try token.verified(by: keys, policy: .distinctKeys(1))
                    #expect(content.payload == payload, "\(path)")
                }
                verified += 1
            }
            if let json = file["output"]?["json_flat"] {
                options.detachedPayload = json["payload"] == nil ? payload : nil
                let token = try UnverifiedFlattenedToken(parsing: json.encoded(), options: options)
                for keys in sets {
                    #expect(try token.verified(by: keys).payload == payload, "\(path)")
                }
                verified += 1
            }
        }
        #expect(verified == 19)
    }
}
