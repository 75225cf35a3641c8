import ArgumentParser
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct TokenVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a token's signature and claims.",
        discussion: """
            The keys come from a file (a JWK Set or one JWK) or from an issuer's published set. Prints the payload \
            and exits 0, or prints `code: sentence` and exits 1. With --batch every line of standard input is a \
            token and is answered by one line of JSON. Whether a token was revoked is not looked up.
            """)

    @OptionGroup var token: TokenArgument
    @Option(help: "File with a JWK Set or one JWK.") var jwks: String?
    @Option(help: "Issuer: its key set is fetched, and 'iss' must equal it.") var issuer: String?
    @Option(help: "Whom the token must be for.") var audience: String?
    @Option(help: "What 'typ' the token must have.") var type: String?
    @Option(help: "Seconds by which clocks may differ.") var leeway = 60
    @Flag(help: "Check the signature only: any payload, shown as base64url.") var signatureOnly = false
    @Flag(help: "One token a line on standard input, one JSON answer a line.") var batch = false

    func validate() throws {
        if (jwks == nil) == (issuer == nil) {
            throw ValidationError("Give either --jwks FILE or --issuer URL.")
        }
        if !(0...86_400).contains(leeway) { throw ValidationError("--leeway is from 0 to 86400 seconds.") }
    }

    func run() async throws {
        let keys: JWKSet
        do {
            keys = try await readKeys()
        } catch {
            throw Console.failure("\(error)")
        }
        if batch {
            for line in TokenLines() { Console.json(answer(to: line, keys)) }
            return
        }
        do throws(JOSEError) {
            let payload = try verified(Array(try read().utf8), keys)
            Console.line(signatureOnly ? Base64URL.encode(payload) : String(decoding: payload, as: UTF8.self))
        } catch {
            Console.note(error.description)
            throw ExitCode.failure
        }
    }

    private func read() throws(JOSEError) -> String {
        guard let text = try? token.read() else { throw JOSEError(.malformed, "no token was given") }
        return text
    }

    private func readKeys() async throws -> JWKSet {
        if let jwks { return try JWKSet(parsing: Array(try DataFolder.read(jwks).utf8)) }
        return try JWKSet(parsing: try await PublishedKeys(issuer: issuer ?? "").fetch(), publicOnly: true)
    }

    private func verified(_ text: [UInt8], _ keys: JWKSet) throws(JOSEError) -> [UInt8] {
        let verified = try UnverifiedToken(text).verified(by: keys)
        if signatureOnly { return verified.payload }
        let policy = ClaimsPolicy(issuer: issuer, audience: audience, type: type, leeway: .seconds(leeway))
        _ = try verified.claims(policy, at: MonotoneClock().now())
        return verified.payload
    }

    private func answer(to line: [UInt8], _ keys: JWKSet) -> JSON {
        do throws(JOSEError) {
            let payload = try verified(line, keys)
            let shown = signatureOnly ? JSON.string(Base64URL.encode(payload)) : try JSON.parse(payload)
            return ["ok": true, "payload": shown]
        } catch {
            return ["ok": false, "code": .string(error.code.rawValue), "reason": .string(error.reason)]
        }
    }
}
