/// How long things live.
package struct SessionPolicy: Sendable, Equatable {
    /// The life of an access token: at most a day, which ``StatusEntries/keptFor`` builds on.
    package var accessLifetime: Duration = .seconds(900)
    /// A session ends when it was not refreshed for this long.
    package var idleLifetime: Duration = .seconds(14 * 86_400)
    /// A session ends this long after sign-in, whatever happens.
    package var absoluteLifetime: Duration = .seconds(90 * 86_400)
    /// How long the token just replaced still answers with its successor.
    package var grace: Duration = .seconds(10)
    /// How often it does so.
    package var repeatLimit: Int64 = 100

    /// Live sessions of one account: what ends or changes them all must stay one quick transaction.
    package var sessionLimit = 500

    package init() {}
}
