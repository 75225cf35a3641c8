import Foundation
import Testing
import VidimusJOSE

/// The vectors that no one here wrote: `VIDIMUS_VECTORS`, or `../shared/vectors` beside the package.
enum Vectors {
    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["VIDIMUS_VECTORS"].map { URL(filePath: $0) }
        let folder = named ?? root.deletingLastPathComponent().appending(path: "shared/vectors")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static var isPresent: Bool { folder != nil }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: try #require(folder).appending(path: path)))
    }

    static func names(in path: String) throws -> [String] {
        let folder = try #require(folder).appending(path: path)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// Reads a file of ours to trust, larger and deeper than a token may be.
    static func json(_ path: String) throws -> JSON {
        try JSON.parse(bytes(path), limits: JSON.Limits(depth: 32, bytes: 4_000_000, digits: 400))
    }
}

@Suite("Shared vectors")
struct VectorTests {
    @Test(
        "Under CI the shared vectors are there",
        .enabled(if: ProcessInfo.processInfo.environment["CI"] == "true"))
    func present() {
        #expect(Vectors.isPresent)
    }

    @Test(
        "Every JSON text marked y_ is read and every one marked n_ is refused",
        .enabled(if: Vectors.isPresent))
    func jsonFiles() throws {
        // The two y_ files that RFC 8259 §4 leaves to the reader: we refuse a member name twice, on purpose.
        let repeated = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]
        var counts = (read: 0, refused: 0)
        for name in try Vectors.names(in: "json") where name.hasSuffix(".json") {
            let error = refusal { try JSON.parse(Vectors.bytes("json/\(name)")) }
            if name.hasPrefix("y_"), !repeated.contains(name) {
                #expect(error == nil, "\(name)")
                counts.read += 1
            } else if name.hasPrefix("n_") || repeated.contains(name) {
                #expect(error?.code == .malformed, "\(name)")
                counts.refused += 1
            }
        }
        #expect(counts.read > 80 && counts.refused > 180)
    }

    @Test(
        "Wycheproof: what is marked valid verifies, what is marked invalid does not",
        .enabled(if: Vectors.isPresent))
    func wycheproof() throws {
        let file = try Vectors.json("wycheproof/json_web_signature_test.json")
        var counts = (valid: 0, invalid: 0)
        for group in try #require(file["testGroups"]?.array) {
            let jwk = try JWK(#require(group["public"] ?? group["private"]))
            let key = try VerificationKey(jwk)
            let set = try JWKSet(keys: [key])
            for test in try #require(group["tests"]?.array) {
                let name = "\(test["tcId"]?.integer ?? 0) \(test["comment"]?.string ?? "")"
                // A token in the JSON serialisation is given to the compact parser as the text it is.
                let text = test["jws"]?.string?.bytes ?? test["jws"]?.encoded() ?? []
                let isValid = test["result"] == "valid"
                #expect(
                    (refusal { try UnverifiedToken(text).verified(by: key) } == nil) == isValid, "\(name)")
                #expect(
                    (refusal { try UnverifiedToken(text).verified(by: set) } == nil) == isValid, "\(name)")
                if isValid { counts.valid += 1 } else { counts.invalid += 1 }
            }
        }
        #expect(counts.valid + counts.invalid == 271)
    }

    @Test(
        "RFC 7520 and RFC 8037 signatures verify, and are made again where they can be",
        .enabled(if: Vectors.isPresent))
    func cookbook() throws {
        let files = try Vectors.names(in: "rfc7520-cookbook/jws").map { "rfc7520-cookbook/jws/\($0)" }
        var verified = 0
        for path in files + ["rfc7520-cookbook/curve25519/jws.json"] {
            let file = try Vectors.json(path)
            guard let compact = file["output"]?["compact"]?.string, let name = file["input"]?["alg"]?.string,
                let algorithm = SignatureAlgorithm(name: name)
            else { continue }
            // Detached content (4.5) prints a compact form without payload: refused, not guessed.
            guard !compact.contains("..") else { continue }
            let json = try #require(file["input"]?["key"])
            let jwk = try JWK(json.with(("kid", json["kid"] ?? "example")))
            let token = try UnverifiedToken(compact).verified(by: VerificationKey(jwk, algorithm: algorithm))
            #expect(token.payload == file["input"]?["payload"]?.string?.bytes)
            verified += 1
            if file["reproducible"] == true {
                let input = try #require(file["signing"]?["sig-input"]?.string)
                let signature = try SigningKey(jwk, algorithm: algorithm).sign(input.bytes)
                #expect(Base64URL.encode(signature) == file["signing"]?["sig"]?.string)
            }
        }
        #expect(verified == 5)
    }

    @Test("The keys that the RFCs print are read", .enabled(if: Vectors.isPresent))
    func keys() throws {
        for name in try Vectors.names(in: "rfc-jose") where name.hasSuffix(".jwk") {
            let bytes = try Vectors.bytes("rfc-jose/\(name)")
            guard let json = try? JSON.parse(bytes) else { continue }
            let error = refusal { try JWK(json) }
            #expect(
                error == nil || error?.code == .unsupportedAlgorithm, "\(name) \(String(describing: error))")
        }
        #expect(
            try JWKSet(parsing: Vectors.bytes("rfc-jose/rfc7517_A.1.jwkset")).keys.map(\.algorithm) == [
                .rs256
            ])
    }
}
