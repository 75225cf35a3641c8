import Foundation
import Testing
import VidimusJOSE

@Suite("Keys as people have them", .enabled(if: Tool.isThere, "needs openssl and ssh-keygen"))
struct KeyDocumentTests {
    /// How a private key is made, and the algorithm to try it with.
    static let kinds: [(String, SignatureAlgorithm)] = [
        ("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", .rs256),
        ("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", .es256),
        ("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", .es384),
        ("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", .es512),
        ("openssl genpkey -algorithm ED25519", .ed25519),
    ]

    /// Other forms of the key in `k.pem`: what to do, the file that comes of it, and whether it is private.
    static let forms: [(String, String, KeyDocument.Form, Bool)] = [
        ("true", "k.pem", .pkcs8, true),
        ("openssl pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out o", "o", .pkcs8, true),
        ("openssl pkey -in k.pem -pubout -out o", "o", .subjectPublicKeyInfo, false),
        ("openssl pkey -in k.pem -pubout -outform DER -out o", "o", .subjectPublicKeyInfo, false),
        ("openssl req -x509 -new -key k.pem -subj /CN=Ada -out o", "o", .certificate, false),
        ("openssl req -x509 -new -key k.pem -subj /CN=Ada -outform DER -out o", "o", .certificate, false),
    ]

    @Test("Each form of a key that OpenSSL writes is the same key", arguments: kinds)
    func eachForm(make: String, algorithm: SignatureAlgorithm) throws {
        let tool = try Tool()
        try tool.run("\(make) -out k.pem")
        let original = try JWK(reading: try tool.read("k.pem"))
        for (command, file, form, isPrivate) in Self.forms {
            try tool.run(command)
            let document = try KeyDocument(try tool.read(file))
            let key = try document.onlyKey()
            #expect(key.thumbprint() == original.thumbprint(), "\(command)")
            #expect(document.entries.first?.form == form && key.isPrivate == isPrivate, "\(command)")
        }
        if algorithm != .ed25519 {
            // PKCS#1 or SEC 1, in PEM and DER.
            for command in [
                "openssl pkey -in k.pem -traditional -out o",
                "openssl pkey -in k.pem -traditional -outform DER -out o",
            ] {
                try tool.run(command)
                let document = try KeyDocument(try tool.read("o"))
                #expect(document.entries.first?.form == (algorithm == .rs256 ? .pkcs1 : .sec1))
                #expect(try document.onlyKey().json == original.json)
            }
        }
        let token = try Token.sign(["a": 1], with: SigningKey(original, algorithm: algorithm))
        let published = try VerificationKey(JWK(reading: try tool.read("k.pem")), algorithm: algorithm)
        #expect(try UnverifiedToken(token).verified(by: published).payload == "{\"a\":1}".bytes)
    }

    @Test("What we write, OpenSSL reads and writes back the same", arguments: kinds)
    func export(make: String, algorithm: SignatureAlgorithm) throws {
        let tool = try Tool()
        try tool.run("\(make) -out k.pem && openssl pkey -in k.pem -pubout -out p.pem")
        let key = try JWK(reading: try tool.read("k.pem"))
        #expect(try key.publicPEM().bytes == (try tool.read("p.pem")))
        #expect(try key.privatePEM().bytes == (try tool.read("k.pem")))
        #expect(try JWK(pem: key.privatePEM()).json == key.json)
        let made = try JWK(SigningKey.generate(algorithm).privateJWK)
        try tool.write("ours.pem", made.privatePEM())
        #expect(try tool.run("openssl pkey -in ours.pem -pubout") == made.publicPEM())
        #expect(throws: JOSEError.self) { try JWK(pem: key.publicPEM()).privatePEM() }
    }

    @Test("X25519 keys go both ways, agree on no signature, and zero is refused")
    func agreement() throws {
        let tool = try Tool()
        try tool.run(
            "openssl genpkey -algorithm X25519 -out k.pem && openssl pkey -in k.pem -pubout -out p.pem")
        let key = try JWK(reading: try tool.read("k.pem"))
        #expect(try key.privatePEM().bytes == (try tool.read("k.pem")))
        #expect(try key.publicPEM().bytes == (try tool.read("p.pem")))
        #expect(refusal { try SigningKey(key) }?.code == .unsupportedAlgorithm)
        let zero = JSON.string(Base64URL.encode([UInt8](repeating: 0, count: 32)))
        #expect(refusal { try JWK(["kty": "OKP", "crv": "X25519", "x": zero]) }?.code == .weakKey)
        let set = JSON.object([.init("keys", .array([key.publicJSON ?? .null]))])
        #expect(try JWKSet(parsing: set.encoded(), publicOnly: true).keys.isEmpty)
    }

