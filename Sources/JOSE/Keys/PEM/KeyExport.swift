import SwiftASN1

extension JWK {
    /// The public half as PEM: `PUBLIC KEY`, a SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 7468 §13).
    /// - Throws: `invalid_key` for a symmetric key, which has no public half, and for ML-DSA, which is written as a JWK
    ///   only.
    public func publicPEM() throws(JOSEError) -> String {
        let key: [UInt8]
        switch details.type {
        case .symmetric, .algorithmKeyPair: throw noPEM
        case .rsa:
            let (n, e) = (try number("n"), try number("e"))
            key = DERWriter.sequence { $0.append(n, e) }
        case .ellipticCurve: key = [0x04] + (try number("x")) + (try number("y"))
        case .octetKeyPair: key = try number("x")
        }
        let algorithm = try algorithmIdentifier
        return DERWriter.pem("PUBLIC KEY") {
            $0.append(raw: algorithm)
            $0.append(ASN1BitString(bytes: key[...]))
        }
    }

    /// The private key as PEM: `PRIVATE KEY`, a PKCS#8 key without encryption (RFC 5958, RFC 7468 §10).
    /// - Throws: `invalid_key` for a public key, for a symmetric one, which has no such form, and for ML-DSA, which is
    ///   written as a JWK only.
    public func privatePEM() throws(JOSEError) -> String {
        let key: [UInt8]
        switch details.type {
        case .symmetric, .algorithmKeyPair: throw noPEM
        case _ where !isPrivate: throw JOSEError(.invalidKey, "a public key has no private half to write")
        case .rsa:
            var numbers: [[UInt8]] = []
            for name in RSAPrivateNumbers.names { numbers.append(try number(name)) }
            key = DERWriter.sequence { writer in
                writer.append([])
                for number in numbers { writer.append(number) }
            }
        case .ellipticCurve:
            let (scalar, point) = (try number("d"), [0x04] + (try number("x")) + (try number("y")))
            key = DERWriter.sequence {
                $0.append([1])
                $0.append(ASN1OctetString(contentBytes: scalar[...]))
                $0.append(explicitTag: 1, ASN1BitString(bytes: point[...]))
            }
        case .octetKeyPair:
            var writer = DERWriter()
            writer.append(ASN1OctetString(contentBytes: try number("d")[...]))
            key = writer.bytes
        }
        let algorithm = try algorithmIdentifier
        return DERWriter.pem("PRIVATE KEY") {
            $0.append([])
            $0.append(raw: algorithm)
            $0.append(ASN1OctetString(contentBytes: key[...]))
        }
    }

    private var algorithmIdentifier: [UInt8] {
        get throws(JOSEError) {
            let curve = json["crv"]?.string ?? ""
            return switch details.type {
            case .symmetric, .algorithmKeyPair: throw noPEM
            case .rsa:
                DERWriter.sequence {
                    $0.append(KeyAlgorithm.rsaIdentifier)
                    $0.append(ASN1Null())
                }
            case .octetKeyPair:
                DERWriter.sequence {
                    $0.append(
                        curve == "X25519" ? KeyAlgorithm.x25519Identifier : KeyAlgorithm.ed25519Identifier)
                }
            case .ellipticCurve:
                DERWriter.sequence {
                    $0.append(KeyAlgorithm.curveIdentifier)
                    if let named = NamedCurve(rawValue: curve) { $0.append(named.identifier) }
                }
            }
        }
    }

    private func number(_ name: String) throws(JOSEError) -> [UInt8] {
        try KeyMembers(json).bytes(name)
    }

    private var noPEM: JOSEError {
        let kind = details.type == .symmetric ? "a symmetric key" : "a key of kind \(keyType)"
        return JOSEError(.invalidKey, "\(kind) has no PEM form here: it is written as a JWK only")
    }
}

/// Writes DER through swift-asn1, whose errors here would be of an encoder that throws: there is none.
struct DERWriter {
    private var serializer = DER.Serializer()

    var bytes: [UInt8] { serializer.serializedBytes }

    static func sequence(_ content: (inout DERWriter) -> Void) -> [UInt8] {
        var inner = DERWriter()
        content(&inner)
        var outer = DERWriter()
        outer.serializer.appendConstructedNode(identifier: .sequence) {
            $0.serializeRawBytes(inner.bytes)
        }
        return outer.bytes
    }

    static func pem(_ label: String, _ content: (inout DERWriter) -> Void) -> String {
        PEMDocument(type: label, derBytes: sequence(content)).pemString + "\n"
    }

    mutating func append(_ node: some DERSerializable) {
        try? serializer.serialize(node)
    }

    mutating func append(explicitTag number: UInt, _ node: some DERSerializable) {
        try? serializer.serialize(node, explicitlyTaggedWithTagNumber: number, tagClass: .contextSpecific)
    }

    mutating func append(raw der: [UInt8]) {
        serializer.serializeRawBytes(der)
    }

    /// INTEGERs from big-endian numbers without leading zeros.
    mutating func append(_ numbers: [UInt8]...) {
        for number in numbers {
            let padded = (number.first ?? 0x80) >= 0x80 ? [0] + number : number
            serializer.appendPrimitiveNode(identifier: .integer) { $0 += padded }
        }
    }
}

extension SigningKey {
    /// The private key as PEM: `PRIVATE KEY`, a PKCS#8 key without encryption (RFC 5958). Keep it where nobody else reads.
    ///
    /// PEM has no `kid` and no `alg`: of the key read again, the `kid` is the RFC 7638 thumbprint.
    /// - Throws: `invalid_key` for a secret and for ML-DSA, which are written as a JWK only (``privateJWK``).
    public func privatePEM() throws(JOSEError) -> String {
        try JWK(privateJWK).privatePEM()
    }
}

extension VerificationKey {
    /// The public key as PEM: `PUBLIC KEY`, a SubjectPublicKeyInfo (RFC 5280 §4.1).
    /// - Throws: `invalid_key` for a secret, which is never public, and for ML-DSA, which is written as a JWK only
    ///   (``jwk``).
    public func publicPEM() throws(JOSEError) -> String {
        guard let jwk else { throw JOSEError(.invalidKey, "a secret has no public half") }
        return try jwk.publicPEM()
    }
}
