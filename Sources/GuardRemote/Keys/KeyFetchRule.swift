/// When the key set is fetched: a pure function of what was asked for and heard, and the time.
///
/// Fetches by schedule and by the issuer's word are counted against nobody. Of those that a token asks for by
/// naming a key nobody knows there is at most one a cooldown, however many keys are invented.
struct KeyFetchRule: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What to do with a token that names an unknown key.
    enum Answer: Sendable, Equatable {
        /// A fetch is under way or about to be, and may bring the key.
        case wait
        case refuse
    }

    private enum Next: Sendable, Equatable {
        case now
        case at(Instant)
        /// To be said when the fetch under way has ended.
        case open
    }

    private let cooldown: Duration
    private let absence: Duration
    private var backoff: Backoff
    private var next = Next.now
    private var isFetching = false
    private var hasFailed = false
    private var lastForUnknown: Instant?
    /// Keys that were asked for before the next fetch began.
    private var asked: [String] = []
    /// Keys that were not in the set when it was fetched, the oldest first.
    private var absent: [(keyID: String, until: Instant)] = []

    static let mostAbsent = 256
    static let mostAsked = 64
    /// A longer name of a key is nobody's.
    static let longestKeyID = 256

    init(_ pace: Pace) {
        cooldown = pace.cooldown
        absence = pace.absence
        backoff = Backoff(first: pace.firstWait, cap: pace.longestWait)
    }

    /// How long until the next fetch; zero or less for now.
    func wait(at now: Instant) -> Duration {
        if case .at(let due) = next { now.duration(to: due) } else { .zero }
    }

    /// The issuer said that its keys changed, or somebody needs them now.
    mutating func want() {
        next = .now
        backoff.reset()
    }

    /// A token names a key that is not in the set.
    mutating func ask(for keyID: String, at now: Instant) -> Answer {
        guard keyID.utf8.count <= Self.longestKeyID else { return .refuse }
        if next != .now {
            absent.removeAll { $0.until <= now }
            if absent.contains(where: { $0.keyID == keyID }) { return .refuse }
            // What is under way may have begun too early for this key, so its absence from it says nothing.
            if isFetching || hasFailed { return .wait }
            if let last = lastForUnknown, last.duration(to: now) < cooldown { return .refuse }
            lastForUnknown = now
            next = .now
        }
        if asked.count < Self.mostAsked { asked.append(keyID) }
        return .wait
    }

    /// A fetch begins.
    /// - Returns: the keys it was asked for, to be told to ``succeed(at:age:missing:holds:jitter:)``.
    mutating func begin() -> [String] {
        isFetching = true
        next = .open
        defer { asked = [] }
        return asked
    }

    /// The set was fetched and may be used for `age`.
    /// - Parameters:
    ///   - missing: keys that were asked for, or were in the set before.
    ///   - holds: whether the set has a key.
    mutating func succeed(
        at now: Instant, age: Duration, missing: [String], holds: (String) -> Bool,
        jitter: (ClosedRange<Int64>) -> Int64
    ) {
        isFetching = false
        hasFailed = false
        backoff.reset()
        absent.removeAll { $0.until <= now || holds($0.keyID) }
        for keyID in missing where !holds(keyID) && !absent.contains(where: { $0.keyID == keyID }) {
            absent.append((keyID, now + absence))
        }
        absent.removeFirst(max(0, absent.count - Self.mostAbsent))
        guard next == .open else { return }
        // Before the time is over: the next key is announced for as long before it signs. And not all guards at once.
        let longest = max(1_000, age.wholeMilliseconds / 10 * 9)
        next = .at(now + .milliseconds(jitter(longest / 10 * 8...longest)))
    }

    /// The set could not be had. What was asked for is not taken for absent.
    mutating func fail(at now: Instant, jitter: (ClosedRange<Int64>) -> Int64) {
        isFetching = false
        hasFailed = true
        if next == .open { next = .at(now + backoff.next(jitter)) }
    }

    /// How many names are kept.
    var remembered: Int { absent.count + asked.count }
}
