import Foundation
import Testing
import VidimusJOSE

@Suite("Certificates", .enabled(if: Tool.isThere, "needs openssl and ssh-keygen"))
struct CertificateTests {
    /// A root, an intermediate below it, and a leaf; another root of the same name.
    static func house() throws -> Tool {
        let tool = try Tool()
        try tool.run(
            """
            new='openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
            $new -x509 -days 100 -subj /CN=Root -keyout r.key -out r.pem
            $new -x509 -days 100 -subj /CN=Root -keyout x.key -out x.pem
            $new -subj /CN=Middle -keyout i.key -out i.csr
            printf 'basicConstraints=critical,CA:TRUE\\n' > ca; printf 'basicConstraints=CA:FALSE\\n' > no
            openssl x509 -req -in i.csr -CA r.pem -CAkey r.key -CAcreateserial -days 90 -extfile ca -out i.pem
            openssl x509 -req -in i.csr -CA r.pem -CAkey r.key -CAcreateserial -days 90 -extfile no -out n.pem
            $new -subj '/O=Example/CN=Ada' -keyout l.key -out l.csr
            openssl x509 -req -in l.csr -CA i.pem -CAkey i.key -CAcreateserial -days 10 -extfile no -out l.pem
            cat l.pem i.pem > chain.pem; cat l.pem n.pem > bad.pem
            """)
        return tool
    }

    static func chain(_ tool: Tool, _ name: String) throws -> CertificateChain {
        try CertificateChain(pem: String(decoding: tool.read(name), as: UTF8.self))
    }

    @Test("A chain is believed only up to a root that was given, at a time when it is valid")
    func chains() async throws {
        let tool = try Self.house()
        let chain = try Self.chain(tool, "chain.pem")
        let root = try CertificateChain.pem(tool.read("r.pem"))
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        let verified = try await chain.verified(roots: root, at: now)
        #expect(verified.key.thumbprint() == (try JWK(reading: tool.read("l.key"))).thumbprint())
        #expect(verified.subject == "CN=Ada,O=Example")
        let stated = try tool.run(
            "openssl x509 -in l.pem -outform DER | openssl dgst -sha256 -binary | base64")
        let standard = stated.trimmingCharacters(in: .newlines).replacing("+", with: "-").replacing(
            "/", with: "_")
        #expect(verified.thumbprint == standard.replacing("=", with: ""))

        let refusals: [(CertificateChain, [[UInt8]], Timestamp)] = [
            (chain, [], now), (chain, try CertificateChain.pem(tool.read("x.pem")), now),
            (chain, root, now + .seconds(11 * 86_400)), (chain, root, now - .seconds(86_400)),
            (chain, root, Timestamp(milliseconds: .max)), (chain, root, Timestamp(milliseconds: .min)),
            (try Self.chain(tool, "l.pem"), root, now), (try Self.chain(tool, "bad.pem"), root, now),
        ]
        for (index, (chain, roots, time)) in refusals.enumerated() {
            do {
                _ = try await chain.verified(roots: roots, at: time)
                Issue.record("case \(index) was believed")
            } catch {
                #expect(error.code == .untrustedCertificate)
            }
        }
    }

