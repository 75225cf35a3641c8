/// The keys and certificates of a file as people have them: JWK, JWK Set, PEM, DER, OpenSSH.
public struct KeyDocument: Sendable {
    /// A form that a key was read from.
    public enum Form: String, Sendable, CaseIterable {
        /// A JSON Web Key, by itself or in a set (RFC 7517).
        case jwk = "JWK"
        /// An RSA key of PKCS#1 (RFC 8017 A.1).
        case pkcs1 = "PKCS#1"
        /// A private key of PKCS#8 (RFC 5958).
        case pkcs8 = "PKCS#8"
        /// A private key of PKCS#8, encrypted (RFC 8018).
        case encryptedPKCS8 = "encrypted PKCS#8"
        /// A private elliptic curve key (RFC 5915).
        case sec1 = "SEC 1"
        /// A public key (RFC 5280 §4.1).
        case subjectPublicKeyInfo = "SPKI"
        /// The key of an X.509 certificate.
        case certificate = "X.509 certificate"
        /// A public or private key of OpenSSH.
        case openSSH = "OpenSSH"
    }

    /// A key and the form it was in.
    public struct Entry: Sendable {
        /// The key, sound.
        public let key: JWK
        /// The form it was in.
        public let form: Form
    }

    /// The keys in their order. A certificate's key is among them only if there is no other.
    public let entries: [Entry]
    /// The certificates of a PEM text or DER, or nil.
    public let certificates: CertificateChain?

    /// How many bytes a document may have.
    public static let maximumBytes = 262_144

    /// Reads a document of at most 256 KiB; what it is, it shows by itself.
    ///
    /// PEM: `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY` (PBES2 with PBKDF2 and AES-CBC), `RSA PRIVATE KEY`, `EC
    /// PRIVATE KEY`, `PUBLIC KEY`, `RSA PUBLIC KEY`, `OPENSSH PRIVATE KEY`, `CERTIFICATE`. The same in DER; a
    /// line as in `id_ed25519.pub`; a JWK or JWK Set, each of whose keys must be one we have.
    /// - Parameters:
    ///   - bytes: the document, whole.
    ///   - passphrase: opens an encrypted private key; unused otherwise.
    /// - Throws: `malformed`; `unsupported_key_form` with the command that converts it; `passphrase_required`,
    ///   `wrong_passphrase`; `invalid_key` also for two keys with one `kid` and for a certificate of another
    ///   key; `weak_key`, `unsupported_algorithm`.
    public init(_ bytes: [UInt8], passphrase: String? = nil) throws(JOSEError) {
        guard bytes.count <= Self.maximumBytes else {
            throw JOSEError(.malformed, "more than \(Self.maximumBytes) bytes are no key")
        }
        var found: [Entry] = []
        var certificates: [[UInt8]] = []
        let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if start == UInt8(ascii: "{") {
            found = try Self.json(bytes)
        } else if PEMBlock.appear(in: bytes) {
            for block in try PEMBlock.read(bytes) {
                if block.isCertificate {
                    certificates.append(block.bytes)
                } else if let entry = try Self.entry(block, passphrase) {
                    found.append(entry)
                }
            }
        } else if bytes.first == 0x30 {
            if let form = try DERForm(bytes) {
                found = [try Self.entry(der: bytes, form, passphrase)]
            } else {
                certificates = [bytes]
            }
        } else {
            found = [Entry(key: try JWK(.object(try Self.line(bytes))), form: .openSSH)]
        }
        guard !found.isEmpty || !certificates.isEmpty else {
            throw JOSEError(.malformed, "there is no key in it")
        }
        try self.init(found, certificates.isEmpty ? nil : try CertificateChain(der: certificates))
    }

