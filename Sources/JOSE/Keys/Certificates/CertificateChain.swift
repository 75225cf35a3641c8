import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// X.509 certificates as somebody presented them, leaf first: whose they are is not known yet.
///
/// ``verified(roots:at:)`` finds out.
public struct CertificateChain: Sendable {
    /// The certificates in DER, the leaf first.
    public let der: [[UInt8]]
    /// The leaf's public key: a sound key, but nobody vouched for it.
    public let unverifiedKey: JWK
    private let certificates: [Certificate]

    /// How many certificates a chain may have: the paths through more of them could be made very many.
    static let maximumCount = 6
    /// How many bytes a certificate may have.
    static let maximumBytes = 32_768

    /// Reads one to six certificates in DER, the leaf first.
    /// - Throws: `malformed` for what is no certificate, too long or too many; for the leaf's key, and for another that
    ///   swift-certificates does not have, what ``JWK/init(_:)`` throws.
    public init(der: [[UInt8]]) throws(JOSEError) {
        guard (1...Self.maximumCount).contains(der.count) else {
            throw JOSEError(
                .malformed, "\(der.count) certificates, a chain has from 1 to \(Self.maximumCount)")
        }
        var certificates: [Certificate] = []
        for bytes in der { certificates.append(try Self.certificate(bytes)) }
        guard let leaf = certificates.first,
            let key = try? leaf.publicKey.serializeAsPEM().derBytes
        else { throw JOSEError(.malformed, "the certificate's public key cannot be read") }
        unverifiedKey = try JWK(.object(try DERKey.subjectPublicKeyInfo(key[...])))
        self.certificates = certificates
        self.der = der
    }

    /// Reads the certificates of a PEM text, which may hold nothing else.
    /// - Throws: `malformed`, `unsupported_key_form`; for the leaf's key what ``JWK/init(_:)`` throws.
    public init(pem: String) throws(JOSEError) {
        try self.init(der: try Self.pem(Array(pem.utf8)))
    }

    /// Reads the `x5c` of a JWK or header (RFC 7517 §4.7): an array of base64, with padding, not base64url.
    /// - Throws: `malformed`; for the leaf's key what ``JWK/init(_:)`` throws.
    public init(x5c: JSON) throws(JOSEError) {
        guard let elements = x5c.array, elements.count <= Self.maximumCount else {
            throw JOSEError(.malformed, "'x5c' is not an array of 1 to \(Self.maximumCount) certificates")
        }
        var der: [[UInt8]] = []
        for element in elements {
            guard let bytes = element.string.flatMap({ PEMBlock.decode(Array($0.utf8)) }) else {
                throw JOSEError(.malformed, "'x5c' holds something that is not base64")
            }
            der.append(bytes)
        }
        try self.init(der: der)
    }

    /// The SHA-256 of the leaf in base64url: `x5t#S256` (RFC 7517 §4.9).
    public var thumbprint: String { Self.thumbprint(der.first ?? []) }

    fileprivate static func thumbprint(_ der: [UInt8]) -> String {
        Base64URL.encode(SHA256State.digest(of: der))
    }

    /// The value of `x5c` (RFC 7517 §4.7).
    public var x5c: JSON {
        .array(der.map { .string(Data($0).base64EncodedString()) })
    }

    /// The leaf's subject as RFC 4514 writes it. Anybody can have written it.
    public var unverifiedSubject: String {
        certificates.first.map { "\($0.subject)" } ?? ""
    }

    /// From when to when the leaf is to be used.
    public var unverifiedValidity: ClosedRange<Timestamp> {
        guard let leaf = certificates.first else { return Timestamp(seconds: 0)...Timestamp(seconds: 0) }
        let start = Timestamp(seconds: Int64(clamping: leaf.notValidBefore))
        return start...max(start, Timestamp(seconds: Int64(clamping: leaf.notValidAfter)))
    }

    /// Checks the chain by RFC 5280 §6 up to one of the roots: signatures, validity at the time given, basic
    /// constraints and name constraints.
    ///
    /// Not looked at: revocation, key usage, and whether the subject is whom you expect.
    /// - Parameters:
    ///   - roots: the certificates that are trusted, in DER, at most 512.
    ///   - time: the time at which the chain must be valid.
    /// - Throws: `untrusted_certificate`; `malformed` if a root is no certificate; `weak_key`, `unsupported_algorithm` and
    ///   `unsupported_key_form` if it is one of such a key.
    public func verified(roots: [[UInt8]], at time: Timestamp) async throws(JOSEError) -> VerifiedCertificate
    {
        guard roots.count <= 512 else { throw JOSEError(.malformed, "more than 512 roots") }
        var trusted: [Certificate] = []
        for root in roots { trusted.append(try Self.certificate(root)) }
        guard let leaf = certificates.first else { throw JOSEError(.malformed, "there is no certificate") }
        // Years that no certificate can state are brought to the nearest that one can.
        let seconds = min(max(time.seconds, 0), 253_402_300_799)
        let date = Date(timeIntervalSince1970: Double(seconds))
        var verifier = X509.Verifier(rootCertificates: CertificateStore(trusted)) {
            RFC5280Policy(fixedExpiryValidationTime: date)
        }
        let intermediates = CertificateStore(certificates.dropFirst())
        switch await verifier.validate(leaf: leaf, intermediates: intermediates) {
        case .validCertificate: return VerifiedCertificate(self)
        case .couldNotValidate(let failures):
            let why =
                failures.first.map { "\($0.policyFailureReason)".quoted } ?? "none of them is its issuer"
            throw JOSEError(
                .untrustedCertificate, "no sound path to one of \(roots.count) roots: \(why)")
        }
    }

