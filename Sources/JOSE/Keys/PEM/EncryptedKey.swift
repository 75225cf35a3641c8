import Crypto
import CryptoExtras
import SwiftASN1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An encrypted PKCS#8 key (RFC 5958 §3): PBES2 with PBKDF2 and AES in CBC mode (RFC 8018 §6.2).
struct EncryptedKey {
    /// Who writes the file chooses the work of whoever opens it: at most about two seconds here.
    static let maximumIterations = 2_000_000

    private let salt: ArraySlice<UInt8>
    private let iterations: Int
    private let hash: KDF.Insecure.PBKDF2.HashFunction
    private let keyBytes: Int
    private let initialVector: ArraySlice<UInt8>
    private let ciphertext: ArraySlice<UInt8>

    /// - Throws: `unsupported_key_form` for another encryption, with the command that converts it;
    ///   `invalid_key` for more iterations than ``maximumIterations``; `malformed`.
    init(_ der: ArraySlice<UInt8>) throws(JOSEError) {
        var reader = try DERReader(der, "encrypted PKCS#8 key")
        var algorithm = try reader.sequence()
        ciphertext = try reader.octets()
        try reader.end()

        let scheme = try algorithm.objectIdentifier()
        guard scheme == [1, 2, 840, 113549, 1, 5, 13] else {
            throw KeyRefusal.outdatedEncryption(Self.outdated[scheme] ?? "the cipher \(scheme)")
        }
        var parameters = try algorithm.sequence()
        try algorithm.end()
        var (derivation, cipher) = (try parameters.sequence(), try parameters.sequence())
        try parameters.end()

        // The cipher first: of an old file its name says more than that of the derivation.
        let cipherName = try cipher.objectIdentifier()
        guard let keyBytes = Self.ciphers[cipherName] else {
            throw KeyRefusal.encryption(Self.otherCiphers[cipherName] ?? "the cipher \(cipherName)")
        }
        self.keyBytes = keyBytes
        initialVector = try cipher.octets()
        try cipher.end()
        guard initialVector.count == 16 else {
            throw JOSEError(.malformed, "the encrypted PKCS#8 key's initial vector is not of 16 bytes")
        }

        let derivationName = try derivation.objectIdentifier()
        guard derivationName == [1, 2, 840, 113549, 1, 5, 12] else {
            let isScrypt = derivationName == [1, 3, 6, 1, 4, 1, 11591, 4, 11]
            throw KeyRefusal.encryption(isScrypt ? "scrypt" : "the key derivation \(derivationName)")
        }
        var pbkdf2 = try derivation.sequence()
        try derivation.end()
        salt = try pbkdf2.octets()
        iterations = try pbkdf2.small()
        if pbkdf2.identifiers.first == .integer, try pbkdf2.small() != keyBytes {
            throw JOSEError(.malformed, "the encrypted PKCS#8 key's length is not that of its cipher")
        }
        hash = pbkdf2.isAtEnd ? .insecureSHA1 : try Self.hash(try pbkdf2.sequence())
        try pbkdf2.end()
        // swift-crypto would trap on an empty salt.
        guard !salt.isEmpty, iterations > 0 else {
            throw JOSEError(.malformed, "the encrypted PKCS#8 key has no salt or no iterations")
        }
        guard iterations <= Self.maximumIterations else {
            throw JOSEError(
                .invalidKey,
                "the key asks for \(iterations) PBKDF2 iterations, at most \(Self.maximumIterations) are done"
            )
        }
    }

    /// The key inside: the DER of an unencrypted PKCS#8 key.
    /// - Throws: `passphrase_required` without one, `wrong_passphrase` if what comes out is no key.
    func opened(by passphrase: String?) throws(JOSEError) -> [UInt8] {
        guard let passphrase else {
            throw JOSEError(
                .passphraseRequired, "the private key is encrypted: its passphrase is needed to open it")
        }
        let bytes = Array(passphrase.utf8)
        // swift-crypto would trap on an empty passphrase. There are no keys to open with one: OpenSSL asks for
        // four characters at least.
        guard !bytes.isEmpty,
            let key = try? KDF.Insecure.PBKDF2.deriveKey(
                from: bytes, salt: Array(salt), using: hash, outputByteCount: keyBytes,
                unsafeUncheckedRounds: iterations),
            let vector = try? AES._CBC.IV(ivBytes: initialVector),
            let opened = (try? AES._CBC.decrypt(Array(ciphertext), using: key, iv: vector)).map(Array.init),
            // One wrong passphrase in 256 leaves a padding that looks right; what is inside then is noise.
            var reader = try? DERReader(opened[...], "key"), (try? reader.small()) != nil,
            (try? reader.sequence()) != nil
        else { throw JOSEError(.wrongPassphrase, "the passphrase does not open the private key") }
        return opened
    }

    private static func hash(
        _ reader: DERReader
    ) throws(JOSEError) -> KDF.Insecure.PBKDF2.HashFunction {
        var reader = reader
        let name = try reader.objectIdentifier()
        try reader.null()
        try reader.end()
        return switch name {
        case [1, 2, 840, 113549, 2, 7]: .insecureSHA1
        case [1, 2, 840, 113549, 2, 9]: .sha256
        case [1, 2, 840, 113549, 2, 10]: .sha384
        case [1, 2, 840, 113549, 2, 11]: .sha512
        default: throw KeyRefusal.encryption("PBKDF2 by the function \(name)")
        }
    }

    /// AES in CBC mode, with the bytes of its key.
    private static let ciphers: [ASN1ObjectIdentifier: Int] = [
        [2, 16, 840, 1, 101, 3, 4, 1, 2]: 16, [2, 16, 840, 1, 101, 3, 4, 1, 22]: 24,
        [2, 16, 840, 1, 101, 3, 4, 1, 42]: 32,
    ]

    private static let otherCiphers: [ASN1ObjectIdentifier: String] = [
        [1, 2, 840, 113549, 3, 7]: "3DES", [1, 3, 14, 3, 2, 7]: "DES", [1, 2, 840, 113549, 3, 2]: "RC2",
    ]

    private static let outdated: [ASN1ObjectIdentifier: String] = [
        [1, 2, 840, 113549, 1, 5, 1]: "PBES1 (DES)", [1, 2, 840, 113549, 1, 5, 3]: "PBES1 (DES)",
        [1, 2, 840, 113549, 1, 5, 4]: "PBES1 (RC2)", [1, 2, 840, 113549, 1, 5, 6]: "PBES1 (RC2)",
        [1, 2, 840, 113549, 1, 5, 10]: "PBES1 (DES)", [1, 2, 840, 113549, 1, 5, 11]: "PBES1 (RC2)",
        [1, 2, 840, 113549, 1, 12, 1, 1]: "PBES1 (RC4)", [1, 2, 840, 113549, 1, 12, 1, 2]: "PBES1 (RC4)",
        [1, 2, 840, 113549, 1, 12, 1, 3]: "PBES1 (3DES)", [1, 2, 840, 113549, 1, 12, 1, 4]: "PBES1 (3DES)",
        [1, 2, 840, 113549, 1, 12, 1, 5]: "PBES1 (RC2)", [1, 2, 840, 113549, 1, 12, 1, 6]: "PBES1 (RC2)",
    ]
}
