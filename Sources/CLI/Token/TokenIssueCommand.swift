import ArgumentParser
import Logging
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct TokenIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Sign a token of your own making with the server's active key.",
        discussion: """
            For scripts and tests of services that verify by the key set alone. It belongs to no session, so it \
            carries no status, cannot be revoked before it expires, and a guard that asks for a status refuses it.
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "'sub'.") var subject: String
    @Option(help: "'aud' (default: the issuer).") var audience: String?
    @Option(help: "Life of the token, in seconds.") var lifetime = 300
    @Option(help: "'typ' of the header.") var type = "JWT"
    @Option(
        help: ArgumentHelp("Another claim, NAME=JSON or NAME=text; may be repeated.", valueName: "name=value")
    )
    var claim: [String] = []

    private static let ours = ["iss", "sub", "aud", "iat", "exp", "jti"]

    func validate() throws {
        if !(1...86_400).contains(lifetime) {
            throw ValidationError("--lifetime is from 1 to 86400 seconds.")
        }
        var names = Self.ours
        for text in claim {
            let name = String(text.prefix { $0 != "=" })
            if name.isEmpty || !text.contains("=") {
                throw ValidationError("--claim '\(text)' is not NAME=VALUE.")
            }
            if names.contains(name) {
                throw ValidationError("The claim '\(name)' is given twice or has its own flag.")
            }
            names.append(name)
        }
    }

    func run() async throws {
        let (settings, services) = try await place.open()
        do {
            try await services.follow(logger: .init(label: "vidimus"))
            let now = services.now()
            var claims: [JSON.Member] = [
                .init("iss", .string(settings.issuer)), .init("sub", .string(subject)),
                .init("aud", .string(audience ?? settings.audience)), .init("iat", .integer(now.seconds)),
                .init("exp", .integer(now.seconds + Int64(lifetime))),
                .init("jti", .string(Base64URL.encode(Seams.systemRandom(16)))),
            ]
            for text in claim {
                let name = text.prefix { $0 != "=" }
                let value = text.dropFirst(name.count + 1)
                claims.append(
                    .init(String(name), (try? JSON.parse(Array(value.utf8))) ?? .string(String(value))))
            }
            Console.line(try Token.sign(.object(claims), type: type, with: services.keyRing.signingKey()))
        } catch {
            throw Console.failure("\(error)")
        }
        await services.close()
    }
}
