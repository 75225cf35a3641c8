import Synchronization

/// One status list: a fixed number of entries of two bits, shared without a lock by whoever raises a
/// status and any number of readers.
///
/// All memory is taken at the start (a quarter of a byte an entry: 256 KiB for a list of standard
/// size) and zeroed, so every entry begins as ``Status/valid``. An entry only rises, whatever the order
/// in which changes arrive, and however often.
public final class StatusList: Sendable {
    /// Entries of a list when nothing else is said: 2^20.
    public static let standardSize = 1_048_576

    /// Entries in this list, a multiple of 32.
    public let size: Int

    /// Thirty-two entries a word; entry `i` in word `i / 32`, its lower bit at `(i % 32) * 2`.
    ///
    /// The pointer is set once and the words behind it are atomic, so sharing it is safe.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>
    private static let entriesPerWord = 32

    /// A list in which every entry is valid.
    /// - Parameter size: entries wanted, rounded up to a whole word of 32; below zero counts as zero.
    public init(size: Int = standardSize) {
        let wanted = max(0, size)
        let whole = wanted / Self.entriesPerWord
        let count = wanted % Self.entriesPerWord == 0 ? whole : whole + 1
        self.size = count * Self.entriesPerWord
        words = .allocate(capacity: count)
        for word in 0..<count { (words + word).initialize(to: Atomic(0)) }
    }

    /// A list as ``packed()`` gives it.
    public convenience init(packed bytes: [UInt8]) {
        self.init(size: bytes.count * 4)
        for (position, byte) in bytes.enumerated() where byte != 0 {
            // Nobody else has the list yet, and `size` is at least four times the count.
            let shift = UInt64(position % 8) * 8
            words[position / 8].bitwiseOr(UInt64(byte) << shift, ordering: .relaxed)
        }
    }

    /// Raises every entry to what it is in `other`, if it is higher there; entries that only one has stay.
    /// - Returns: whether any rose.
    @discardableResult
    public func merge(_ other: StatusList) -> Bool {
        var hasRisen = false
        for word in 0..<min(size, other.size) / Self.entriesPerWord {
            let theirs = other.words[word].load(ordering: .relaxed)
            var seen = words[word].load(ordering: .relaxed)
            while case let merged = Self.highest(seen, theirs), merged != seen {
                let (exchanged, original) = words[word].weakCompareExchange(
                    expected: seen, desired: merged, ordering: .relaxed)
                if exchanged {
                    hasRisen = true
                    break
                }
                seen = original
            }
        }
        return hasRisen
    }

    /// The more severe of each pair of entries, thirty-two at once.
    ///
    /// Severity is the negative of a status modulo four, so its lower bit is the same and its upper bit is the upper
    /// exclusive-or the lower; the same step leads back.
    private static func highest(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let lower: UInt64 = 0x5555_5555_5555_5555
        let (a, b) = (left ^ ((left & lower) << 1), right ^ ((right & lower) << 1))
        let (aHigh, bHigh) = ((a >> 1) & lower, (b >> 1) & lower)
        let (aLow, bLow) = (a & lower, b & lower)
        let isGreater = (aHigh & ~bHigh) | (~(aHigh ^ bHigh) & aLow & ~bLow)
        let mask = isGreater | (isGreater << 1)
        let greater = (a & mask) | (b & ~mask)
        return greater ^ ((greater & lower) << 1)
    }

    deinit {
        words.deinitialize(count: size / Self.entriesPerWord)
        words.deallocate()
    }

    /// The status of an entry, by one atomic load.
    /// - Returns: nil if the list has no such entry.
    public func status(at index: Int) -> Status? {
        guard let (word, shift) = place(of: index) else { return nil }
        return Status(rawValue: Self.entry(at: shift, of: words[word].load(ordering: .relaxed)))
    }

    /// Raises an entry to `status`, or leaves it where it is if it already stands there or higher.
    /// - Returns: whether the entry rose; false also if the list has no such entry.
    @discardableResult
    public func raise(_ index: Int, to status: Status) -> Bool {
        guard let (word, shift) = place(of: index) else { return false }
        var seen = words[word].load(ordering: .relaxed)
        while let current = Status(rawValue: Self.entry(at: shift, of: seen)), current < status {
            let raised = (seen & ~(0b11 << shift)) | (UInt64(status.rawValue) << shift)
            // A neighbour in the same word may rise meanwhile: then its word is read again, so that
            // neither change is lost.
            let (exchanged, original) = words[word].weakCompareExchange(
                expected: seen, desired: raised, ordering: .relaxed)
            if exchanged { return true }
            seen = original
        }
        return false
    }

    /// The list as the draft packs it (§4.1): entry `i` in byte `i / 4`, its bits at `(i % 4) * 2`, least
    /// significant first; `size / 4` bytes.
    ///
    /// Each word is read atomically, the whole is not: an entry that rises meanwhile may be in it or not.
    public func packed() -> [UInt8] {
        let count = size / Self.entriesPerWord
        // The standard library writes even to the empty array that all share.
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count * 8) { bytes, initialized in
            for word in 0..<count {
                let value = words[word].load(ordering: .relaxed)
                for byte in 0..<8 {
                    bytes[word * 8 + byte] = UInt8(truncatingIfNeeded: value >> UInt64(byte * 8))
                }
            }
            initialized = count * 8
        }
    }

    /// The word and the shift of an entry, or nil outside the list: no index from outside gets further.
    private func place(of index: Int) -> (word: Int, shift: UInt64)? {
        guard index >= 0, index < size else { return nil }
        return (index / Self.entriesPerWord, UInt64(index % Self.entriesPerWord) * 2)
    }

    private static func entry(at shift: UInt64, of word: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: word >> shift) & 0b11
    }
}