    @Test("x5c and x5t#S256 go with the key they are of, and with no other")
    func members() throws {
        let tool = try Self.house()
        let chain = try Self.chain(tool, "chain.pem")
        let key = try JWK(reading: tool.read("l.key")).with(id: "ada").with(certificates: chain)
        let read = try #require(try key.certificates())
        #expect(read.der == chain.der && key.json["x5t#S256"] == .string(chain.thumbprint))
        #expect(try CertificateChain(x5c: chain.x5c).der == chain.der)
        let other = try JWK(reading: tool.read("i.key"))
        #expect(refusal { try other.with(certificates: chain) }?.code == .invalidKey)
        #expect(
            refusal { try JWK(key.json.with(("x5t#S256", "AAAA"))) }
                == JOSEError(.invalidKey, "'x5t#S256' is not the thumbprint of the first of 'x5c'"))
        let foreign = JOSEError(.invalidKey, "the certificate is for another key")
        for json in [other.json, ["kty": "oct", "k": "AAAA"]] {
            #expect(refusal { try JWK(json.with(("x5c", chain.x5c))) } == foreign)
        }
        // Only the first says whose key it is, however the others look.
        let leaf = try #require(chain.x5c.array?.first)
        for more: [JSON] in [["MAA="], [JSON](repeating: leaf, count: 7)] {
            #expect(refusal { try JWK(other.json.with(("x5c", .array([leaf] + more)))) } == foreign)
        }
        // A certificate that cannot be read stands in nobody's way until it is asked for.
        let unread = try JWK(key.json.with(("x5c", ["MAA="])))
        #expect(refusal { try unread.certificates() }?.code == .malformed)
        // What is no DER in base64 is no certificate, whoever asks.
        for x5c: JSON in [
            "MAA=", .null, [:], [], [1], [.null], ["!"], ["AAAA"], ["MAA=", "AAAA"], ["MAA=", 1],
        ] {
            #expect(
                refusal { try JWK(key.json.with(("x5c", x5c))) }
                    == JOSEError(.invalidKey, "'x5c' is not an array of one or more certificates in base64"),
                "\(x5c)")
        }
        for x5c: JSON in ["", [], [1], ["!"], ["AAAA"], [chain.x5c]] {
            #expect(refusal { try CertificateChain(x5c: x5c) }?.code == .malformed)
        }
        let seven = JSON.array([JSON](repeating: chain.x5c.array?.first ?? .null, count: 7))
        #expect(refusal { try CertificateChain(x5c: seven) }?.code == .malformed)
    }

    @Test(
        "A certificate of a key that is weak, or of a kind that we do not have, is refused by that key's name"
    )
    func foreignKeys() throws {
        let tool = try Tool()
        let cases: [(String, JOSEError.Code, String)] = [
            ("-newkey rsa:1024", .weakKey, "an RSA key of 1024 bits, needs at least 2048"),
            ("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1", .unsupportedAlgorithm, "curve"),
            ("-newkey ed448", .unsupportedAlgorithm, "Ed448"),
        ]
        for (make, code, reason) in cases {
            try tool.run("openssl req -x509 \(make) -nodes -days 9 -subj /CN=A -keyout k -out c")
            let error = try #require(refusal { try KeyDocument(tool.read("c")) })
            #expect(error.code == code && error.reason.contains(reason), "\(error)")
        }
        // A leaf with such a key is certainly another's; one of a kind that we do not have proves nothing.
        let key = try SigningKey.generate(.es256).privateJWK
        try tool.run(
            "openssl req -x509 -newkey rsa:1024 -nodes -days 9 -subj /CN=A -keyout k -outform DER -out c")
        let x5c = JSON.array([.string(Data(try tool.read("c")).base64EncodedString())])
        #expect(refusal { try JWK(key.with(("x5c", x5c))) }?.code == .invalidKey)
        // Ed448 we do not have; and a curve that is spelled out may be the key's own.
        try tool.run(
            """
            openssl req -x509 -newkey ed448 -nodes -days 9 -subj /CN=A -keyout k -outform DER -out c
            openssl ecparam -name prime256v1 -genkey -noout -out n; openssl ec -in n -param_enc explicit -out e
            openssl req -x509 -new -key e -days 9 -subj /CN=A -outform DER -out s
            openssl ec -in n -conv_form compressed -out p; openssl req -x509 -new -key p -days 9 -subj /CN=A -outform DER -out z
            """)
        let own = try JWK(reading: tool.read("n")).json
        for file in ["c", "s", "z"] {
            let x5c = JSON.array([.string(Data(try tool.read(file)).base64EncodedString())])
            #expect(refusal { try JWK(own.with(("x5c", x5c))) } == nil, "\(file)")
        }
        // Another's key by a point that is written in its short form.
        let short = JSON.array([.string(Data(try tool.read("z")).base64EncodedString())])
        #expect(refusal { try JWK(key.with(("x5c", short))) }?.code == .invalidKey)
    }

    @Test("A file with a key and its certificate is one key; with another's it is refused")
    func together() throws {
        let tool = try Self.house()
        try tool.run("cat l.key chain.pem > good; cat i.key chain.pem > mixed")
        let document = try KeyDocument(tool.read("good"))
        #expect(try document.onlyKey().isPrivate && document.certificates?.der.count == 2)
        #expect(refusal { try KeyDocument(tool.read("mixed")) }?.code == .invalidKey)
    }
}
