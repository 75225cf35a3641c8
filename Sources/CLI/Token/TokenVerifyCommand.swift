import ArgumentParser
import VidimusIdentity
import VidimusJOSE

struct TokenVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a token's signature and claims.",
        discussion: """
            The keys come from a file or from an issuer's published set. Prints the payload and exits 0, or prints \
            `code: sentence` and exits 1. With --batch every line of standard input is a token and is answered by one \
            line of JSON. Whether a token was revoked is not looked up.

            EXAMPLES
              vidimus token verify --issuer https://id.example --audience orders < token
              vidimus token verify --issuer https://other.example --algorithm RS256 < token
              vidimus token verify --jwks jwks.json --audience orders < token
              vidimus token verify --key public.pem --algorithm RS256 < token
              vidimus token verify --secret-file secret --algorithm HS256 < token
            """)

    @OptionGroup var token: TokenArgument
    @OptionGroup var keys: KeyOptions
    @Option(help: ArgumentHelp("Issuer: its key set is fetched, and 'iss' must equal it.", valueName: "url"))
    var issuer: String?
    @Option(help: "Whom the token must be for.") var audience: String?
    @Option(help: "What 'typ' the token must have.") var type: String?
    @Option(help: ArgumentHelp("Seconds by which clocks may differ.", valueName: "seconds")) var leeway = 60
    @OptionGroup var size: TokenSize
    @Flag(help: "Check the signature only: any payload, shown as base64url.") var signatureOnly = false
    @Flag(help: "One token a line on standard input, one JSON answer a line.") var batch = false

    func validate() throws {
        guard keys.count + (issuer == nil ? 0 : 1) == 1 else {
            throw ValidationError(
                "Give one of --jwks FILE, --key FILE, --secret-file FILE and --issuer URL.")
        }
        if !(0...86_400).contains(leeway) { throw ValidationError("--leeway is from 0 to 86400 seconds.") }
    }

    func run() async throws {
        let set: JWKSet
        do {
            set = try await readKeys()
        } catch {
            throw Console.failure("\(error)")
        }
        if batch {
            for line in TokenLines() { Console.line(answer(to: line, set)) }
            return
        }
        do throws(JOSEError) {
            let payload = try verified(Array(try token.read().utf8), set)
            Console.line(signatureOnly ? Base64URL.encode(payload) : String(decoding: payload, as: UTF8.self))
        } catch {
            Console.note(error.description)
            throw ExitCode.failure
        }
    }

    private func readKeys() async throws -> JWKSet {
        guard let issuer else { return try JWKSet(parsing: try keys.signatureDocument().encoded()) }
        return try JWKSet(
            parsing: try await PublishedKeys(issuer: issuer).fetch(), publicOnly: true,
            unsaid: keys.signatureAlgorithm)
    }

    private func verified(_ text: [UInt8], _ keys: JWKSet) throws(JOSEError) -> [UInt8] {
        let token = try UnverifiedToken(
            text, maximumBytes: size.maximumBytes ?? UnverifiedToken.maximumBytes)
        try self.keys.checkHeader(token.header)
        let verified = try token.verified(by: keys)
        if signatureOnly { return verified.payload }
        let policy = ClaimsPolicy(issuer: issuer, audience: audience, type: type, leeway: .seconds(leeway))
        _ = try verified.claims(policy, at: MonotoneClock().now())
        return verified.payload
    }

    private func answer(to line: [UInt8], _ keys: JWKSet) -> String {
        do throws(JOSEError) {
            let payload = try verified(line, keys)
            return signatureOnly ? BatchAnswer.base64url(payload) : BatchAnswer.payload(payload)
        } catch {
            return BatchAnswer.refusal(error)
        }
    }
}
