import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small number of the calling thread, given out in the order in which threads first ask.
///
/// It only spreads threads over shards: a thread that gets another one's number is slower, not wrong.
enum ThreadOrdinal {
    private static let given = Atomic<Int>(0)

    /// The thread-local slot, or nil where the process has none left; then every thread is number zero.
    private static let slot: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// The calling thread's number, from zero.
    static var current: Int {
        guard let slot else { return 0 }
        // The slot holds the ordinal plus one as the bits of a pointer that is never followed: nil is "none yet".
        if let kept = pthread_getspecific(slot) { return Int(bitPattern: kept) &- 1 }
        let ordinal = given.wrappingAdd(1, ordering: .relaxed).oldValue
        pthread_setspecific(slot, UnsafeRawPointer(bitPattern: ordinal &+ 1))
        return ordinal
    }
}
