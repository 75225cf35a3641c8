import ArgumentParser
import VidimusJOSE

struct TokenEncryptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt", abstract: "Encrypt standard input into a token (JWE) with a key from a file.",
        discussion: """
            The key is the recipient's public one, or a secret that both have; it says its 'alg', or --algorithm \
            does. To send claims that the recipient can believe, sign them first: \
            `vidimus token sign … | vidimus token encrypt --nested …`.

            EXAMPLES
              vidimus key generate --algorithm ECDH-ES+A256KW --out mine.jwk
              vidimus key convert --in mine.jwk --to jwk --public --out public.jwk
              vidimus token encrypt --key public.jwk < note
              vidimus token encrypt --key public.jwk --nested < signed-token
              vidimus token encrypt --secret-file word --algorithm PBES2-HS256+A128KW < note
            """)

    @OptionGroup var keys: KeyOptions
    @Option(help: "Which key of a set; the 'kid' of one that has none.") var kid: String?
    @Option(help: "'enc' (default: A256GCM, or what fits the secret).") var encryption: String?
    @Option(help: "'typ' of the header.") var type: String?
    @Option(help: "'cty' of the header.") var contentType: String?
    @Option(help: "How often a passphrase is hashed (p2c).") var iterations = EncryptionKey.iterations
    @Flag(help: "The payload is a token: 'cty' is JWT, and the end of its line is dropped.") var nested =
        false
    @Flag(help: "Compress first. The length then tells about the payload.") var compress = false

    func validate() throws {
        try keys.checkOne()
        if let encryption, ContentEncryption(name: encryption) == nil {
            let all = ContentEncryption.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--encryption '\(encryption)' is none of \(all).")
        }
        if nested, contentType != nil { throw ValidationError("--nested says the --content-type.") }
    }

    func run() async throws {
        do {
            let encryption = encryption.flatMap(ContentEncryption.init(name:))
            let key = try keys.one(of: keys.encryptionDocument(), kid: kid) { (jwk) throws(JOSEError) in
                try EncryptionKey(jwk, encryption: encryption, iterations: iterations)
            }
            var payload = try PayloadInput.bytes("what is to be encrypted")
            guard !payload.isEmpty else {
                throw KeyFile.Refused(description: "standard input is empty: there is nothing to encrypt")
            }
            if nested { payload = KeyOptions.withoutLineEnd(payload) }
            let members = [("typ", type), ("cty", nested ? "JWT" : contentType)]
            let header = members.compactMap { name, value in value.map { JSON.Member(name, .string($0)) } }
            let token = try EncryptedToken.encrypt(
                payload, header: header, compressed: compress, with: key)
            Console.line(token)
            TokenSize.note(token, readersTake: UnopenedToken.maximumBytes)
        } catch {
            throw Console.failure("\(error)")
        }
    }
}
