package import VidimusJOSE

/// What happens when a refresh token is presented. The rule alone: no I/O, no clock.
///
/// A session counts its generations; the token of the current one rotates it. The token just replaced
/// is answered with the *same* successor for a short grace, as long as that successor was not used:
/// racing tabs and a lost answer both win. (A used successor would have made the count run on, so the
/// count alone tells.) Anything older, or later, was copied: the session ends everywhere. A generation
/// that was never given out can only come from a database that was set back: refused, not punished.
package enum RefreshRule {
    /// The part of a session the rule looks at.
    package struct Standing: Sendable, Equatable {
        package var generation: Int64
        package var rotatedAt: Timestamp
        package var repeats: Int64
        package var usedAt: Timestamp
        package var expiresAt: Timestamp
        package var hasEnded: Bool
        package var isDisabled: Bool

        package init(
            generation: Int64, rotatedAt: Timestamp, repeats: Int64, usedAt: Timestamp,
            expiresAt: Timestamp, hasEnded: Bool, isDisabled: Bool
        ) {
            self.generation = generation
            self.rotatedAt = rotatedAt
            self.repeats = repeats
            self.usedAt = usedAt
            self.expiresAt = expiresAt
            self.hasEnded = hasEnded
            self.isDisabled = isDisabled
        }
    }

    package enum Decision: Sendable, Equatable {
        /// The current token: replace it.
        case rotate
        /// The one just replaced, in time: answer with its successor again.
        case repeatSuccessor
        /// The one just replaced, in time, but too often.
        case tooManyRepeats
        /// A token that was replaced long ago.
        case reuse
        /// A token that was never given out.
        case fromTheFuture
        case ended
        case expired
        case suspended
    }

    package static func decide(
        _ session: Standing, presented: Int64, at now: Timestamp, policy: SessionPolicy
    ) -> Decision {
        if session.hasEnded { return .ended }
        if now >= session.expiresAt || now.duration(since: session.usedAt) > policy.idleLifetime {
            return .expired
        }
        if presented > session.generation { return .fromTheFuture }
        if presented < session.generation {
            let elapsed = now.duration(since: session.rotatedAt)
            // A clock that stepped back must not lengthen the grace: below zero is outside it too.
            guard presented == session.generation - 1, elapsed >= .zero, elapsed <= policy.grace else {
                return .reuse
            }
            if session.isDisabled { return .suspended }
            return session.repeats < policy.repeatLimit ? .repeatSuccessor : .tooManyRepeats
        }
        return session.isDisabled ? .suspended : .rotate
    }
}
