/// How quick and how patient everything is.
struct Pace: Sendable {
    /// Within which a request is answered to its end.
    var request = Duration.seconds(5)
    /// The first wait after a failure.
    var firstWait = Duration.milliseconds(50)
    /// The longest wait after a failure: so a guard is right again within a second of its issuer's return.
    var longestWait = Duration.milliseconds(700)
    /// The longest wait after the issuer refused the credential: asking again at once would not help.
    var longestWaitWhenRefused = Duration.seconds(30)
    /// After which a stream without a word is dead; the issuer beats every five seconds.
    var silence = Duration.seconds(12)
    /// Least time between two fetches of the key set for keys that nobody knows.
    var cooldown = Duration.seconds(5)
    /// For how long a key that was asked for and not found is not asked for again.
    var absence = Duration.seconds(60)
    /// For how long a verification waits for the key set.
    var patience = Duration.seconds(2)
    /// How many verifications wait at once; any more are refused.
    var mostWaiters = 1_024
}
