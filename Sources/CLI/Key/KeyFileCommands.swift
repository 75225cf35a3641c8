import ArgumentParser
import VidimusJOSE
import VidimusServer

/// The forms that `key generate` and `key convert` write.
enum KeyFormat: String, ExpressibleByArgument, CaseIterable {
    case jwk, pem, jwks

    func text(_ keys: [JWK]) throws(JOSEError) -> String {
        if self == .jwks {
            return JSON.object([JSON.Member("keys", .array(keys.map(\.json)))]).prettyPrinted()
        }
        guard let key = keys.first, keys.count == 1 else {
            throw JOSEError(.invalidKey, "\(keys.count) keys go into a set only: --to jwks")
        }
        if self == .jwk { return key.json.prettyPrinted() }
        return key.isPrivate ? try key.privatePEM() : try key.publicPEM()
    }
}

/// What a key signs with, by its registered name.
struct AlgorithmArgument: ExpressibleByArgument {
    let algorithm: SignatureAlgorithm

    init?(argument: String) {
        guard let algorithm = SignatureAlgorithm(name: argument) else { return nil }
        self.algorithm = algorithm
    }

    static var allValueStrings: [String] { SignatureAlgorithm.allCases.map(\.rawValue) }
}

/// What a key is for, by its registered name.
enum KeyAlgorithmArgument: ExpressibleByArgument {
    /// With the name as it was given: "EdDSA" is another of Ed25519's.
    case signature(SignatureAlgorithm, name: String)
    case encryption(KeyManagementAlgorithm)

    init?(argument: String) {
        if let algorithm = SignatureAlgorithm(name: argument) {
            self = .signature(algorithm, name: argument)
        } else if let algorithm = KeyManagementAlgorithm(name: argument) {
            self = .encryption(algorithm)
        } else {
            return nil
        }
    }

    /// Without those that a passphrase is for.
    static var allValueStrings: [String] {
        SignatureAlgorithm.allCases.map(\.rawValue)
            + KeyManagementAlgorithm.allCases.map(\.rawValue).filter { !$0.hasPrefix("PBES2") }
    }
}

struct KeyGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a new private key, with no server.",
        discussion: """
            To sign with: ES256 if you have no reason for another. To decrypt with: ECDH-ES+A256KW. HS and A…KW \
            algorithms make a secret, which both sides need; the others a key pair, whose public half \
            `vidimus key convert --public` writes. Ed25519 (RFC 9864) is called EdDSA in older libraries, PyJWT among \
            them: say --algorithm EdDSA, and tokens by the key say so.

            EXAMPLES
              vidimus key generate --algorithm ES256 --out key.jwk
              vidimus key generate --algorithm RS256 --format pem --out key.pem
              vidimus key generate --algorithm HS256 --kid 2026-11 --out secret.jwk
              vidimus key generate --algorithm ECDH-ES+A256KW --curve X25519 --out mine.jwk
            """)

    @Option(help: "What it signs or decrypts with.") var algorithm: KeyAlgorithmArgument
    @Option(help: "How it is written.") var format = KeyFormat.jwk
    @Option(help: "Its 'kid' (default: its thumbprint, for a secret a random one; PEM has none).") var kid:
        String?
    @Option(help: "For ECDH-ES: its curve.") var curve = NamedArgument(JWK.Curve.p256)
    @Option(help: "For dir: the content encryption that the secret is for.")
    var encryption = NamedArgument(ContentEncryption.a256GCM)
    @OptionGroup var output: KeyOutput

    func run() throws {
        let text: String
        do {
            text = try format.text([try key()])
        } catch {
            throw Console.failure("\(error)")
        }
        try output.write(text, isPrivate: true)
    }

    private func key() throws(JOSEError) -> JWK {
        switch algorithm {
        case .signature(let algorithm, let name):
            try JWK(SigningKey.generate(algorithm, id: kid, algorithmName: name).privateJWK)
        case .encryption(let algorithm):
            try JWK.generate(algorithm, encryption: encryption.value, curve: curve.value, id: kid)
        }
    }
}

/// One of ours by its registered name.
struct NamedArgument<Value: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument, Sendable
where Value.RawValue == String {
    let value: Value

    init(_ value: Value) { self.value = value }

    init?(argument: String) {
        guard let value = Value(rawValue: argument) else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { value.rawValue }
    static var allValueStrings: [String] { Value.allCases.map(\.rawValue) }
}

struct KeyConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a key in another form, with no server.",
        discussion: """
            Reads JWK, JWK Set, PEM and DER (PKCS#1, PKCS#8, SEC 1, SPKI, X.509) and OpenSSH keys; writes a JWK, a \
            JWK Set, or PEM (PKCS#8, SPKI). Of a certificate the public key is taken, and nobody vouches for it.

            EXAMPLES
              vidimus key convert --in key.pem --to jwk --algorithm RS256
              vidimus key convert --in ~/.ssh/id_ed25519 --to jwks --public --out jwks.json
              vidimus key convert --in locked.pem --passphrase-file word --to pem
              vidimus key convert --in key.pem --certificate chain.pem --to jwk --public
            """)

    @OptionGroup var input: KeyInput
    @Option(help: "How it is written.") var to: KeyFormat
    @Flag(help: "Write the public half only.") var `public` = false
    @Option(help: "Give it this 'kid'.") var kid: String?
    @Option(help: "Say this 'alg'.") var algorithm: KeyAlgorithmArgument?
    @Option(
        help: ArgumentHelp(
            "PEM file with its certificates, leaf first: 'x5c' and 'x5t#S256'.", valueName: "file"))
    var certificate: String?
    @OptionGroup var output: KeyOutput

    func run() throws {
        let document = try input.document()
        let keys: [JWK]
        let text: String
        do {
            keys = try converted(document)
            text = try to.text(keys)
        } catch {
            throw Console.failure("\(error)")
        }
        try output.write(text, isPrivate: keys.contains(where: \.isPrivate))
    }

    private func converted(_ document: KeyDocument) throws -> [JWK] {
        var keys = document.entries.map(\.key)
        if `public` {
            keys = try keys.map { try $0.publicKey() }
        }
        if kid != nil || algorithm != nil {
            keys = try keys.map { key in
                switch algorithm {
                case .signature(_, let name): try key.with(id: kid, algorithmName: name)
                case .encryption(let algorithm): try key.with(id: kid, algorithm: algorithm)
                case nil: try key.with(id: kid)
                }
            }
        }
        var chain = document.certificates
        if let certificate {
            chain = try CertificateChain(pem: String(decoding: try KeyFile.read(certificate), as: UTF8.self))
        }
        if let chain {
            guard let key = keys.first, keys.count == 1 else {
                throw JOSEError(.invalidKey, "\(keys.count) keys where the certificate is of one")
            }
            keys = [try key.with(certificates: chain)]
        }
        guard Set(keys.compactMap(\.id)).count == keys.compactMap(\.id).count else {
            throw JOSEError(.invalidKey, "two keys have the same kid")
        }
        return keys
    }
}