    private init(_ found: [Entry], _ chain: CertificateChain?) throws(JOSEError) {
        // A private key beside its public half is one key.
        let secret = Set(found.filter(\.key.isPrivate).map { $0.key.thumbprint() })
        let entries = found.filter { $0.key.isPrivate || !secret.contains($0.key.thumbprint()) }
        guard !entries.compactMap(\.key.id).repeats({ $0 }) else {
            throw JOSEError(.invalidKey, "two keys have the same kid")
        }
        self.entries =
            entries.isEmpty ? chain.map { [Entry(key: $0.unverifiedKey, form: .certificate)] } ?? [] : entries
        if let chain,
            !self.entries.contains(where: { $0.key.thumbprint() == chain.unverifiedKey.thumbprint() })
        {
            throw JOSEError(.invalidKey, "the first certificate is for another key than the one beside it")
        }
        certificates = chain
    }

    /// The only key of the document.
    /// - Throws: `invalid_key` if there are several.
    public func onlyKey() throws(JOSEError) -> JWK {
        guard let entry = entries.first, entries.count == 1 else {
            throw JOSEError(.invalidKey, "\(entries.count) keys where one is needed")
        }
        return entry.key
    }

    private static func json(_ bytes: [UInt8]) throws(JOSEError) -> [Entry] {
        let json = try JSON.parse(bytes, limits: JSON.Limits(bytes: maximumBytes))
        guard let members = json["keys"] else {
            guard json["kty"] != nil else {
                if json["private_key"]?.string != nil { throw KeyRefusal.serviceAccount }
                throw JOSEError(.malformed, "neither a JWK Set (no 'keys') nor a JWK (no 'kty')")
            }
            return [Entry(key: try JWK(json), form: .jwk)]
        }
        guard let members = members.array else { throw JOSEError(.malformed, "'keys' is not an array") }
        var entries: [Entry] = []
        for (place, member) in members.enumerated() {
            do {
                entries.append(Entry(key: try JWK(member), form: .jwk))
            } catch {
                throw error.ofMember(place)
            }
        }
        return entries
    }

    /// Nil for a block that says nothing of its own.
    private static func entry(_ block: PEMBlock, _ passphrase: String?) throws(JOSEError) -> Entry? {
        let form: DERForm
        switch block.label {
        case "PRIVATE KEY": form = .pkcs8
        case "ENCRYPTED PRIVATE KEY": form = .encryptedPKCS8
        case "PUBLIC KEY": form = .subjectPublicKeyInfo
        case "RSA PRIVATE KEY": form = .pkcs1Private
        case "RSA PUBLIC KEY": form = .pkcs1Public
        case "EC PRIVATE KEY": form = .sec1
        // OpenSSL writes the curve's name before a key that has it too.
        case "EC PARAMETERS": return nil
        case "OPENSSH PRIVATE KEY":
            return Entry(key: try JWK(.object(try OpenSSHKey.privateKey(block.bytes))), form: .openSSH)
        default: throw KeyRefusal.label(block.label)
        }
        return try entry(der: block.bytes, form, passphrase)
    }

    private static func entry(
        der: [UInt8], _ form: DERForm, _ passphrase: String?
    ) throws(JOSEError) -> Entry {
        let (members, name): ([JSON.Member], Form) =
            switch form {
            case .pkcs8: (try DERKey.pkcs8(der[...]), .pkcs8)
            case .encryptedPKCS8:
                (try DERKey.pkcs8(try EncryptedKey(der[...]).opened(by: passphrase)[...]), .encryptedPKCS8)
            case .subjectPublicKeyInfo: (try DERKey.subjectPublicKeyInfo(der[...]), .subjectPublicKeyInfo)
            case .pkcs1Private: (try DERKey.pkcs1Private(der[...]), .pkcs1)
            case .pkcs1Public: (try DERKey.pkcs1Public(der[...]), .pkcs1)
            case .sec1: (try DERKey.sec1(der[...]), .sec1)
            }
        return Entry(key: try JWK(.object(members)), form: name)
    }

