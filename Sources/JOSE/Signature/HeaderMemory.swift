import Synchronization

/// The first part of a compact token that a good signature was seen under, what it says, and the key it asks for.
final class KnownHeader: Sendable {
    /// The part as it came, with the dot after it.
    let text: [UInt8]
    let header: UnverifiedToken.Header
    let key: VerificationKey
    /// How many characters the key's signatures have.
    let signatureCount: Int
    /// The one remembered before this one.
    fileprivate let earlier: KnownHeader?
    fileprivate let depth: Int

    init(
        text: [UInt8], _ header: UnverifiedToken.Header, _ key: VerificationKey, earlier: KnownHeader? = nil
    ) {
        self.text = text
        self.header = header
        self.key = key
        self.earlier = earlier
        signatureCount = Base64URL.encodedCount(key.signatureBytes)
        depth = (earlier?.depth ?? 0) + 1
    }
}

/// Headers of tokens that were good, so that the next token of the same issuer is not parsed twice over: the same
/// bytes under the same keys mean the same. Saves 1.5 µs a token.
///
/// A few are kept and never replaced, and only after a signature held, so nobody without a key can fill it. It belongs
/// to one set of keys. Reading takes no lock and counts no reference.
final class HeaderMemory: Sendable {
    private static let limit = 8
    private let latest = Atomic<Unmanaged<KnownHeader>?>(nil)

    deinit {
        latest.load(ordering: .acquiring)?.release()
    }

    /// The remembered header that `compact` begins with.
    func find(_ compact: UnsafeBufferPointer<UInt8>) -> Unmanaged<KnownHeader>? {
        var place = latest.load(ordering: .acquiring)
        while let known = place {
            // What is published is kept, with all before it, as long as this memory.
            let (isFound, earlier) = known._withUnsafeGuaranteedRef { known in
                (compact.starts(withBytes: known.text), known.earlier.map(Unmanaged.passUnretained))
            }
            if isFound { return known }
            place = earlier
        }
        return nil
    }

    /// Remembers a header whose key verified a token, unless there are enough.
    func remember(_ text: [UInt8], _ header: UnverifiedToken.Header, _ key: VerificationKey) {
        let earlier = latest.load(ordering: .acquiring)
        guard (earlier.map { $0._withUnsafeGuaranteedRef(\.depth) } ?? 0) < Self.limit else { return }
        let known = KnownHeader(text: text, header, key, earlier: earlier?.takeUnretainedValue())
        let own = Unmanaged.passRetained(known)
        let (isKept, _) = latest.compareExchange(
            expected: earlier, desired: own, ordering: .acquiringAndReleasing)
        if isKept {
            // The new one holds it from now on.
            earlier?.release()
        } else {
            // Somebody else was faster; there will be another token.
            own.release()
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func starts(withBytes prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        return UnsafeBufferPointer(rebasing: self[..<prefix.count]).span.bytes
            .isIdentical(to: prefix.span.bytes)
    }
}
