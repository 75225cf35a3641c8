import ArgumentParser
import Glibc
import VidimusIdentity
import VidimusJOSE
import VidimusServer

/// How long, as settings write it.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        // A year: a key that verifies for longer is no key of the past.
        guard let duration = try? Written.duration(argument, .seconds(1) ... .seconds(366 * 86_400)) else {
            return nil
        }
        self.duration = duration
    }
}

struct KeyImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a private key that was made elsewhere.",
        discussion: """
            Without --verify-for it is the next key to sign with: announced now, active once every verifier's cache \
            has it, or at once where nothing has signed yet. It must be of the algorithm that the server signs with.

            With --verify-for it signs nothing here, and is published so that verifiers still take what a former \
            issuer signed. Whoever else has the key can sign what verifiers believe until then: never do this with one \
            that may have been stolen, and emergency-rotate if you learn that it was. Not for shared secrets.

            Reads what `vidimus key convert` reads. A PEM file has no 'kid': give the one that tokens name.

            EXAMPLES
              vidimus key import key.pem --kid 2026-04 --algorithm RS256 --verify-for 24h
              vidimus key import key.jwk
            """)

    @Argument(help: "File with one private key; '-' is standard input.") var file: String
    @Option(help: "Its 'kid'; by default what the key says, or its thumbprint.") var kid: String?
    @Option(help: "What it signs with, where it does not say.") var algorithm: AlgorithmArgument?
    @Option(
        help: ArgumentHelp(
            "It only verifies, for this long and an access token's life, such as 24h.", valueName: "duration")
    )
    var verifyFor: DurationArgument?
    @OptionGroup var passphrase: PassphraseInput
    @OptionGroup var place: PlaceOptions
    @Flag(help: "Print a JSON array of the keys.") var json = false

    func run() async throws {
        let key = try readKey()
        let (_, services) = try await place.open()
        let purpose = verifyFor.map { KeyImportPurpose.verifying(for: $0.duration) } ?? .signing
        let outcome = try await services.keys.take(in: key, for: purpose, origin: .commandLine)
        let keys = try await services.keys.records()
        let signsFrom = services.keys.signsFrom
        await services.close()
        switch outcome {
        case .imported(let record):
            if key.algorithm.isSymmetric {
                Console.note("Whoever else has this secret can sign tokens that this server believes.")
            }
            if record.state == .announced, !json {
                Console.line(
                    "\(key.id) signs from \(signsFrom(record.announcedAt).rfc3339) on, if a server runs.")
            }
            keys.show(json: json)
        case .known(.gone):
            throw Console.failure(
                "known_key: \(key.id) was a key here and is gone for good; make another one")
        case .known(let state):
            throw Console.failure("known_key: this key is there already, \(state.rawValue)")
        case .secret:
            throw Console.failure(
                "symmetric_key: a shared secret is never published, so only this server would verify by it, and "
                    + "believe whoever has it")
        case .otherAlgorithm(let ours):
            throw Console.failure(
                "other_algorithm: the server signs with \(ours.map(\.rawValue).joined(separator: " and ")), the key "
                    + "with \(key.algorithm.rawValue); set --algorithm of the server first, or give --verify-for"
            )
        }
    }

    private func readKey() throws -> SigningKey {
        let document = try passphrase.document(of: file)
        do {
            var jwk = try document.onlyKey()
            guard jwk.isPrivate else {
                throw JOSEError(.invalidKey, "a public key; only a private one can be sealed here")
            }
            if kid != nil || algorithm != nil { jwk = try jwk.with(id: kid, algorithm: algorithm?.algorithm) }
            guard jwk.algorithm != nil else {
                throw JOSEError(.invalidKey, "the key does not say what it signs with; give --algorithm")
            }
            let key = try SigningKey(jwk)
            guard (1...200).contains(key.id.utf8.count), key.id.unicodeScalars.allSatisfy(\.isPrintable)
            else {
                throw JOSEError(.invalidKey, "a 'kid' is 1 to 200 bytes of printable characters; give --kid")
            }
            if file != "-", KeyFile.isOpenToOthers(file) {
                Console.note("Others on this machine may read \(file); remove it, or make it 0600.")
            }
            return key
        } catch {
            throw Console.failure("\(error)")
        }
    }
}

struct KeyExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a signing key out: its public half, unless told otherwise.",
        discussion: """
            With --private the private half is written too, only to a new file (0600), and that is in the audit trail: \
            whoever has it can sign as this server. A backup of the keys is `vidimus backup`, where they stay sealed.

            A 'kid' that begins with '-' goes behind all options and '--'.

            EXAMPLES
              vidimus key export 4xY0… --format pem
              vidimus key export 4xY0… --private --out key.jwk
            """)

    @Argument(help: "The key's 'kid', as `vidimus key list` has it.") var kid: String
    @Option(help: "How it is written.") var format = KeyFormat.jwk
    @Flag(help: "Write the private half as well.") var `private` = false
    @OptionGroup var output: KeyOutput
    @OptionGroup var place: PlaceOptions

    func validate() throws {
        if self.private, output.out == nil {
            throw ValidationError("A private key goes to a file of its own only: give --out FILE.")
        }
    }

    func run() async throws {
        let (_, services) = try await place.open()
        let key = try await services.keys.key(kid, withPrivateHalf: self.private, origin: .commandLine)
        await services.close()
        guard let key else {
            throw Console.failure("unknown_key: there is no key '\(kid)', or it is gone and erased")
        }
        let text: String
        do {
            let whole = try JWK(key.privateJWK)
            guard let shown = self.private ? whole.json : whole.publicJSON else {
                throw JOSEError(
                    .invalidKey, "a shared secret has no public half; --private writes the secret")
            }
            text = try format.text([try JWK(shown)])
        } catch {
            throw Console.failure("\(error)")
        }
        try output.write(text, isPrivate: self.private)
        if self.private, let file = output.out {
            Console.note("\(file) holds a private key: whoever reads it can sign as this server.")
        }
    }
}
