import VidimusDatabase
package import VidimusJOSE

/// A refresh token as somebody sees it who only looks: nothing is used up, counted or written down.
package struct RefreshTokenView: Sendable {
    package let session: Session
    /// Whether a refresh with it would be answered with the next token now.
    package let isGood: Bool
    /// From then on it is good for nothing, if it is not used before.
    package let expiresAt: Timestamp
}

extension Sessions {
    /// Looks at a refresh token; nil if it is none of ours, or was never given out.
    ///
    /// A replaced one is no sign of theft here: whoever asks about a token does not use it.
    package func view(of presented: String) async throws -> RefreshTokenView? {
        guard let token = seal.read(presented) else { return nil }
        let now = seams.now()
        return try await seams.database.read { [policy] transaction in
            guard let session = try Self.find(handle: token.storedHandle, in: transaction),
                let account = try Accounts.find(session.account, in: transaction)
            else { return nil }
            let decision = RefreshRule.decide(
                session.standing(isDisabled: account.isDisabled), presented: Int64(token.generation),
                at: now, policy: policy)
            guard decision != .fromTheFuture else { return nil }
            return RefreshTokenView(
                session: session, isGood: decision == .rotate || decision == .repeatSuccessor,
                expiresAt: min(session.expiresAt, session.usedAt + policy.idleLifetime))
        }
    }
}
