import ArgumentParser
import VidimusJOSE
import VidimusServer

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Look into, verify, sign, encrypt, decrypt and issue tokens.",
        discussion: """
            All but `issue` work on files and standard input, and need no server and no database. A token is better \
            given on standard input than as an argument, which others on this machine can see.
            """,
        subcommands: [
            TokenInspectCommand.self, TokenVerifyCommand.self, TokenSignCommand.self,
            TokenEncryptCommand.self,
            TokenDecryptCommand.self, TokenIssueCommand.self,
        ])
}

/// A token as argument or, better for a secret, on standard input.
struct TokenArgument: ParsableArguments {
    @Argument(help: "The token; left out or '-', it is read from standard input.") var token: String?

    /// - Throws: `malformed` if there is none.
    func read() throws(JOSEError) -> String {
        let argument = token.flatMap { $0 == "-" ? nil : $0 }
        if argument == nil { Console.announceInput("a token, in one line") }
        guard let text = argument ?? readLine(strippingNewline: true), !text.isEmpty else {
            throw JOSEError(.malformed, "no token was given, neither as argument nor on standard input")
        }
        if argument == nil { try Self.refuseMore() }
        guard !text.lowercased().hasPrefix("bearer ") else {
            throw JOSEError(.malformed, "the token is what follows 'Bearer '; give that alone")
        }
        return text
    }

    /// A second line is no part of a token, and not to be passed over: somebody thinks it was looked at.
    private static func refuseMore() throws(JOSEError) {
        guard !Console.isInteractive else { return }
        while let line = readLine() {
            guard line.allSatisfy(\.isWhitespace) else {
                throw JOSEError(
                    .malformed,
                    "standard input has more than one line; --batch, where there is one, takes several")
            }
        }
    }
}

/// How long a token may be.
struct TokenSize: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a token may be (default: 16384, an encrypted one 65536).", valueName: "bytes"))
    var maximumBytes: Int?

    func validate() throws {
        guard let maximumBytes, !(1...(1 << 21)).contains(maximumBytes) else { return }
        throw ValidationError("--maximum-bytes is from 1 to 2097152.")
    }

    /// Says of a token just made that it is longer than readers take who were told nothing.
    static func note(_ token: String, readersTake limit: Int) {
        guard token.utf8.count > limit else { return }
        Console.note(
            "note: \(token.utf8.count) bytes; readers of Vidimus take at most \(limit) unless told (--maximum-bytes)"
        )
    }
}

struct TokenInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a token says, without believing it.",
        discussion: """
            No signature is checked: anybody can have written it. `token verify` checks. Of an encrypted token only \
            the header can be seen; `token decrypt` shows the rest.

            EXAMPLES
              vidimus token inspect < token
              vidimus token inspect --json eyJhbGciOi… | jq .payload.exp
            """)

    @OptionGroup var token: TokenArgument
    @OptionGroup var size: TokenSize
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let text: String
        do {
            text = try token.read()
        } catch {
            throw Console.failure(error.description)
        }
        let parsed: UnverifiedToken
        do throws(JOSEError) {
            if text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 4 {
                return show(
                    try UnopenedToken(text, maximumBytes: size.maximumBytes ?? UnopenedToken.maximumBytes)
                        .header)
            }
            parsed = try UnverifiedToken(
                text, maximumBytes: size.maximumBytes ?? UnverifiedToken.maximumBytes)
        } catch {
            showHeader(of: text)
            throw Console.failure(error.description)
        }
        let bytes = parsed.unverifiedPayload
        let payload = try? JSON.parse(bytes, limits: .init(bytes: bytes.count))
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

    /// The header of a token that we take for none, if it is JSON: it often says why.
    private func showHeader(of text: String) {
        let first = text.utf8.prefix(16_384).prefix { $0 != UInt8(ascii: ".") }
        guard !json, let bytes = Base64URL.decode(Array(first)[...]), let header = try? JSON.parse(bytes),
            header.object != nil
        else { return }
        Console.line("header (unverified, of a token that is refused)\n\(header.prettyPrinted())")
    }

    private func show(_ header: UnopenedToken.Header) {
        if json { return Console.json(["header": header.json, "encrypted": true, "verified": false]) }
        Console.line("header (unverified)\n\(header.json.prettyPrinted())")
        Console.line("payload   encrypted; `vidimus token decrypt --key FILE` shows it to who has the key")
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
