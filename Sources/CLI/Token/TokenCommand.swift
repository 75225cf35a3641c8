import ArgumentParser
import VidimusJOSE
import VidimusServer

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Look into, verify, sign, encrypt, decrypt and issue tokens.",
        subcommands: [
            TokenInspectCommand.self, TokenVerifyCommand.self, TokenSignCommand.self,
            TokenEncryptCommand.self,
            TokenDecryptCommand.self, TokenIssueCommand.self,
        ])
}

/// A token as argument or, better for a secret, on standard input.
struct TokenArgument: ParsableArguments {
    @Argument(help: "The token; left out or '-', it is read from standard input.") var token: String?

    func read() throws -> String {
        let text = token.flatMap { $0 == "-" ? nil : $0 } ?? readLine(strippingNewline: true)
        guard let text, !text.isEmpty else { throw Console.failure("malformed: no token was given") }
        return text
    }
}

struct TokenInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a token says, without believing it.",
        discussion: "No signature is checked: anybody can have written it. `token verify` checks.")

    @OptionGroup var token: TokenArgument
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let text = try token.read()
        let parsed: UnverifiedToken
        do {
            parsed = try UnverifiedToken(text)
        } catch {
            throw Console.failure(error.description)
        }
        let payload = try? JSON.parse(parsed.unverifiedPayload)
        if json {
            Console.json([
                "header": parsed.header.json,
                "payload": payload ?? .string(Base64URL.encode(parsed.unverifiedPayload)), "verified": false,
            ])
        } else {
            show(parsed.header, payload, rawPayload: parsed.unverifiedPayload)
            Console.line("size      \(text.utf8.count) bytes")
        }
    }

    private func show(_ header: UnverifiedToken.Header, _ payload: JSON?, rawPayload: [UInt8]) {
        Console.line("header (unverified)\n\(header.json.prettyPrinted())")
        Console.line("payload (unverified)")
        Console.line(payload?.prettyPrinted() ?? "not JSON: \(Base64URL.encode(rawPayload))")
        for name in ["iat", "nbf", "exp", "auth_time"] {
            guard let seconds = payload?[name]?.integer else { continue }
            let padding = String(repeating: " ", count: 10 - name.count)
            Console.line("\(name)\(padding)\(Timestamp(seconds: seconds).rfc3339)")
        }
    }
}
