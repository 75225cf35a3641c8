import ArgumentParser
import VidimusJOSE

struct TokenDecryptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt", abstract: "Decrypt a token (JWE) with keys from a file.",
        discussion: """
            Prints the payload and exits 0, or prints `code: sentence` and exits 1. A payload that is not text is \
            printed as base64url. With --batch every line of standard input is a token and is answered by one line \
            of JSON, a payload that is not JSON as base64url. Nobody vouches for what is inside: verify it.
            A key that says its 'alg' decrypts nothing else. One that does not is used for what is safe for its kind: \
            ECDH-ES, RSA-OAEP and RSA-OAEP-256, or dir, AES key wrap and AES-GCM key wrap by the secret's length. \
            RSA1_5 never; PBES2 only with --allow-passphrase or a key that says so.

            EXAMPLES
              vidimus token decrypt --key mine.jwk < token
              vidimus token decrypt --key mine.jwk < token > signed-token
              vidimus token decrypt --secret-file word --allow-passphrase < token
            """)

    @OptionGroup var token: TokenArgument
    @OptionGroup var keys: KeyOptions
    @Option(help: "An 'enc' to allow; may be repeated (default: all).") var encryption: [String] = []
    @Flag(help: "Let tokens be encrypted by PBES2 to secrets that say no 'alg'.") var allowPassphrase = false
    @Option(help: ArgumentHelp("Take compressed tokens, up to so many bytes.", valueName: "bytes"))
    var inflateTo: Int?
    @OptionGroup var size: TokenSize
    @Flag(help: "Show every payload as base64url.") var base64url = false
    @Flag(help: "One token a line on standard input, one JSON answer a line.") var batch = false

    func validate() throws {
        try keys.checkOne()
        if let name = encryption.first(where: { ContentEncryption(name: $0) == nil }) {
            let all = ContentEncryption.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--encryption '\(name)' is none of \(all).")
        }
        if let inflateTo, !(0...(1 << 24)).contains(inflateTo) {
            throw ValidationError("--inflate-to is from 0 to 16777216 bytes.")
        }
    }

    func run() async throws {
        let set: DecryptionKeySet
        do {
            set = try DecryptionKeySet(
                parsing: try keys.document().encoded(),
                unsaid: allowPassphrase ? .fittingOrPassphrase : .fitting,
                encryptions: encryption.isEmpty ? nil : encryption.compactMap(ContentEncryption.init(name:)))
        } catch {
            let isPassphrase =
                (error as? JOSEError)?.code == .invalidKey && keys.secretFile != nil && !allowPassphrase
            throw Console.failure(
                "\(error)" + (isPassphrase ? "; if the file holds a passphrase, say --allow-passphrase" : ""))
        }
        if batch {
            for line in TokenLines() { Console.line(answer(to: line, set)) }
            return
        }
        do throws(JOSEError) {
            Console.line(shown(try decrypted(Array(try token.read().utf8), set)))
        } catch {
            Console.note(error.description)
            throw ExitCode.failure
        }
    }

    private func decrypted(_ text: [UInt8], _ keys: DecryptionKeySet) throws(JOSEError) -> [UInt8] {
        let token = try UnopenedToken(
            text, maximumBytes: size.maximumBytes ?? UnopenedToken.maximumBytes)
        try self.keys.checkHeader(token.header)
        return try token.opened(by: keys, inflatingTo: inflateTo).payload
    }

    /// As it is if it is text.
    private func shown(_ payload: [UInt8]) -> String {
        guard !base64url, let text = String(validating: payload, as: UTF8.self) else {
            return Base64URL.encode(payload)
        }
        return text
    }

    private func answer(to line: [UInt8], _ keys: DecryptionKeySet) -> String {
        do throws(JOSEError) {
            let payload = try decrypted(line, keys)
            let isJSON =
                !base64url && (try? JSON.parse(payload, limits: .init(bytes: payload.count))) != nil
            return isJSON ? BatchAnswer.payload(payload) : BatchAnswer.base64url(payload)
        } catch {
            return BatchAnswer.refusal(error)
        }
    }
}
