import Testing
import VidimusJOSE

@Suite("Keys in text")
struct KeyTextTests {
    /// RFC 8410 §10.3: the second has an attribute and the public half.
    static let rfc8410 = [
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
        Z9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PRIVATE KEY-----
        """,
    ]
    static let rfc8410Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PUBLIC KEY-----

        """

    @Test("The keys of RFC 8410 are read, and its public key is what we write", arguments: rfc8410)
    func ed25519(pem: String) throws {
        let key = try JWK(pem: pem)
        #expect(key.isPrivate && key.algorithm == .ed25519)
        #expect(try key.publicPEM() == Self.rfc8410Public)
    }

    @Test("A PEM text in one line, and a file that holds one, are refused with what to do")
    func oneLine() {
        for end in ["\\n", " "] {
            let text = Self.rfc8410Public.split(separator: "\n").joined(separator: end)
            #expect(
                refusal { try JWK(reading: text) }
                    == JOSEError(
                        .malformed,
                        "a PEM block all in one line; it needs its line ends, not \\n written out and not blanks"
                    ))
        }
        let account = JSON.object([JSON.Member("private_key", .string(Self.rfc8410[0]))])
        #expect(
            refusal { try JWK(reading: account.encoded()) }
                == JOSEError(
                    .unsupportedKeyForm,
                    "a service account's file is not read; convert it: jq -r .private_key FILE.json > KEY.pem"
                ))
    }

    @Test("A key takes the name of an algorithm that it can be used with, to sign or to decrypt")
    func algorithmNames() throws {
        let key = try JWK(pem: Self.rfc8410[0])
        let older = try SigningKey(key.with(id: "a", algorithmName: "EdDSA"))
        #expect(older.algorithm == .ed25519 && older.algorithmName == "EdDSA")
        #expect(refusal { try key.with(id: nil, algorithmName: "ES256") }?.code == .invalidKey)
        let rsa = try JWK(Keys.key(.rs256).privateJWK.with(("use", nil)))
        let sealed = try rsa.with(id: "b", algorithm: KeyManagementAlgorithm.rsaOAEP256)
        #expect(sealed.id == "b" && sealed.json["alg"] == "RSA-OAEP-256")
        #expect(try sealed.publicKey().with(id: nil, algorithm: KeyManagementAlgorithm.rsaOAEP256).id == "b")
        #expect(
            refusal { try rsa.with(id: nil, algorithm: KeyManagementAlgorithm.a256KW) }?.code == .invalidKey)
        #expect(refusal { try key.with(id: nil, algorithm: KeyManagementAlgorithm.ecdhES) } != nil)
    }

    @Test("A thumbprint is also a URI (RFC 7638 §3.1, RFC 8037 A.3, RFC 9278 §6)")
    func thumbprints() throws {
        let ed25519 = try JWK([
            "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        ])
        #expect(ed25519.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(
            ed25519.thumbprintURI
                == "urn:ietf:params:oauth:jwk-thumbprint:sha-256:kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    /// As Python's cryptography writes it: a whole block of padding, where none is needed.
    static let padded = """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNl
        Y2RzYS1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQSBDG6YHxLY3Tg/ndTk
        Bef9k5dugOgOEz/+3us2FVvqYnau7DxFlgoQUWfcsiwzct7LMk7sKKV1FbC2Ynjz
        eOcBAAAAoPm0Oh35tDodAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAy
        NTYAAABBBIEMbpgfEtjdOD+d1OQF5/2Tl26A6A4TP/7e6zYVW+pidq7sPEWWChBR
        Z9yyLDNy3ssyTuwopXUVsLZiePN45wEAAAAgGKByuazWjF5DPh//oow4x1CWfARm
        bWd6dLQnx5PzQVgAAAAAAQIDBAUGBwg=
        -----END OPENSSH PRIVATE KEY-----
        """

    @Test("An OpenSSH key with a whole block of padding is read; with one byte more it is not")
    func padding() throws {
        let key = try JWK(reading: Array(Self.padded.utf8))
        #expect(key.isPrivate && key.algorithm == .es256)
        let longer = Self.padded.replacing("AQIDBAUGBwg=", with: "AQIDBAUGBwgJ")
        #expect(refusal { try JWK(reading: Array(longer.utf8)) }?.code == .malformed)
    }

    @Test(
        "PEM is read as people paste it: indented, with blanks in a line and behind it, behind a byte order mark"
    )
    func pasted() throws {
        let lines = Self.rfc8410Public.split(separator: "\n")
        let pasted = "\u{FEFF}" + lines.map { "  \t\($0.replacing("9E", with: "9 E")) \t\r\n" }.joined()
        try #require(pasted.contains("9 E"))
        #expect(try JWK(pem: pasted).publicPEM() == Self.rfc8410Public)
    }

    @Test(
        "The public half that a PKCS#8 key of version 2 states must be its own (RFC 5958 §2)",
        arguments: [
            (
                "MIGFAgEBMBMGByqGSM49AgEGCCqGSM49AwEHBCcwJQIBAQQgAAAAAAAAAAAAAAAAAAAAABI0VniQq83vEjRWeJCrze+BQgAE+evkZBR8wQLZIyTQmdknwaUOQtV6CKEW/+wKKYGdjGVwuvfRKIiQKmoMHWet0QMSPIWatpv46UMck4STDUt+7g==",
                nil
            ),
            (
                "MIGFAgEBMBMGByqGSM49AgEGCCqGSM49AwEHBCcwJQIBAQQgAAAAAAAAAAAAAAAAAAAAABI0VniQq83vEjRWeJCrze+BQgAEjlM7b6C/e0YluzBmfAH7YH75+LioD+9bMAYocDGHsqNz6x294DMYNm0Gn4Om9ZAAU8c2M8sEGyHFXhqGwfQAtA==",
                .invalidKey
            ),
            (
                "MEYCAQEwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCAAAAAAAAAAAAAAAAAAAAAAEjRWeJCrze8SNFZ4kKvN74EDB3h4",
                .malformed
            ),
        ] as [(String, JOSEError.Code?)])
    func stated(der: String, code: JOSEError.Code?) {
        let pem = "-----BEGIN PRIVATE KEY-----\n\(der)\n-----END PRIVATE KEY-----\n"
        #expect(refusal { try JWK(pem: pem) }?.code == code)
    }

    static let broken: [(String, JOSEError.Code)] = [
        ("", .malformed), ("\n", .malformed), ("hello", .malformed), ("ssh-ed25519", .malformed),
        ("ssh-ed25519 AAAA", .malformed), ("ssh-ed25519 !!!!", .malformed),
        ("ssh-dss AAAA", .unsupportedAlgorithm),
        ("sk-ssh-ed25519@openssh.com AAAA", .unsupportedAlgorithm),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", .unsupportedKeyForm), ("0", .malformed), ("{}", .malformed),
        (#"{"keys":1}"#, .malformed), (#"{"keys":[{}]}"#, .invalidKey),
        ("-----BEGIN ", .malformed), ("-----BEGIN -----\n-----END -----", .malformed),
        ("-----BEGIN PUBLIC KEY-----", .malformed), ("-----BEGIN PUBLIC KEY-----\nAAAA\n", .malformed),
        ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", .malformed),
        ("-----BEGIN PUBLIC KEY-----\nAAA=\n-----END PRIVATE KEY-----", .malformed),
        ("-----BEGIN PUBLIC KEY-----\nAB==\n-----END PUBLIC KEY-----", .malformed),
        ("-----BEGIN PUBLIC KEY-----\nA A=\n-----END PUBLIC KEY-----", .malformed),
        ("-----BEGIN PUBLIC KEY-----\n----\n-----END PUBLIC KEY-----", .malformed),
        ("-----BEGIN PUBLIC KEY-----\nAA==AAAA\n-----END PUBLIC KEY-----", .malformed),
        ("-----BEGIN PUBLIC KEY-----\nComment: a\n\nAAAA\n-----END PUBLIC KEY-----", .malformed),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", .malformed),
        ("-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----", .unsupportedKeyForm),
        ("PuTTY-User-Key-File-2: ssh-rsa", .unsupportedKeyForm),
    ]

    @Test("What is no key is refused", arguments: broken)
    func noKey(text: String, code: JOSEError.Code) {
        #expect(refusal { try KeyDocument(text.bytes) }?.code == code, "\(text)")
    }

    @Test("A Java key store is refused by name")
    func keyStore() {
        #expect(refusal { try KeyDocument([0xFE, 0xED, 0xFE, 0xED, 0]) }?.code == .unsupportedKeyForm)
    }

    @Test("Two keys of one kid, and private or mixed members in a public set, are refused")
    func sets() throws {
        let (first, second) = (
            try SigningKey.generate(.es256, id: "a"), try SigningKey.generate(.ed25519, id: "a")
        )
        let both = JSON.object([.init("keys", .array([first.privateJWK, second.privateJWK]))]).encoded()
        #expect(refusal { try KeyDocument(both) }?.reason == "two keys have the same kid")
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            let key = try #require(first.verificationKey.jwk).json.with((name, "AQAB"))
            let set = JSON.object([.init("keys", .array([key]))]).encoded()
            #expect(refusal { try JWKSet(parsing: set, publicOnly: true) }?.code == .invalidKey)
        }
    }

    @Test("A secret has no PEM, and a public key no private one")
    func noPEM() throws {
        let secret = try JWK(SigningKey.generate(.hs256, id: "a").privateJWK)
        #expect(refusal { try secret.privatePEM() }?.code == .invalidKey)
        #expect(refusal { try secret.publicPEM() }?.code == .invalidKey)
    }
}
