/// A JSON Web Key (RFC 7517): checked when it is made, so that whoever holds one holds a sound key.
///
/// Kinds: `EC` on P-256, P-384, P-521; `RSA` of 2048 to 8192 bits; `OKP` on Ed25519 and X25519; `oct`. Members that
/// we do not know are kept in ``json`` and mean nothing.
public struct JWK: Sendable {
    /// The whole key as it was given, private members included.
    public let json: JSON
    let details: KeyDescription
    let material: KeyMaterial

    /// Reads and checks a key.
    /// - Throws: `invalid_key` for a member that is missing, malformed or contradicts another (a point off
    ///   its curve, a private half of another public one, an `alg` of another kind or length of key, an `x5c` that is no
    ///   array of certificates or whose first is another key's, RFC 7517 §4.7); `weak_key` for RSA under 2048 bits, `e` 1 or
    ///   even, a modulus with an odd factor under 168 or that ROCA factors (CVE-2017-15361), an HMAC secret shorter than its
    ///   hash, a point of small order on Ed25519 or X25519; `unsupported_algorithm` for a `kty` or `crv` that we do not
    ///   have. An `alg` that we do not have is let through here: such a key is sound, but cannot become a
    ///   ``VerificationKey``.
    public init(_ json: JSON) throws(JOSEError) {
        let members = try KeyMembers(json)
        let description = try KeyDescription(members)
        try self.init(members, description)
    }

    init(_ members: KeyMembers, _ description: KeyDescription) throws(JOSEError) {
        json = members.json
        self.details = description
        material = try KeyMaterial(members, type: description.type)
        if let name = description.algorithmName {
            if let algorithm = SignatureAlgorithm(name: name) { try material.check(for: algorithm) }
            if KeyManagementAlgorithm(name: name) != nil || ContentEncryption(name: name) != nil {
                let purpose = try KeyPurpose(self, algorithm: nil)
                _ = try KeyWrapping(material, purpose.algorithm)
                _ = try purpose.encryptions(for: material, asked: nil)
            }
        }
        try checkCertificates()
    }

    /// `kid` (RFC 7517 §4.5), by which tokens name it; nil if it has none.
    public var id: String? {
        details.id
    }

    /// The algorithm the key says (`alg`) or, if it says none, the only one its curve has; nil for RSA and
    /// symmetric keys that say none, and for an `alg` that we do not have.
    public var algorithm: SignatureAlgorithm? {
        guard let name = details.algorithmName else { return material.onlyAlgorithm }
        return SignatureAlgorithm(name: name)
    }

    /// Whether it can sign; true of every symmetric key.
    public var isPrivate: Bool {
        material.isPrivate
    }

    /// `kty`: "EC", "RSA", "OKP" or "oct".
    public var keyType: String {
        details.type.rawValue
    }

    /// The public half: `kty` and its public members, `kid`, `alg`, and nothing else; nil for `oct`.
    public var publicJSON: JSON? {
        guard details.type != .symmetric else { return nil }
        var members = members(details.type.publicMembers)
        if let id { members.append(JSON.Member("kid", .string(id))) }
        if let name = details.algorithmName { members.append(JSON.Member("alg", .string(name))) }
        return .object(members)
    }

    /// The SHA-256 thumbprint in base64url (RFC 7638); the same for the public and the private key.
    ///
    /// That of a symmetric key is a hash of its secret: do not publish it.
    public func thumbprint() -> String {
        Base64URL.encode(SHA256State.digest(of: JSON.object(thumbprintMembers).encoded()))
    }

    /// The values stand in their one canonical form, since nothing else was accepted.
    private var thumbprintMembers: [JSON.Member] {
        members(details.type.thumbprintMembers)
    }

    func members(_ names: [String]) -> [JSON.Member] {
        names.compactMap { name in json[name].map { JSON.Member(name, $0) } }
    }
}

extension JWK: CustomStringConvertible, CustomReflectable {
    /// The kind and the `kid`, never the numbers: a key that is logged by mistake gives nothing away.
    public var description: String {
        "JWK(\(keyType)\(isPrivate ? ", private" : "")\(id.map { ", kid \($0.quoted)" } ?? ""))"
    }

    /// Nothing, so that `dump` and debuggers' printing show no secret either.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}

extension JWK {
    /// The public half alone, as ``publicJSON`` has it: what may be given away.
    /// - Throws: `invalid_key` for a symmetric key, which has no public half.
    public func publicKey() throws(JOSEError) -> JWK {
        guard let publicJSON else { throw JOSEError(.invalidKey, "a symmetric key has no public half") }
        return try JWK(publicJSON)
    }
}
