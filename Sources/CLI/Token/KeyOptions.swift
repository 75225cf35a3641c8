import ArgumentParser
import Glibc
import VidimusJOSE

/// The keys of `token sign`, `verify`, `encrypt` and `decrypt`, from a file. No server is asked.
struct KeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("File with a JWK Set or one JWK.", valueName: "file")) var jwks: String?
    @Option(help: ArgumentHelp("File with one key: JWK, PEM, DER or OpenSSH.", valueName: "file"))
    var key: String?
    @Option(
        help: ArgumentHelp(
            "File whose first line opens an encrypted --key.", valueName: "file"))
    var passphraseFile: String?
    @Option(
        help: ArgumentHelp(
            "File with a secret or a passphrase; a line's end after it does not count.", valueName: "file"))
    var secretFile: String?
    @Option(
        help: """
            The algorithm, RS256 for instance: that of a key that does not say it, and the only one that is taken.
            """) var algorithm: String?

    /// How many of the three were given.
    var count: Int { [jwks, key, secretFile].count { $0 != nil } }

    func validate() throws {
        guard let algorithm, SignatureAlgorithm(name: algorithm) == nil,
            KeyManagementAlgorithm(name: algorithm) == nil, ContentEncryption(name: algorithm) == nil,
            // Its refusal says why.
            algorithm != "RSA1_5"
        else { return }
        let names =
            SignatureAlgorithm.allCases.map(\.rawValue) + KeyManagementAlgorithm.allCases.map(\.rawValue)
        throw ValidationError("--algorithm '\(algorithm)' is none of \(names.joined(separator: ", ")).")
    }

    func checkOne() throws {
        guard count == 1 else {
            throw ValidationError("Give one of --jwks FILE, --key FILE and --secret-file FILE.")
        }
    }

    /// The JWK Set or JWK, those without an algorithm given the one of `--algorithm`.
    ///
    /// Every command reads its keys here; a further format becomes a JWK here.
    func document() throws -> JSON {
        let path = secretFile ?? jwks ?? key ?? ""
        guard path != "-" else {
            throw KeyFile.Refused(description: "standard input is not for the key: give it as a file")
        }
        let bytes = try KeyFile.read(path)
        guard secretFile == nil else {
            return try saying(["kty": "oct", "k": .string(Base64URL.encode(Self.withoutLineEnd(bytes)))])
        }
        let json: JSON
        do {
            json =
                KeyFile.isJSON(bytes)
                ? try JSON.parse(bytes, limits: .init(bytes: KeyDocument.maximumBytes))
                : try KeyFile.document(bytes, passphraseFile: passphraseFile).onlyKey().json
        } catch let error as JOSEError {
            throw JOSEError(error.code, "\(path): \(error.reason)")
        } catch let error as KeyFile.Refused {
            throw KeyFile.Refused(description: "\(path): \(error)")
        }
        return try saying(json)
    }

    /// A key or a set of them; those that do not say their algorithm, and that `--algorithm` fits, given that. A key by
    /// itself that says another is refused: who names an algorithm wants no other.
    private func saying(_ json: JSON) throws -> JSON {
        guard let algorithm else { return json }
        if let keys = json["keys"]?.array {
            return ["keys": .array(keys.map { Self.fits($0, algorithm) ? Self.named($0, algorithm) : $0 })]
        }
        guard !contradicts(json) else {
            let own = json["alg"]?.string ?? ""
            throw JOSEError(.algorithmMismatch, "the key is for '\(own)', not \(algorithm)")
        }
        return Self.named(json, algorithm)
    }

    private func contradicts(_ key: JSON) -> Bool {
        guard let algorithm, let own = key["alg"]?.string, own != algorithm else { return false }
        if let signature = SignatureAlgorithm(name: own) {
            return SignatureAlgorithm(name: algorithm) != signature
        }
        // A secret for `dir` may say the content encryption that it is for.
        let names = [own, algorithm]
        return
            !(names.contains(KeyManagementAlgorithm.direct.rawValue)
            && names.contains { ContentEncryption(name: $0) != nil })
    }

    private static func named(_ key: JSON, _ algorithm: String) -> JSON {
        guard key["alg"] == nil, let members = key.object else { return key }
        return .object(members + [JSON.Member("alg", .string(algorithm))])
    }

    /// Whether a key of a set is of the kind that an algorithm takes.
    private static func fits(_ key: JSON, _ algorithm: String) -> Bool {
        if let management = KeyManagementAlgorithm(name: algorithm) {
            return (try? JWK(key).with(id: nil, algorithm: management)) != nil
        }
        return (try? JWK(named(key, algorithm))) != nil
    }

    /// `--algorithm`, if it is one to sign with.
    var signatureAlgorithm: SignatureAlgorithm? { algorithm.flatMap(SignatureAlgorithm.init(name:)) }

    /// Refuses a token of another algorithm than `--algorithm`, whatever the keys are for.
    func checkHeader(_ header: UnverifiedToken.Header) throws(JOSEError) {
        guard let algorithm, header.algorithm != signatureAlgorithm else { return }
        throw JOSEError(
            .algorithmMismatch, "the token says \(header.algorithm.rawValue), --algorithm \(algorithm)")
    }

    /// The same for an encrypted token.
    func checkHeader(_ header: UnopenedToken.Header) throws(JOSEError) {
        guard let algorithm, header.algorithm != KeyManagementAlgorithm(name: algorithm),
            header.encryption != ContentEncryption(name: algorithm)
        else { return }
        throw JOSEError(
            .algorithmMismatch, "the token says \(header.algorithm.rawValue), --algorithm \(algorithm)")
    }

    /// The same for keys that sign or verify, each of which has one algorithm.
    func signatureDocument() throws -> JSON {
        try document().sayingAlgorithm(["RSA": "RS256", "oct": "HS256"])
    }

    /// The same for keys to encrypt with, each of which has one algorithm.
    func encryptionDocument() throws -> JSON {
        try document().sayingAlgorithm([
            "RSA": "RSA-OAEP-256", "EC": "ECDH-ES+A256KW", "OKP": "ECDH-ES+A256KW",
            "oct": secretFile == nil ? "A256KW" : "PBES2-HS256+A128KW",
        ])
    }

    /// The one key to sign or encrypt with: of this `kid`, or the only one that is fit for it.
    func one<Key>(
        of document: JSON, kid: String?, _ fit: (JWK) throws(JOSEError) -> Key
    ) throws -> Key {
        guard let members = document["keys"]?.array else {
            return try fit(try JWK(document.with(kid: kid)))
        }
        var found: [Key] = []
        var objection: JOSEError?
        for member in members
        where (kid == nil || member["kid"]?.string == kid) && !contradicts(member) {
            do throws(JOSEError) {
                found.append(try fit(try JWK(member)))
            } catch {
                objection = error
            }
        }
        if let key = found.first, found.count == 1 { return key }
        if found.isEmpty, let objection { throw objection }
        let wanted = [kid.map { "the kid '\($0)'" }, algorithm.map { "the algorithm \($0)" }].compactMap(
            \.self)
        throw JOSEError(
            .unknownKey,
            found.isEmpty
                ? "no key of the set has \(wanted.isEmpty ? "what it takes" : wanted.joined(separator: " and "))"
                : "\(found.count) keys fit; name one by --kid")
    }

    /// Without the end of a line: LF, or CR and LF.
    static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.last == UInt8(ascii: "\n") else { return bytes }
        return bytes.dropLast(bytes.dropLast().last == UInt8(ascii: "\r") ? 2 : 1)
    }
}

extension JSON {
    /// Refuses a key of one of these kinds that does not say its algorithm, with an example of one.
    ///
    /// Not by a typed throw: Swift 6.3.1 does not compile that optimised.
    fileprivate func sayingAlgorithm(_ examples: [String: String]) throws -> JSON {
        if self["alg"] == nil, let example = self["kty"]?.string.flatMap({ examples[$0] }) {
            throw KeyFile.Refused(
                description: "the key does not say its algorithm: give --algorithm, \(example) for instance")
        }
        return self
    }

    /// The object with a `kid` if it has none.
    fileprivate func with(kid: String?) -> JSON {
        guard let kid, self["kid"] == nil, let members = object else { return self }
        return .object(members + [Member("kid", .string(kid))])
    }
}

/// What is piped in to be signed or encrypted.
enum PayloadInput {
    /// All of standard input; `what` is said to somebody at a terminal.
    /// - Throws: a failure for more than `limit` bytes.
    static func bytes(_ what: String, limit: Int = 1 << 20) throws -> [UInt8] {
        Console.announceInput(what)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count >= 0 else { throw JOSEError(.malformed, "standard input cannot be read") }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
        throw JOSEError(.malformed, "standard input has more than \(limit) bytes")
    }
}
