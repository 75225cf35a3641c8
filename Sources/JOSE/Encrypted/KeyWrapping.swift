import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A key tied to the one algorithm by which it carries, or agrees on, content keys (RFC 7518 §4).
enum KeyWrapping: Sendable {
    case direct([UInt8])
    case keyWrap(SymmetricKey)
    case gcm(SymmetricKey)
    case agreement(AgreementPublicKey, AgreementPrivateKey?, KeyManagementAlgorithm)
    case rsa(RSAEncryption)
    case passphrase(PassphraseWrapping)

    /// - Throws: `invalid_key` if the algorithm is of another kind or length of key, `weak_key` for an empty
    ///   passphrase.
    init(_ material: KeyMaterial, _ algorithm: KeyManagementAlgorithm) throws(JOSEError) {
        switch (algorithm.family, material) {
        case (.direct, .symmetric(let secret)): self = .direct(secret)
        case (.keyWrap(let count), .symmetric(let secret)):
            self = .keyWrap(try Self.key(secret, count, algorithm))
        case (.gcmKeyWrap(let count), .symmetric(let secret)):
            self = .gcm(try Self.key(secret, count, algorithm))
        case (.passphrase, .symmetric(let secret)):
            guard !secret.isEmpty else { throw JOSEError(.weakKey, "the passphrase is empty") }
            self = .passphrase(PassphraseWrapping(secret, algorithm))
        case (.rsa, _):
            guard let key = RSAEncryption(material, algorithm) else { throw Self.unfit(algorithm) }
            self = .rsa(key)
        case (.agreement, _):
            guard let key = AgreementPublicKey(material) else { throw Self.unfit(algorithm) }
            self = .agreement(key, AgreementPrivateKey(material), algorithm)
        default: throw Self.unfit(algorithm)
        }
    }

    private static func unfit(_ algorithm: KeyManagementAlgorithm) -> JOSEError {
        JOSEError(.invalidKey, "\(algorithm.rawValue) is not for this kind of key or curve")
    }

    private static func key(
        _ secret: [UInt8], _ count: Int, _ algorithm: KeyManagementAlgorithm
    ) throws(JOSEError) -> SymmetricKey {
        guard secret.count == count else {
            throw JOSEError(
                .invalidKey, "a secret of \(secret.count * 8) bits, \(algorithm.rawValue) needs \(count * 8)")
        }
        return SymmetricKey(data: secret)
    }

    // MARK: Decrypting

