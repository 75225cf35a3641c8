import Crypto
import VidimusJOSE

/// What the fuzzers call with any bytes, and the tests with the corpus. `Fuzzing/` compiles this file too.
enum FuzzEntry: String, CaseIterable {
    /// A compact signed token, the JSON and detached forms, and verifying them.
    case tokens
    /// JSON as a tree, as claims, and as a payload that is scanned.
    case json
    /// Keys: PEM, DER, OpenSSH, certificates, JWK and JWK Sets.
    case keys
    /// An encrypted token: parsing, finding its content key, inflating.
    case encrypted

    /// Does all that can be done with `bytes`. What must never be is returned as a sentence; a trap needs none.
    func run(_ bytes: [UInt8]) -> String? {
        switch self {
        case .tokens: Self.tokens(bytes)
        case .json: Self.json(bytes)
        case .keys: Self.keys(bytes)
        case .encrypted: Self.encrypted(bytes)
        }
    }

    private static func tokens(_ bytes: [UInt8]) -> String? {
        guard let set = FuzzKeys.set else { return "the keys were not read" }
        let scanned = try? Token.Verifier(set, ClaimsPolicy(required: ["exp"])).verify(
            String(decoding: bytes, as: UTF8.self), at: Timestamp(seconds: 1_300_819_000))
        if let token = try? UnverifiedToken(bytes) {
            let verified = try? token.verified(by: set)
            if scanned != nil, verified == nil { return "one way verifies what the other refuses" }
            if let verified {
                _ = try? verified.claims(ClaimsPolicy(issuer: "joe"), at: Timestamp(seconds: 1_300_819_000))
                let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                guard parts.count == 3, Array(parts[1]) == Array(Base64URL.encode(verified.payload).utf8)
                else {
                    return "a payload that is not written in its one way"
                }
            }
        } else if scanned != nil {
            return "one way takes what the other does not parse"
        }
        let unencoded = SignatureOptions(allowsUnencoded: true)
        _ = try? UnverifiedFlattenedToken(parsing: bytes, options: unencoded).verified(by: set)
        _ = try? UnverifiedGeneralToken(parsing: bytes, options: unencoded).verified(
            by: set, policy: .distinctKeys(1))
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? UnverifiedDetachedToken(text, payload: [1, 2, 3], allowsUnencoded: true).verified(by: set)
        return nil
    }

    /// A type whose decoder is the compiler's.
    private struct Someone: Decodable {
        var sub: String?
        var aud: Audience?
        var exp: Timestamp?
        var n: Int8?
        var list: [Double]?
        var map: [String: JSON]?
    }

    private static func json(_ bytes: [UInt8]) -> String? {
        let tree = try? JSON.parse(bytes)
        if let tree {
            guard let again = try? JSON.parse(tree.encoded(), limits: .init(depth: 16, bytes: 1 << 20)) else {
                return "what is written is not read again"
            }
            if again != tree { return "what is written is read as something else" }
            _ = tree.prettyPrinted()
        }
        guard let key = FuzzKeys.signing, let token = try? Token.sign(payload: bytes, with: key) else {
            return nil
        }
        let verifier = Token.Verifier(key.verificationKey, ClaimsPolicy())
        let claims = try? verifier.verify(token, at: Timestamp(seconds: 0))
        guard let claims else { return nil }
        guard let tree else { return "claims are read that are no JSON" }
        if claims.json != tree { return "claims are read as something else than the JSON" }
        for name in ["iss", "aud", "exp", "sub", "n"] {
            _ = try? claims.string(name)
            _ = try? claims.strings(name)
            _ = try? claims.time(name)
            _ = try? claims.integer(name)
        }
        _ = try? claims.decode(Someone.self)
        return nil
    }

    /// Without a passphrase: deriving a key from one is slow on purpose. The parameters are read all the same.
    private static func keys(_ bytes: [UInt8]) -> String? {
        _ = try? JWKSet(parsing: bytes)
        _ = try? DecryptionKeySet(parsing: bytes, unsaid: .fitting)
        guard let document = try? KeyDocument(bytes) else { return nil }
        for entry in document.entries {
            let key = entry.key
            guard (try? JWK(key.json)) != nil else { return "a key's JWK is not read again" }
            for text in [try? key.publicPEM(), key.isPrivate ? try? key.privatePEM() : nil] {
                guard let text else { continue }
                guard (try? JWK(pem: text))?.thumbprint() == key.thumbprint() else {
                    return "a key written as PEM is read as another"
                }
            }
            _ = try? SigningKey(key)
        }
        if let chain = document.certificates {
            _ = chain.unverifiedSubject
            _ = chain.unverifiedValidity
            _ = chain.thumbprint
        }
        return nil
    }

    private static func encrypted(_ bytes: [UInt8]) -> String? {
        if let token = try? UnopenedToken(bytes) {
            for key in FuzzKeys.decryption { _ = try? token.opened(by: key, inflatingTo: 100_000) }
        }
        // The same bytes as a compressed content, by somebody who has the key.
        guard let direct = FuzzKeys.direct,
            let sealed = try? AES.GCM.seal(
                bytes, using: SymmetricKey(data: FuzzKeys.secret.prefix(16)),
                nonce: AES.GCM.Nonce(data: [UInt8](repeating: 1, count: 12)),
                authenticating: FuzzKeys.compressedHeader.utf8.map { $0 })
        else { return nil }
        let text =
            FuzzKeys.compressedHeader + ".." + Base64URL.encode([UInt8](repeating: 1, count: 12)) + "."
            + Base64URL.encode(Array(sealed.ciphertext)) + "." + Base64URL.encode(Array(sealed.tag))
        guard let opened = try? UnopenedToken(text).opened(by: direct, inflatingTo: 10_000) else {
            return nil
        }
        return opened.payload.count > 10_000 ? "more came out than was asked for" : nil
    }
}

/// The keys of the RFCs' examples, so that their tokens in the corpus are good ones.
enum FuzzKeys {
    static let secret = [UInt8](0..<64)

    /// RFC 7515 A.1 and A.3, RFC 8037 A.1, RFC 7638 §3.1.
    private static let members = """
        {"kty":"oct","alg":"HS256","kid":"a1",
        "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
        {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}
        """

    private static let jwks: [JWK] = members.replacing("}\n{", with: "}\u{0}{").split(separator: "\u{0}")
        .compactMap { try? JWK(JSON.parse(Array($0.utf8))) }

    static let set = try? JWKSet(keys: jwks.compactMap { try? VerificationKey($0) })

    static let signing = jwks.first.flatMap { try? SigningKey($0) }

    static let decryption: [DecryptionKey] = {
        var keys: [DecryptionKey] = []
        for algorithm in KeyManagementAlgorithm.allCases {
            for count in [16, 24, 32, 64] {
                let json: JSON = ["kty": "oct", "k": .string(Base64URL.encode(Array(secret.prefix(count))))]
                guard let jwk = try? JWK(json),
                    let key = try? DecryptionKey(jwk, algorithm: algorithm, maximumIterations: 1_000)
                else { continue }
                keys.append(key)
                if !algorithm.rawValue.hasPrefix("dir") { break }
            }
            keys += jwks.compactMap { try? DecryptionKey($0, algorithm: algorithm) }
        }
        return keys
    }()

    static let direct = try? DecryptionKey(
        JWK(["kty": "oct", "k": .string(Base64URL.encode(Array(secret.prefix(16))))]), algorithm: .direct)

    static let compressedHeader = Base64URL.encode(
        Array(#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#.utf8))
}