struct KeyInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Say what a key is, with no server; never its private numbers.",
        discussion: """
            Reads what `key convert` reads. What is weak or malformed is refused, and the reason is named; of a JWK Set \
            the other keys are shown all the same.

            EXAMPLES
              vidimus key inspect --in key.pem
              vidimus key inspect --json < jwks.json
            """)

    @OptionGroup var input: KeyInput
    @Flag(help: "Print a JSON array.") var json = false

    func run() throws {
        let bytes = try KeyFile.bytes(of: input.input)
        do {
            let document = try input.passphrase.document(in: bytes)
            show(document.entries.map { members($0.key, $0.form, document.certificates) })
        } catch {
            // One key of a set that is foreign or weak hides none of the others.
            let limits = JSON.Limits(bytes: KeyDocument.maximumBytes)
            if let set = try? JSON.parse(bytes, limits: limits), let keys = set["keys"]?.array {
                show(keys.map(members))
            }
            throw error
        }
    }

    private func show(_ rows: [[JSON.Member]]) {
        if json { return Console.json(.array(rows.map { .object($0) })) }
        for (place, row) in rows.enumerated() {
            if place > 0 { Console.line("") }
            for member in row {
                // As JSON, which shows what a terminal would obey, a string without its quotation marks.
                let value = member.value.description
                Console.line(
                    member.name + String(repeating: " ", count: max(1, 16 - member.name.count))
                        + (member.value.string == nil
                            ? value : String(value.unicodeScalars.dropFirst().dropLast())))
            }
        }
    }

    /// A member of a set: what it is, or why it is refused.
    private func members(_ member: JSON) -> [JSON.Member] {
        do {
            return members(try JWK(member), .jwk, nil)
        } catch {
            let said = ["kty", "kid", "alg", "crv"].compactMap { name in
                member[name]?.string.map { JSON.Member(name, .string($0)) }
            }
            return said + [JSON.Member("refused", .string("\(error)"))]
        }
    }

    private func members(
        _ key: JWK, _ form: KeyDocument.Form, _ chain: CertificateChain?
    ) -> [JSON.Member] {
        var members = [
            JSON.Member("kty", .string(key.keyType)), JSON.Member("form", .string(form.rawValue)),
            JSON.Member("private", .bool(key.isPrivate)),
        ]
        if let id = key.id { members.append(JSON.Member("kid", .string(id))) }
        if let algorithm = key.json["alg"] { members.append(JSON.Member("alg", algorithm)) }
        for name in ["use", "key_ops"] {
            if let value = key.json[name] { members.append(JSON.Member(name, value)) }
        }
        if let curve = key.json["crv"] { members.append(JSON.Member("crv", curve)) }
        if let n = key.json["n"]?.string.flatMap({ Base64URL.decode($0) }) {
            let bits = n.count * 8 - (n.first?.leadingZeroBitCount ?? 0)
            members.append(JSON.Member("bits", .integer(Int64(bits))))
        }
        let algorithms = SignatureAlgorithm.allCases.filter {
            (try? VerificationKey(key, algorithm: $0)) != nil
        }
        // One that is for encryption verifies nothing.
        let others = KeyManagementAlgorithm.allCases.filter {
            (try? EncryptionKey(key, algorithm: $0)) != nil
        }
        let names = algorithms.map(\.rawValue) + others.map(\.rawValue)
        if key.json["alg"] == nil {
            members.append(JSON.Member("algorithms", .string(names.joined(separator: " "))))
        }
        // A symmetric key's thumbprint is a hash of the secret.
        if key.publicJSON != nil {
            members.append(JSON.Member("thumbprint", .string(key.thumbprint())))
            members.append(JSON.Member("thumbprint_uri", .string(key.thumbprintURI)))
        }
        if let chain, chain.unverifiedKey.thumbprint() == key.thumbprint() {
            members.append(JSON.Member("x5t#S256", .string(chain.thumbprint)))
            members.append(JSON.Member("subject", .string(chain.unverifiedSubject)))
            members.append(JSON.Member("not_before", .string(chain.unverifiedValidity.lowerBound.rfc3339)))
            members.append(JSON.Member("not_after", .string(chain.unverifiedValidity.upperBound.rfc3339)))
        }
        return members
    }
}
