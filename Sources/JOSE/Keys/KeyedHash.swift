import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// HMAC (RFC 2104) with the two padded key blocks hashed once and their states copied for each message.
///
/// A third of the time of `HMAC` by key for a token: 0.42 against 1.29 µs.
struct KeyedHash<Hash: HashFunction & Sendable>: Sendable {
    private let inner: Hash
    private let outer: Hash

    /// - Throws: `weak_key` if the secret is shorter than the digest (RFC 7518 §3.2).
    init(secret: [UInt8]) throws(JOSEError) {
        let least = Hash.Digest.byteCount
        guard secret.count >= least else {
            throw JOSEError(
                .weakKey, "a secret of \(secret.count * 8) bits, HS\(least * 8) needs at least \(least * 8)")
        }
        var block = secret.count > Hash.blockByteCount ? Array(Hash.digest(of: secret[...])) : secret
        block += repeatElement(0, count: Hash.blockByteCount - block.count)
        inner = Self.state(block, mask: 0x36)
        outer = Self.state(block, mask: 0x5C)
    }

    private static func state(_ block: [UInt8], mask: UInt8) -> Hash {
        var hash = Hash()
        block.map { $0 ^ mask }.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }

    /// The code of `input`.
    func code(of input: UnsafeRawBufferPointer) -> Hash.Digest {
        var inner = inner
        inner.update(bufferPointer: input)
        var outer = outer
        inner.finalize().withItsBytes { outer.update(bufferPointer: $0) }
        return outer.finalize()
    }

    /// Whether `code` is the one of `input`, in constant time.
    func isValid(_ code: UnsafeRawBufferPointer, of input: UnsafeRawBufferPointer) -> Bool {
        self.code(of: input).withItsBytes { constantTimeEqual($0, code) }
    }
}

extension Digest {
    /// The same as `withUnsafeBytes`, which swift-crypto does not let the compiler specialise: it finds out at run time
    /// what `Result` is, 0.04 µs each time.
    @inline(__always)
    func withItsBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        // A value as large as its bytes holds nothing else.
        guard MemoryLayout<Self>.size == Self.byteCount else { return withUnsafeBytes(body) }
        return Swift.withUnsafeBytes(of: self, body)
    }
}

extension HashFunction {
    /// The digest of `input`, without a copy.
    static func digest(of input: ArraySlice<UInt8>) -> Digest {
        var hash = Self()
        input.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize()
    }

    /// The digest of `input`.
    static func digest(of input: UnsafeRawBufferPointer) -> Digest {
        var hash = Self()
        hash.update(bufferPointer: input)
        return hash.finalize()
    }
}
