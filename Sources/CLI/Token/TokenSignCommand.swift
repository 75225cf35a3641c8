import ArgumentParser
import VidimusJOSE

struct TokenSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign standard input with a key from a file.",
        discussion: """
            The claims are a JSON object and are signed as they are: nothing is added to them. No server and no \
            database is needed; `token issue` signs with the server's key.
            """)

    @OptionGroup var keys: KeyOptions
    @Option(help: "Which key of a set; the 'kid' of one that has none.") var kid: String?
    @Option(help: "'typ' of the header.") var type = "JWT"
    @Flag(help: "Sign any bytes, not only claims; 'typ' is left out.") var anyPayload = false

    func run() async throws {
        do {
            let key = try keys.one(kid: kid) { (jwk) throws(JOSEError) in try SigningKey(jwk) }
            let payload = try PayloadInput.bytes()
            if anyPayload {
                Console.line(try Token.sign(payload: payload, with: key))
            } else {
                let claims = try JSON.parse(payload)
                Console.line(try Token.sign(claims, type: type, with: key))
            }
        } catch {
            throw Console.failure("\(error)")
        }
    }
}
