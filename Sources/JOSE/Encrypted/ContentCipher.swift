import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The authenticated encryption of one content, by a key of the right length (RFC 7518 §5.2, §5.3).
struct ContentCipher {
    let encryption: ContentEncryption
    let key: [UInt8]

    /// Nil unless the key is as long as the encryption asks.
    init?(_ encryption: ContentEncryption, key: [UInt8]) {
        guard key.count == encryption.keyBytes else { return nil }
        self.encryption = encryption
        self.key = key
    }

    func seal(
        _ plaintext: [UInt8], iv: [UInt8], authenticating data: [UInt8]
    ) throws -> (ciphertext: [UInt8], tag: [UInt8]) {
        if encryption.isGCM {
            let box = try AES.GCM.seal(
                plaintext, using: SymmetricKey(data: key), nonce: try AES.GCM.Nonce(data: iv),
                authenticating: data)
            return (Array(box.ciphertext), Array(box.tag))
        }
        let ciphertext = Array(
            try AES._CBC.encrypt(plaintext, using: encryptionKey, iv: try AES._CBC.IV(ivBytes: iv)))
        return (ciphertext, tag(data, iv, ciphertext[...]))
    }

    /// The plaintext, or nil if anything is not as it was sealed; nothing tells what.
    func open(
        _ ciphertext: [UInt8], tag: [UInt8], iv: [UInt8], authenticating data: [UInt8]
    ) -> [UInt8]? {
        guard iv.count == encryption.ivBytes, tag.count == encryption.tagBytes else { return nil }
        if encryption.isGCM {
            guard let nonce = try? AES.GCM.Nonce(data: iv),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag)
            else { return nil }
            return (try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: data)).map(
                Array.init)
        }
        // The tag comes first: nothing that was tampered with is decrypted, so its padding tells nothing.
        guard constantTimeEqual(self.tag(data, iv, ciphertext[...]), tag),
            let iv = try? AES._CBC.IV(ivBytes: iv)
        else { return nil }
        return (try? AES._CBC.decrypt(ciphertext, using: encryptionKey, iv: iv)).map(Array.init)
    }

    // MARK: AES_CBC_HMAC_SHA2 (RFC 7518 §5.2.2): the first half of the key is the HMAC's, the second is AES's.

    private var encryptionKey: SymmetricKey {
        SymmetricKey(data: key.suffix(key.count / 2))
    }

    private func tag(_ data: [UInt8], _ iv: [UInt8], _ ciphertext: ArraySlice<UInt8>) -> [UInt8] {
        let bits = (UInt64(data.count) * 8).bigEndianBytes
        return switch encryption {
        case .a128CBCHS256: code(SHA256.self, [data, iv, Array(ciphertext), bits])
        case .a192CBCHS384: code(SHA384.self, [data, iv, Array(ciphertext), bits])
        default: code(SHA512.self, [data, iv, Array(ciphertext), bits])
        }
    }

    private func code<Hash: HashFunction>(_: Hash.Type, _ parts: [[UInt8]]) -> [UInt8] {
        var code = HMAC<Hash>(key: SymmetricKey(data: key.prefix(key.count / 2)))
        for part in parts { code.update(data: part) }
        return Array(code.finalize().prefix(encryption.tagBytes))
    }
}

extension FixedWidthInteger {
    /// The bytes, the most significant first.
    var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }
}