    /// What is neither JSON, PEM nor DER: a public line of OpenSSH, or something known by its first bytes.
    private static func line(_ bytes: [UInt8]) throws(JOSEError) -> [JSON.Member] {
        if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) { throw KeyRefusal.javaKeyStore }
        if bytes.starts(with: Array("PuTTY-User-Key-File-".utf8)) { throw KeyRefusal.putty }
        if bytes.starts(with: Array("---- BEGIN SSH2".utf8)) { throw KeyRefusal.ssh2Public }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.first, lines.count == 1, line.contains(" "),
            ["ssh-", "ecdsa-", "sk-"].contains(where: { line.hasPrefix($0) })
        else { throw JOSEError(.malformed, "neither JWK, JWK Set, PEM, DER nor an OpenSSH key") }
        return try OpenSSHKey.publicLine(String(line))
    }
}

extension JWK {
    /// The only key of a PEM text; a certificate's public key counts, but nobody vouched for it.
    /// - Throws: as ``KeyDocument/init(_:passphrase:)``; `invalid_key` if there are several.
    public init(pem: String, passphrase: String? = nil) throws(JOSEError) {
        let bytes = Array(pem.utf8)
        guard PEMBlock.appear(in: bytes) else { throw JOSEError(.malformed, "the text is not PEM") }
        self = try KeyDocument(bytes, passphrase: passphrase).onlyKey()
    }

    /// The only key of a document in any form that ``KeyDocument`` reads.
    /// - Throws: as ``KeyDocument/init(_:passphrase:)``; `invalid_key` if there are several.
    public init(reading bytes: [UInt8], passphrase: String? = nil) throws(JOSEError) {
        self = try KeyDocument(bytes, passphrase: passphrase).onlyKey()
    }

    /// The only key of a text in any form that ``KeyDocument`` reads: JWK, JWK Set, PEM, a public line of OpenSSH.
    /// - Throws: as ``init(reading:passphrase:)-([UInt8],_)``.
    public init(reading text: String, passphrase: String? = nil) throws(JOSEError) {
        try self.init(reading: Array(text.utf8), passphrase: passphrase)
    }

    /// The only key of a document in bytes of another kind: `Data` for instance.
    /// - Throws: as ``init(reading:passphrase:)-([UInt8],_)``.
    public init(reading bytes: some Sequence<UInt8>, passphrase: String? = nil) throws(JOSEError) {
        try self.init(reading: Array(bytes), passphrase: passphrase)
    }

    /// The thumbprint as a URI (RFC 9278 §3); see ``thumbprint()``.
    public var thumbprintURI: String {
        "urn:ietf:params:oauth:jwk-thumbprint:sha-256:\(thumbprint())"
    }

    /// The key with another `kid`, or another `alg`; nil leaves what it has.
    /// - Throws: as ``init(_:)``, if the algorithm is not for this kind of key or the secret too short for it.
    public func with(id: String?, algorithm: SignatureAlgorithm? = nil) throws(JOSEError) -> JWK {
        try with(id: id, algorithmName: algorithm?.rawValue)
    }

    /// The key with another `kid`, and the `alg` of a key to encrypt or decrypt with; a `kid` of nil leaves what it
    /// has.
    /// - Throws: `invalid_key` and `weak_key` if the algorithm is not for this kind of key.
    public func with(id: String?, algorithm: KeyManagementAlgorithm) throws(JOSEError) -> JWK {
        let key = try with(id: id, algorithmName: algorithm.rawValue)
        if isPrivate { _ = try DecryptionKey(key) } else { _ = try EncryptionKey(key) }
        return key
    }

    /// The same by a name of the algorithm: "EdDSA" for instance, the older one of Ed25519 (RFC 8037).
    /// - Throws: as ``init(_:)``, if the algorithm is not for this kind of key or the secret too short for it.
    public func with(id: String?, algorithmName: String?) throws(JOSEError) -> JWK {
        try with(
            [("kid", id), ("alg", algorithmName)].compactMap { name, value in
                value.map { JSON.Member(name, .string($0)) }
            })
    }

    /// The key with these members in place of those of the same name.
    func with(_ changes: [JSON.Member]) throws(JOSEError) -> JWK {
        let kept = (json.object ?? []).filter { member in
            !changes.contains { $0.name.isIdentical(to: member.name) }
        }
        return try JWK(.object(kept + changes))
    }
}
