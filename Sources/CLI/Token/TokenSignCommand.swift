import ArgumentParser
import VidimusJOSE

struct TokenSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign standard input with a key from a file.",
        discussion: """
            The claims are a JSON object and are signed as they are, but for white space: nothing is added to them, so \
            name 'exp' if the token is to end. No server and no database is needed; `token issue` signs with the server's key.

            EXAMPLES
              echo '{"sub":"ada","exp":1900000000}' | vidimus token sign --key key.jwk
              vidimus token sign --key rsa.pem --algorithm RS256 --kid mine < claims
              vidimus token sign --secret-file secret --algorithm HS256 --kid a < claims
            """)

    @OptionGroup var keys: KeyOptions
    @Option(help: "Which key of a set; the 'kid' of one that has none.") var kid: String?
    @Option(help: "'typ' of the header.") var type = "JWT"
    @Flag(help: "Sign any bytes, not only claims; 'typ' is left out.") var anyPayload = false

    func validate() throws {
        try keys.checkOne()
        if keys.secretFile != nil, kid == nil {
            throw ValidationError(
                "A secret needs --kid NAME: tokens name it, so that it can be replaced one day.")
        }
    }

    func run() async throws {
        do {
            let key = try keys.one(of: keys.signatureDocument(), kid: kid) { (jwk) throws(JOSEError) in
                try SigningKey(jwk)
            }
            let payload = try PayloadInput.bytes(anyPayload ? "the payload" : "the claims")
            let token =
                anyPayload
                ? try Token.sign(payload: payload, with: key)
                : try Token.sign(
                    payload: try claims(payload), header: [JSON.Member("typ", .string(type))], with: key)
            Console.line(token)
            TokenSize.note(token, readersTake: UnverifiedToken.maximumBytes)
        } catch {
            throw Console.failure("\(error)")
        }
    }

    /// As they were written: a number stays as exact as it was.
    private func claims(_ payload: [UInt8]) throws -> [UInt8] {
        guard !payload.isEmpty else {
            throw KeyFile.Refused(
                description: "standard input is empty: pipe in the claims, {\"sub\":\"ada\"} for instance")
        }
        do throws(JOSEError) {
            guard try JSON.parse(payload, limits: .init(bytes: payload.count)).object != nil else {
                throw JOSEError(.malformed, "not a JSON object")
            }
            return JSON.withoutSpace(payload)
        } catch {
            throw JOSEError(error.code, "the claims: \(error.reason)")
        }
    }
}