    /// The content key, or nil if none comes out; nothing tells why.
    func unwrap(_ encrypted: [UInt8], _ header: UnopenedToken.Header) -> [UInt8]? {
        switch (self, header.parameters) {
        case (.direct(let secret), _):
            return secret
        case (.keyWrap(let key), _):
            return Self.unwrap(encrypted, by: key)
        case (.gcm(let key), .gcm(let iv, let tag)):
            guard let nonce = try? AES.GCM.Nonce(data: iv),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: encrypted, tag: tag)
            else { return nil }
            return (try? AES.GCM.open(box, using: key)).map(Array.init)
        case (.rsa(let key), _):
            return key.decrypt(encrypted)
        case (.agreement(_, let own?, let algorithm), .agreement(let ephemeral, let parties)):
            guard let secret = own.secret(with: ephemeral) else { return nil }
            let agreed = Self.agreed(secret, algorithm, header.encryption, parties)
            guard algorithm != .ecdhES else { return agreed }
            return Self.unwrap(encrypted, by: SymmetricKey(data: agreed))
        case (.passphrase(let wrapping), .passphrase(let salt, let iterations)):
            guard let key = wrapping.key(salt: salt, iterations: iterations) else { return nil }
            return Self.unwrap(encrypted, by: key)
        default:
            return nil
        }
    }

    private static func unwrap(_ encrypted: [UInt8], by key: SymmetricKey) -> [UInt8]? {
        (try? AES.KeyWrap.unwrap(encrypted, using: key))?.withUnsafeBytes { Array($0) }
    }

    private static func agreed(
        _ secret: [UInt8], _ algorithm: KeyManagementAlgorithm, _ encryption: ContentEncryption,
        _ parties: UnopenedToken.Header.PartyInfo
    ) -> [UInt8] {
        guard case .agreement(let count?) = algorithm.family else {
            return ConcatKDF(
                algorithm: encryption.rawValue, partyU: parties.producer, partyV: parties.recipient
            ).key(from: secret, count: encryption.keyBytes)
        }
        return ConcatKDF(
            algorithm: algorithm.rawValue, partyU: parties.producer, partyV: parties.recipient
        ).key(from: secret, count: count)
    }

    // MARK: Encrypting

    /// A content key, what the token carries of it, and what the header says for it.
    struct Wrapped {
        let contentKey: [UInt8]
        var encryptedKey: [UInt8] = []
        var members: [JSON.Member] = []
    }

    /// A new content key for `encryption`, and how the recipient comes by it.
    /// - Parameter parties: `apu` and `apv` of the header to be.
    func wrap(
        _ encryption: ContentEncryption, _ parties: UnopenedToken.Header.PartyInfo, iterations: Int,
        _ seed: EncryptionSeed
    ) throws -> Wrapped? {
        let contentKey = seed.contentKey ?? Randomness.bytes(encryption.keyBytes)
        switch self {
        case .direct(let secret):
            return Wrapped(contentKey: secret)
        case .keyWrap(let key):
            return Wrapped(contentKey: contentKey, encryptedKey: try Self.wrap(contentKey, by: key))
        case .gcm(let key):
            let iv = seed.keyIV ?? Randomness.bytes(12)
            let box = try AES.GCM.seal(contentKey, using: key, nonce: try AES.GCM.Nonce(data: iv))
            return Wrapped(
                contentKey: contentKey, encryptedKey: Array(box.ciphertext),
                members: [Self.member("tag", Array(box.tag)), Self.member("iv", iv)])
        case .rsa(let key):
            return key.encrypt(contentKey).map { Wrapped(contentKey: contentKey, encryptedKey: $0) }
        case .agreement(let recipient, _, let algorithm):
            let ephemeral =
                seed.ephemeralKey.flatMap { AgreementPrivateKey($0.material) }
                ?? AgreementPrivateKey(onCurveOf: recipient)
            guard let secret = ephemeral.secret(with: recipient) else { return nil }
            let agreed = Self.agreed(secret, algorithm, encryption, parties)
            let members = [JSON.Member("epk", ephemeral.publicJSON)]
            guard algorithm != .ecdhES else { return Wrapped(contentKey: agreed, members: members) }
            return Wrapped(
                contentKey: contentKey,
                encryptedKey: try Self.wrap(contentKey, by: SymmetricKey(data: agreed)),
                members: members)
        case .passphrase(let wrapping):
            let salt = seed.salt ?? Randomness.bytes(16)
            guard let key = wrapping.key(salt: salt, iterations: Int64(iterations)) else { return nil }
            return Wrapped(
                contentKey: contentKey, encryptedKey: try Self.wrap(contentKey, by: key),
                members: [Self.member("p2s", salt), JSON.Member("p2c", .integer(Int64(iterations)))])
        }
    }

    private static func wrap(_ contentKey: [UInt8], by key: SymmetricKey) throws -> [UInt8] {
        Array(try AES.KeyWrap.wrap(SymmetricKey(data: contentKey), using: key))
    }

    private static func member(_ name: String, _ bytes: [UInt8]) -> JSON.Member {
        JSON.Member(name, .string(Base64URL.encode(bytes)))
    }
}

/// Key wrap under a key derived from a passphrase (RFC 7518 §4.8).
struct PassphraseWrapping: Sendable {
    private let passphrase: [UInt8]
    private let algorithm: KeyManagementAlgorithm

    /// The least `p2c` (RFC 7518 §4.8.1.2 recommends no less).
    static let leastIterations = 1_000

    init(_ passphrase: [UInt8], _ algorithm: KeyManagementAlgorithm) {
        self.passphrase = passphrase
        self.algorithm = algorithm
    }

    func key(salt: [UInt8], iterations: Int64) -> SymmetricKey? {
        guard case .passphrase(let count) = algorithm.family, let rounds = Int32(exactly: iterations) else {
            return nil
        }
        let hash: KDF.Insecure.PBKDF2.HashFunction =
            switch count {
            case 16: .sha256
            case 24: .sha384
            default: .sha512
            }
        return try? KDF.Insecure.PBKDF2.deriveKey(
            from: passphrase, salt: Array(algorithm.rawValue.utf8) + [0] + salt, using: hash,
            outputByteCount: count, unsafeUncheckedRounds: Int(rounds))
    }
}

/// Bytes of the system's random generator.
enum Randomness {
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
