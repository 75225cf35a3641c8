import Synchronization

/// The memory of verified tokens: it holds signature and parse of successes, and nothing that time can change.
///
/// It has several shards, each with its own memory and its own copy of keys and lists. A thread tries its own shard
/// first, then the others, and never waits for one: when all are taken it goes without memory. Nothing that two
/// threads use is written on the way, so two cores do twice as much.
final class TokenMemory: Sendable {
    /// A shard behind a lock that is only ever tried; padded, so that no two share a cache line or a pair of them.
    private struct Slot: ~Copyable {
        let shard: Mutex<TokenShard>
        private let padding: InlineArray<16, UInt64> = .init(repeating: 0)

        init(capacity: Int, view: VerifierView) {
            shard = Mutex(TokenShard(capacity: capacity, view: view))
        }
    }

    /// Set once and freed at the end; what is behind it is locked.
    private nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>
    private let count: Int
    private let seed = UInt64.random(in: .min ... .max)

    /// A memory for at most `bytes` bytes, spread over `shards` shards that begin with `view`.
    init(bytes: Int, shards: Int, view: VerifierView) {
        count = max(1, shards)
        slots = .allocate(capacity: count)
        let capacity = max(0, bytes) / count
        for slot in 0..<count { (slots + slot).initialize(to: Slot(capacity: capacity, view: view)) }
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }

    /// Runs `body` with a shard that nobody else holds, the calling thread's own if it can be had; nil if all are
    /// taken.
    func withShard<Result: Sendable>(_ body: (inout TokenShard) -> Result) -> Result? {
        let own = ThreadOrdinal.current
        for step in 0..<count {
            // In bounds by the modulus; ordinals are never negative.
            let slot = slots + Int(UInt(bitPattern: own &+ step) % UInt(count))
            if let result = slot.pointee.shard.withLockIfAvailable({ shard in body(&shard) }) {
                return result
            }
        }
        return nil
    }

    /// A cheap hash of a token's tail, which is its signature. It only finds; the whole token is compared.
    /// - Returns: nil for what is too short to be a token.
    func hash(_ token: Span<UInt8>) -> UInt64? {
        let bytes = token.bytes
        guard bytes.byteCount >= 16 else { return nil }
        let first = bytes.word(at: bytes.byteCount - 16) ^ seed
        let second = bytes.word(at: bytes.byteCount - 8) ^ 0x9E37_79B9_7F4A_7C15
        let product = first.multipliedFullWidth(by: second)
        return product.high ^ product.low ^ UInt64(bytes.byteCount)
    }

    /// How many tokens are kept now, and what they cost. Waits for each shard in turn; for metrics.
    var use: (entries: Int, bytes: Int) {
        var entries = 0
        var bytes = 0
        for slot in 0..<count {
            let (count, cost) = slots[slot].shard.withLock { ($0.count, $0.bytes) }
            entries += count
            bytes += cost
        }
        return (entries, bytes)
    }
}
