import SwiftASN1

/// The DER structures of keys, told apart by their first elements where no PEM label says which it is.
enum DERForm {
    case pkcs1Public, pkcs1Private, pkcs8, encryptedPKCS8, sec1, subjectPublicKeyInfo

    /// Nil for what looks like a certificate.
    /// - Throws: `malformed`; for a PKCS#12 file and a DSA key the refusal by name.
    init?(_ der: [UInt8]) throws(JOSEError) {
        var reader = try DERReader(der[...], "DER")
        let kinds = reader.identifiers
        switch (kinds.first, kinds.dropFirst().first) {
        case (.sequence, .bitString): self = .subjectPublicKeyInfo
        case (.sequence, .octetString): self = .encryptedPKCS8
        case (.sequence, .sequence): return nil
        case (.integer, .octetString): self = .sec1
        case (.integer, .sequence):
            if try reader.unsigned() == [3] { throw KeyRefusal.pkcs12 }
            self = .pkcs8
        case (.integer, .integer):
            switch kinds.count {
            case 2: self = .pkcs1Public
            case 6: throw KeyRefusal.dsa
            default: self = .pkcs1Private
            }
        default: throw JOSEError(.malformed, "DER, but no key or certificate that we read")
        }
    }
}
