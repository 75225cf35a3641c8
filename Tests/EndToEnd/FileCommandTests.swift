import Foundation
import Testing
import VidimusJOSE

@Suite("Keys and tokens on the command line, without a server")
struct FileCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        for (name, algorithm) in [("key", SignatureAlgorithm.es256), ("rsa", .rs256)] {
            let key = try SigningKey.generate(algorithm)
            _ = try folder.write(key.privateJWK.description, to: "\(name).jwk")
            _ = try folder.write(key.privatePEM(), to: "\(name).pem")
            _ = try folder.write(key.verificationKey.publicPEM(), to: "\(name).public.pem")
        }
        let recipient = try JWK.generate(.ecdhESA256KW)
        _ = try folder.write(recipient.json.description, to: "mine.jwk")
        _ = try folder.write(recipient.publicKey().json.description, to: "public.jwk")
        _ = try folder.write("word\n", to: "word")
        _ = try folder.write("wrong\n", to: "wrong")
        _ = try folder.write("", to: "empty")
        _ = try folder.write(KeyFileTests.locked, to: "locked.pem")
    }

    /// Runs a command whose arguments are parted by spaces; `@name` is a file in the folder.
    private func vidimus(_ command: String, _ input: String = "") async throws -> Output {
        let arguments = command.split(separator: " ").map { argument in
            argument.hasPrefix("@") ? folder.file(String(argument.dropFirst())) : String(argument)
        }
        return try await Child.run(Binary.path, arguments, input: input)
    }

    private static let claims = #"{"sub":"ada"}"#

    @Test(
        "What a newcomer does wrong is answered by a sentence that says what to do",
        arguments: [
            ("token sign --key @none", claims, 1, "none: No such file"),
            ("token sign --key @.", claims, 1, "Is a directory"),
            ("token sign --key @empty", claims, 1, "empty is empty"),
            ("token sign --key @word", claims, 1, "malformed: /"),
            ("token sign --key @key.public.pem", claims, 1, "a public key cannot sign"),
            ("token sign --key @key.jwk", "", 1, "pipe in the claims"),
            ("token sign --key @key.jwk", "ada", 1, "malformed: the claims: bad JSON"),
            ("token sign --key @rsa.pem", claims, 1, "give --algorithm, RS256"),
            ("token sign --key @rsa.pem --algorithm RS257", claims, 64, "'RS257' is none of HS256"),
            ("token sign --key @locked.pem", claims, 1, "give --passphrase-file FILE"),
            ("token sign --key @locked.pem --passphrase-file @wrong", claims, 1, "wrong_passphrase: "),
            ("token sign --key @locked.pem --passphrase-file @none", claims, 1, "No such file"),
            ("token sign --secret-file @word --algorithm HS256", claims, 64, "needs --kid"),
            ("token sign --secret-file @word --kid a", claims, 1, "give --algorithm, HS256"),
            ("token sign --secret-file @word --algorithm HS256 --kid a", claims, 1, "weak_key: "),
            ("token sign", claims, 64, "Give one of --jwks FILE"),
            ("token sign --key -", claims, 1, "give it as a file"),
            ("token verify", "a.b.c", 64, "--issuer URL"),
            ("token verify --key @key.jwk", "", 1, "malformed: no token was given, neither"),
            ("token verify --key @rsa.public.pem", "a.b.c", 1, "give --algorithm, RS256"),
            ("token encrypt --key @public.jwk", "", 1, "nothing to encrypt"),
            ("token encrypt --key @key.jwk", "x", 1, "'ES256' is for signatures"),
            ("token encrypt --key @rsa.pem", "x", 1, "give --algorithm, RSA-OAEP-256"),
            ("token encrypt --key @rsa.pem --algorithm RSA1_5", "x", 1, "its padding leaks"),
            ("token encrypt --secret-file @word", "x", 1, "give --algorithm, PBES2"),
            ("token decrypt --key @public.jwk", "a.b.c.d.e", 1, "a public key cannot decrypt"),
            ("token decrypt --secret-file @word", "a.b.c.d.e", 1, "say --allow-passphrase"),
            ("token inspect", "", 1, "malformed: no token was given"),
            ("token inspect ada", "", 1, "malformed: a token of 1 part"),
            ("token verify --key @key.jwk", "Bearer a.b.c", 1, "malformed: the token is what follows"),
            (
                "token sign --key @key.jwk --algorithm RS256", claims, 1,
                "algorithm_mismatch: the key is for 'ES256', not RS256"
            ),
            (
                "token verify --key @key.jwk --algorithm ES384", "a.b.c", 1,
                "the key is for 'ES256', not ES384"
            ),
            (
                "token encrypt --key @public.jwk --algorithm RSA-OAEP-256", "x", 1,
                "the key is for 'ECDH-ES+A256KW', not RSA-OAEP-256"
            ),
            ("token encrypt --key @mine.jwk --iterations 2000000", "x", 1, "PBKDF2 takes 1000 to 600000"),
            ("token inspect --maximum-bytes 0", "a.b.c", 64, "from 1 to 2097152"),
            ("key generate --algorithm PBES2-HS256+A128KW", "", 1, "which a person chooses"),
            ("key generate --algorithm ML-DSA-65 --format pem", "", 1, "written as a JWK only"),
            ("key generate --algorithm ES256 --out @key.jwk", "", 1, "--force writes over it"),
            ("key inspect --in @none", "", 1, "No such file"),
            ("key inspect", "", 1, "standard input is empty"),
            ("key convert --in @empty --to pem", "", 1, "empty is empty"),
        ] as [(String, String, Int32, String)])
    func mistakes(command: String, input: String, status: Int32, sentence: String) async throws {
        let output = try await vidimus(command, input)
        #expect(output.status == status)
        #expect(output.err.contains(sentence), "\(output.err)")
        #expect(output.out.isEmpty)
        // A mistake with a key is one line; one with a flag also shows the usage.
        #expect(status == 64 || output.err.split(separator: "\n").count == 1)
    }

    @Test("Keys in PEM, locked and OpenSSH sign and verify without being converted first")
    func forms() async throws {
        let rsa = try await vidimus("token sign --key @rsa.pem --algorithm RS256", Self.claims)
        let verified = try await vidimus("token verify --key @rsa.public.pem --algorithm RS256", rsa.out)
        #expect(verified.out == Self.claims + "\n")
        let locked = try await vidimus(
            "token sign --key @locked.pem --passphrase-file @word", Self.claims)
        #expect(locked.status == 0, "\(locked.err)")
    }

    @Test("A secret is the bytes of its file, whatever they are, without one line's end")
    func secrets() async throws {
        let bytes = (0..<32).map { UInt8(0xE0 + $0) }
        for (name, end) in [("bare", []), ("line", [0x0A]), ("crlf", [0x0D, 0x0A])] as [(String, [UInt8])] {
            try Data(bytes + end).write(to: URL(filePath: folder.file(name)))
            let flags = "--secret-file @\(name) --algorithm HS256"
            let token = try await vidimus("token sign \(flags) --kid a", Self.claims)
            let key = try VerificationKey(secret: bytes, algorithm: .hs256)
            let line = try #require(token.lines.first)
            #expect(try Token.Verifier(key, ClaimsPolicy()).verify(line).subject == "ada")
            #expect(try await vidimus("token verify \(flags)", token.out).out == Self.claims + "\n")
        }
    }

    @Test("Who names an algorithm gets it for keys that do not say theirs, and no other")
    func algorithm() async throws {
        _ = try await vidimus("key convert --in @rsa.public.pem --to jwks --kid r --out @silent")
        let token = try await vidimus("token sign --key @rsa.pem --algorithm RS256 --kid r", Self.claims)
        let silent = try await vidimus("token verify --jwks @silent", token.out)
        #expect(silent.status == 1 && silent.err.contains("does not say for which"))
        let said = try await vidimus("token verify --jwks @silent --algorithm RS256", token.out)
        #expect(said.out == Self.claims + "\n")
        _ = try await vidimus("key convert --in @key.jwk --to jwks --public --out @other")
        let other = try await vidimus("token sign --key @key.jwk", Self.claims)
        #expect(try await vidimus("token verify --jwks @other", other.out).status == 0)
        let pinned = try await vidimus("token verify --jwks @other --algorithm RS256", other.out)
        #expect(pinned.err == "algorithm_mismatch: the token says ES256, --algorithm RS256\n")
        // Of a set, those that it fits get it; the others are what they were.
        let both = try ["other", "silent"].map { name -> JSON in
            let text = try String(contentsOfFile: folder.file(name), encoding: .utf8)
            return try JSON.parse(text)["keys"]?.array?.first ?? .null
        }
        let halves = try both.map { try JWK($0).publicJSON ?? .null }
        _ = try folder.write(JSON.object([JSON.Member("keys", .array(halves))]).description, to: "both")
        #expect(try await vidimus("token verify --jwks @both --algorithm RS256", token.out).status == 0)
        #expect(try await vidimus("token verify --jwks @both --algorithm ES256", other.out).status == 0)
        #expect(try await vidimus("token verify --jwks @both --algorithm ES256", token.out).status == 1)
        let stranger = try await vidimus(
            "token sign --key @rsa.pem --algorithm RS256 --kid nobody", Self.claims)
        let unknown = try await vidimus("token verify --jwks @both --algorithm RS256", stranger.out)
        #expect(unknown.err.hasPrefix("unknown_key: none of 2 keys has the kid 'nobody'"))
        let none = try await vidimus("token sign --jwks @other --algorithm RS256", Self.claims)
        #expect(none.err.contains("no key of the set has the algorithm RS256"))
        // Both names of one algorithm.
        _ = try await vidimus("key generate --algorithm EdDSA --out @older.jwk")
        let older = try await vidimus("token sign --key @older.jwk --algorithm Ed25519", Self.claims)
        #expect(try await vidimus("token inspect --json", older.out).json["header"]?["alg"] == "EdDSA")
        // One to encrypt with, from a PEM file that says nothing.
        let sealing = try await vidimus(
            "key convert --in @rsa.public.pem --to jwk --algorithm RSA-OAEP-256 --out @sealing.jwk")
        #expect(sealing.status == 0)
        let sealed = try await vidimus("token encrypt --key @sealing.jwk", "a note")
        #expect(try await vidimus("token decrypt --key @rsa.pem", sealed.out).out == "a note\n")
    }

    @Test("A token that is too long says so when it is made, and is taken by who allows it")
    func length() async throws {
        let claims = #"{"pad":"\#(String(repeating: "x", count: 100_000))"}"#
        let token = try await vidimus("token sign --key @key.jwk", claims)
        #expect(token.status == 0 && token.err.contains("take at most 16384 unless told"))
        #expect(try await vidimus("token verify --key @key.jwk", token.out).err.contains("at most 16384"))
        let flag = "--maximum-bytes 200000"
        #expect(try await vidimus("token verify --key @key.jwk \(flag)", token.out).out == claims + "\n")
        let inspected = try await vidimus("token inspect \(flag) --json", token.out)
        #expect(inspected.json["payload"]?["pad"]?.string?.utf8.count == 100_000)
        let sealed = try await vidimus("token encrypt --key @public.jwk", claims)
        #expect(sealed.err.contains("take at most 65536 unless told"))
        #expect(try await vidimus("token decrypt --key @mine.jwk \(flag)", sealed.out).out == claims + "\n")
    }

    @Test("Of a token that is refused, inspect shows the header")
    func refusedHeader() async throws {
        for (token, sentence) in [
            ("eyJhbGciOiJub25lIn0.e30.", "the signature part is empty"),
            ("eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4R0NNIn0.AA.AA.AA.AA", "its padding leaks"),
        ] {
            let output = try await vidimus("token inspect", token)
            #expect(output.status == 1 && output.err.contains(sentence), "\(output.err)")
            #expect(output.out.hasPrefix("header (unverified, of a token that is refused)\n{\n  \"alg\""))
        }
        // What moves a terminal's cursor or turns its text round is written out.
        let hostile = #"{"alg":"none","x":"\#u{9B}31m\#u{202E}"}"#
        let output = try await vidimus("token inspect", "\(Base64URL.encode(Array(hostile.utf8))).e30.AA")
        #expect(output.out.contains(#""x": "\u009b31m\u202e""#), "\(output.out)")
    }

    @Test("A key to decrypt with is made, its public half given away, and a token sealed to it is opened")
    func encryption() async throws {
        let made = try await vidimus(
            "key generate --algorithm ECDH-ES+A128KW --curve X25519 --kid me --out @own.jwk")
        #expect(made.status == 0)
        let given = try await vidimus("key convert --in @own.jwk --to jwk --public --out @given.jwk")
        #expect(given.status == 0)
        let sealed = try await vidimus("token encrypt --key @given.jwk", "a note")
        #expect(try await vidimus("token decrypt --key @own.jwk", sealed.out).out == "a note\n")

        let seen = try await vidimus("token inspect --json", sealed.out)
        #expect(seen.json["header"]?["kid"] == "me" && seen.json["encrypted"]?.bool == true)
        let inspected = try await vidimus("key inspect --in @own.jwk --json")
        #expect(inspected.json.array?.first?["alg"] == "ECDH-ES+A128KW")
    }

    @Test(
        "Every command of these explains itself, with examples",
        arguments: [
            "token inspect", "token verify", "token sign", "token encrypt", "token decrypt", "key generate",
            "key convert", "key inspect",
        ])
    func help(command: String) async throws {
        let output = try await vidimus("\(command) --help")
        #expect(output.status == 0 && output.out.contains("\n  vidimus \(command)"))
        // An example that is broken over two lines cannot be copied.
        let examples = output.out.components(separatedBy: "EXAMPLES\n").last?.components(separatedBy: "\n\n")
            .first
        for line in try #require(examples).split(separator: "\n") {
            #expect(line.hasPrefix("  "), "\(line)")
        }
    }
}