    @Test(
        "An encrypted key opens by its passphrase, says when it lacks one, and names a wrong one",
        arguments: ["aes128", "aes192", "aes256"],
        ["hmacWithSHA1", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"])
    func encrypted(cipher: String, hash: String) throws {
        let tool = try Tool()
        try tool.run(
            """
            openssl genpkey -algorithm ED25519 -out k.pem
            openssl pkcs8 -topk8 -in k.pem -v2 \(cipher) -v2prf \(hash) -passout pass:geheimé -out e.pem
            """)
        let bytes = try tool.read("e.pem")
        let key = try KeyDocument(bytes, passphrase: "geheimé")
        #expect(try key.onlyKey().json == JWK(reading: try tool.read("k.pem")).json)
        #expect(key.entries.first?.form == .encryptedPKCS8)
        #expect(refusal { try JWK(reading: bytes) }?.code == .passphraseRequired)
        for wrong in ["geheim", "", "geheimé "] {
            #expect(refusal { try JWK(reading: bytes, passphrase: wrong) }?.code == .wrongPassphrase)
        }
    }

    @Test("Of many wrong passphrases none passes for another fault")
    func wrongPassphrases() throws {
        let tool = try Tool()
        try tool.run(
            """
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem
            openssl pkcs8 -topk8 -in k.pem -v2 aes256 -iter 1 -passout pass:right -out e.pem
            """)
        let bytes = try tool.read("e.pem")
        for number in 0..<2_000 {
            #expect(
                refusal { try JWK(reading: bytes, passphrase: "wrong\(number)") }?.code == .wrongPassphrase)
        }
    }

    @Test("More iterations than we do are refused before any is done")
    func iterations() throws {
        let tool = try Tool()
        try tool.run(
            """
            openssl genpkey -algorithm ED25519 -out k.pem
            openssl pkcs8 -topk8 -in k.pem -v2 aes256 -iter 2000001 -passout pass:right -out e.pem
            """)
        let error = try #require(refusal { try JWK(reading: tool.read("e.pem"), passphrase: "right") })
        #expect(error.code == .invalidKey && error.reason.contains("2000001"))
    }

    @Test(
        "OpenSSH's private and public keys are read",
        arguments: [
            ("ed25519", "", SignatureAlgorithm.ed25519), ("rsa", "-b 2048", .rs256),
            ("ecdsa", "-b 256", .es256),
            ("ecdsa", "-b 384", .es384), ("ecdsa", "-b 521", .es512),
        ])
    func openSSH(kind: String, bits: String, algorithm: SignatureAlgorithm) throws {
        let tool = try Tool()
        // Several, since a number may happen to be short.
        for _ in 0..<(kind == "rsa" ? 1 : 8) {
            try tool.run("rm -f k k.pub; ssh-keygen -q -t \(kind) \(bits) -N '' -C 'ada at home' -f k")
            let key = try JWK(reading: try tool.read("k"))
            #expect(key.isPrivate)
            #expect(try JWK(reading: try tool.read("k.pub")).thumbprint() == key.thumbprint())
            try tool.write("ours.pem", key.privatePEM())
            _ = try SigningKey(key, algorithm: algorithm)
            if kind != "ed25519" {
                try tool.run(
                    "chmod 600 ours.pem && ssh-keygen -y -f ours.pem > ours.pub && ssh-keygen -y -f k > k.pub2"
                )
                #expect(try JWK(reading: try tool.read("ours.pub")).thumbprint() == key.thumbprint())
            }
        }
    }

    /// What is refused by name: how it is made, the file, words of the refusal, and the command that mends it.
    static let refused: [(String, String, String, String?)] = [
        (
            "openssl genrsa -traditional -aes128 -passout pass:word -out o 2048", "DEK-Info",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in o -out n -passin pass:word -passout pass:word"
        ),
        (
            "openssl genrsa -traditional -des3 -passout pass:word -out o 2048", "DEK-Info",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in o -out n -passin pass:word -passout pass:word"
        ),
        (
            "openssl pkcs8 -topk8 -in k.pem -v2 des3 -passout pass:word -out o", "3DES",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in o -out n -passin pass:word -passout pass:word"
        ),
        (
            "openssl pkcs8 -topk8 -in k.pem -v1 PBE-SHA1-3DES -passout pass:word -out o", "PBES1 (3DES)",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in o -out n -passin pass:word -passout pass:word -provider legacy -provider default"
        ),
        (
            "openssl pkcs8 -topk8 -in k.pem -v1 PBE-MD5-DES -passout pass:word -out o -provider legacy -provider default",
            "PBES1 (DES)", "-provider legacy -provider default",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in o -out n -passin pass:word -passout pass:word -provider legacy -provider default"
        ),
        (
            "openssl pkcs8 -topk8 -in k.pem -scrypt -passout pass:word -out o", "scrypt",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem",
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in o -out n -passin pass:word -passout pass:word"
        ),
        (
            "ssh-keygen -q -t ed25519 -N 'a word' -f o", "OpenSSH private key with a passphrase",
            "ssh-keygen -p -N '' -f COPY", "cp o n && ssh-keygen -p -P 'a word' -N '' -f n"
        ),
        (
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out o",
            "spells out its curve", "openssl ec -in OLD.pem -param_enc named_curve -out NEW.pem",
            "openssl ec -in o -param_enc named_curve -out n"
        ),
        (
            "openssl req -x509 -new -key k.pem -subj /CN=A -out c && openssl pkcs12 -export -inkey k.pem -in c -passout pass:word -out o",
            "PKCS#12", "openssl pkcs12 -in KEY.p12 -nodes -out KEY.pem",
            "openssl pkcs12 -in o -passin pass:word -nodes -out n"
        ),
        (
            "ssh-keygen -q -t ed25519 -N '' -f s && ssh-keygen -e -f s.pub > o", "RFC 4716",
            "ssh-keygen -i -f",
            "ssh-keygen -i -f o > n"
        ),
        (
            "openssl req -new -key k.pem -subj /CN=A -out o", "certificate request",
            "openssl req -in OLD.pem",
            "openssl req -in o -pubkey -noout -out n"
        ),
        (
            "openssl req -x509 -new -key k.pem -subj /CN=A -out c && openssl crl2pkcs7 -nocrl -certfile c -out o",
            "PKCS#7", "openssl pkcs7", "openssl pkcs7 -in o -print_certs -out n"
        ),
        (
            "openssl req -x509 -new -key k.pem -subj /CN=A -out c && openssl x509 -in c -trustout -out o",
            "OpenSSL's own form", "openssl x509 -in OLD.pem -out NEW.pem", "openssl x509 -in o -out n"
        ),
    ]

    @Test("What we do not read is refused by name, and the command it names converts it", arguments: refused)
    func byName(make: String, name: String, command: String, convert: String?) throws {
        let tool = try Tool()
        try tool.run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem; \(make)")
        let error = try #require(refusal { try JWK(reading: tool.read("o"), passphrase: "word") })
        #expect(error.code == .unsupportedKeyForm)
        #expect(error.reason.contains(name) && error.reason.contains(command), "\(error)")
        if let convert {
            try tool.run(convert)
            _ = try JWK(reading: tool.read("n"), passphrase: "word")
        }
    }

    static let weak: [(String, JOSEError.Code, String)] = [
        ("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out o", .weakKey, "1024 bits"),
        ("openssl genrsa -traditional -out o 1024", .weakKey, "1024 bits"),
        ("ssh-keygen -q -t rsa -b 1024 -N '' -f o", .weakKey, "1024 bits"),
        (
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out o",
            .unsupportedAlgorithm,
            "secp256k1"
        ),
        ("openssl genpkey -algorithm ED448 -out o", .unsupportedAlgorithm, "Ed448"),
        ("openssl genpkey -algorithm X448 -out o", .unsupportedAlgorithm, "X448"),
        (
            "openssl dsaparam -genkey -out d 1024 && openssl pkey -in d -out o", .unsupportedAlgorithm, "DSA"
        ),
        (
            "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out o", .unsupportedAlgorithm,
            "PSS"
        ),
    ]

    @Test("Weak keys and kinds that no JOSE algorithm has are refused by name", arguments: weak)
    func tooWeak(make: String, code: JOSEError.Code, name: String) throws {
        let tool = try Tool()
        try tool.run(make)
        let error = try #require(refusal { try JWK(reading: tool.read("o")) })
        #expect(error.code == code && error.reason.contains(name), "\(error)")
    }

    @Test("Text around PEM blocks, a key beside its public half, and CR LF are no obstacle")
    func around() throws {
        let tool = try Tool()
        try tool.run(
            """
            openssl ecparam -name prime256v1 -genkey -out k.pem
            (echo 'Bag Attributes: <none>'; cat k.pem; openssl ec -in k.pem -pubout) | sed 's/$/\\r/' > o
            openssl ec -in k.pem -conv_form compressed -pubout -out c.pem
            """)
        let key = try JWK(reading: try tool.read("o"))
        #expect(key.isPrivate && key.algorithm == .es256)
        #expect(try JWK(reading: try tool.read("c.pem")).thumbprint() == key.thumbprint())
    }

    @Test("Damage anywhere is refused or harmless, and never ends the process", arguments: kinds)
    func damage(make: String, algorithm: SignatureAlgorithm) throws {
        let tool = try Tool()
        try tool.run(
            """
            \(make) -outform DER -out a; openssl pkey -inform DER -in a -pubout -outform DER -out b
            openssl req -x509 -new -key a -subj /CN=A -outform DER -out c
            openssl pkcs8 -topk8 -inform DER -in a -outform DER -iter 1 -v2 aes256 -passout pass:word -out d
            openssl pkey -inform DER -in a -out e
            ssh-keygen -q -t \(algorithm == .rs256 ? "rsa -b 2048" : "ed25519") -N '' -f f
            """)
        for name in ["a", "b", "c", "d", "e", "f", "f.pub"] {
            let bytes = try tool.read(name)
            let step = max(1, bytes.count / 150)
            for index in stride(from: 0, to: bytes.count, by: step) {
                _ = try? KeyDocument(Array(bytes[..<index]), passphrase: "word")
                for bit in [0x01, 0x80] as [UInt8] {
                    var damaged = bytes
                    damaged[index] ^= bit
                    _ = try? KeyDocument(damaged, passphrase: "word")
                }
            }
            if !["e", "f", "f.pub"].contains(name) {
                #expect(refusal { try KeyDocument(bytes + [0], passphrase: "word") }?.code == .malformed)
            }
        }
    }
}
