public import VidimusJOSE

extension Timestamp {
    /// The machine's clock, now, as the clock that a verifier is given.
    @Sendable
    public static func systemClock() -> Timestamp { .now }
}
