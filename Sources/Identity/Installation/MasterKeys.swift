import Crypto
import VidimusJOSE

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The ring of master keys: everything secret is sealed under one of them or derived from one.
///
/// Written as one entry a line or comma: `VERSION:KEY`, KEY being 32 bytes in base64, base64url or
/// hex; a bare KEY is version 1. The highest version seals and derives; the others still open.
package struct MasterKeys: Sendable {
    private let keys: [Int: SymmetricKey]
    /// The version in use for anything new.
    package let current: Int

    /// Why the text cannot be used; never repeats any of it.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    package init(parsing text: String) throws(Malformed) {
        var keys: [Int: SymmetricKey] = [:]
        for entry in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            let version = parts.count == 1 ? 1 : parts.first.flatMap { Int($0) }
            guard parts.count <= 2, let version, (1...65_535).contains(version), let last = parts.last else {
                throw Malformed(description: "an entry of the master key is not VERSION:KEY")
            }
            guard let bytes = Self.bytes(String(last)) else {
                throw Malformed(
                    description: "master key \(version) is not 32 bytes in base64 or hex; make one with "
                        + "`openssl rand -base64 32`")
            }
            guard keys.updateValue(SymmetricKey(data: bytes), forKey: version) == nil else {
                throw Malformed(description: "master key \(version) is given twice")
            }
        }
        guard let current = keys.keys.max() else { throw Malformed(description: "the master key is empty") }
        self.keys = keys
        self.current = current
    }

    /// A new ring of one key, in the written form.
    package static func generateText(random: (Int) -> [UInt8]) -> String {
        "1:" + Base64URL.encode(random(32)) + "\n"
    }

    package var versions: [Int] { keys.keys.sorted() }

    /// A key of its own for one purpose, from one version of the ring (HKDF-SHA256, RFC 5869).
    ///
    /// Nil when the ring has no such version.
    func derived(_ purpose: Purpose, version: Int) -> SymmetricKey? {
        keys[version].map {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: $0, info: Data("vidimus \(purpose.label)".utf8), outputByteCount: 32)
        }
    }

    /// What a derived key is for; no two labels are ever equal.
    enum Purpose {
        case check
        case sealedKeys
        case refreshTokens(epoch: Int64)
        case oneTimeTokens(epoch: Int64)

        var label: String {
            switch self {
            case .check: "master-key-check"
            case .sealedKeys: "sealed-signing-keys"
            case .refreshTokens(let epoch): "refresh-tokens epoch \(epoch)"
            case .oneTimeTokens(let epoch): "one-time-tokens epoch \(epoch)"
            }
        }
    }

    /// Stored in the database to recognise the right key without telling anything of it.
    package func checkValue(version: Int) -> [UInt8]? {
        derived(.check, version: version).map { $0.withUnsafeBytes { Array(SHA256.hash(data: $0)) } }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        if text.utf8.count == 64 {
            let digits = text.compactMap { $0.hexDigitValue.flatMap(UInt8.init(exactly:)) }
            guard digits.count == 64 else { return nil }
            return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
        let unpadded = text.prefix { $0 != "=" }
        guard text.dropFirst(unpadded.count).allSatisfy({ $0 == "=" }) else { return nil }
        let urlSafe = String(unpadded.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        guard let bytes = Base64URL.decode(urlSafe), bytes.count == 32 else { return nil }
        return bytes
    }
}