    /// The certificates of a PEM text, in DER; a text of roots may have more of them than a chain.
    /// - Throws: `malformed` if there is none, or something else.
    public static func pem(_ text: [UInt8]) throws(JOSEError) -> [[UInt8]] {
        let blocks = try PEMBlock.read(text)
        guard !blocks.isEmpty else { throw JOSEError(.malformed, "the text has no PEM block CERTIFICATE") }
        for block in blocks where !block.isCertificate {
            throw JOSEError(
                .malformed, "a PEM block \(block.label.quoted) where only certificates belong")
        }
        return blocks.map(\.bytes)
    }

    private static func certificate(_ der: [UInt8]) throws(JOSEError) -> Certificate {
        guard der.count <= maximumBytes else {
            throw JOSEError(.malformed, "a certificate of more than \(maximumBytes) bytes")
        }
        if let certificate = try? Certificate(derEncoded: der) { return certificate }
        // swift-certificates takes none whose key it does not have; what is wrong with that key is worth saying.
        if let key = try? keyInfo(der) { _ = try JWK(.object(try DERKey.subjectPublicKeyInfo(key))) }
        throw JOSEError(.malformed, "that is not an X.509 certificate")
    }

    /// The `SubjectPublicKeyInfo` of a certificate (RFC 5280 §4.1).
    fileprivate static func keyInfo(_ der: [UInt8]) throws(JOSEError) -> ArraySlice<UInt8> {
        var certificate = try DERReader(der[...], "certificate")
        var body = try certificate.sequence()
        let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        // Version, if it is said; serial number, algorithm, issuer, validity, subject.
        for _ in 0..<(body.identifiers.first == version ? 6 : 5) { _ = try body.any() }
        return try body.any().encodedBytes
    }
}

/// A certificate from which a sound path led to a trusted root; only ``CertificateChain/verified(roots:at:)``
/// makes one.
public struct VerifiedCertificate: Sendable {
    /// The public key that is vouched for.
    public let key: JWK
    /// The leaf's subject as RFC 4514 writes it, "CN=Ada,O=Example": compare it with whom you expect.
    public let subject: String
    /// The SHA-256 of the certificate in base64url: `x5t#S256`.
    public let thumbprint: String

    init(_ chain: CertificateChain) {
        key = chain.unverifiedKey
        subject = chain.unverifiedSubject
        thumbprint = chain.thumbprint
    }
}

extension PEMBlock {
    var isCertificate: Bool { label == "CERTIFICATE" || label == "X509 CERTIFICATE" }
}

extension Int64 {
    fileprivate init(clamping date: Date) {
        self = Int64(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0
    }
}

extension JWK {
    /// The certificates that came with the key (`x5c`), nil if there are none.
    ///
    /// Nothing vouches for them; see ``CertificateChain/verified(roots:at:)``.
    /// - Throws: `malformed` for what is no chain; `invalid_key` if the leaf has another key (RFC 7517 §4.7)
    ///   or `x5t#S256` is another certificate's.
    public func certificates() throws(JOSEError) -> CertificateChain? {
        guard let x5c = json["x5c"] else { return nil }
        let chain = try CertificateChain(x5c: x5c)
        try check(chain.unverifiedKey)
        try check(certificate: chain.der.first ?? [])
        return chain
    }

    /// The key with its certificates as `x5c` and `x5t#S256`, in place of those it had.
    /// - Throws: `invalid_key` if the leaf has another key.
    public func with(certificates: CertificateChain) throws(JOSEError) -> JWK {
        try check(certificates.unverifiedKey)
        return try with([
            JSON.Member("x5c", certificates.x5c), JSON.Member("x5t#S256", .string(certificates.thumbprint)),
        ])
    }

    /// Refuses a key whose `x5c` is no array of DER in base64, whose first certificate is another key's, or not the one of
    /// `x5t#S256`. DER that cannot be read as a certificate says nothing, and neither does one of a kind of key that we do
    /// not have.
    func checkCertificates() throws(JOSEError) {
        guard let x5c = json["x5c"] else { return }
        let chain = (x5c.array ?? []).map { $0.string.flatMap { PEMBlock.decode(Array($0.utf8)) } }
        // A certificate is a SEQUENCE.
        guard let first = chain.first, let der = first, chain.allSatisfy({ $0?.first == 0x30 }) else {
            throw JOSEError(.invalidKey, "'x5c' is not an array of one or more certificates in base64")
        }
        guard let stated = try? CertificateChain.keyInfo(der) else { return }
        do {
            try check(try JWK(.object(try DERKey.subjectPublicKeyInfo(stated))))
        } catch {
            // Weak or malformed, it is not this one, which is sound.
            guard [.invalidKey, .weakKey].contains(error.code) else { return }
            throw Self.foreignCertificate
        }
        try check(certificate: der)
    }

    private func check(_ certified: JWK) throws(JOSEError) {
        guard details.type != .symmetric, certified.thumbprint() == thumbprint() else {
            throw Self.foreignCertificate
        }
    }

    private func check(certificate der: [UInt8]) throws(JOSEError) {
        guard let stated = json["x5t#S256"] else { return }
        guard let stated = stated.string, stated.isIdentical(to: CertificateChain.thumbprint(der)) else {
            throw JOSEError(.invalidKey, "'x5t#S256' is not the thumbprint of the first of 'x5c'")
        }
    }

    private static let foreignCertificate = JOSEError(.invalidKey, "the certificate is for another key")
}
