import VidimusJOSE

extension TokenVerifier {
    /// Verifies a compact token as ``verify(_:requiring:)-(Substring,_)`` does. If its key is not known, it first
    /// waits for the source of keys to fetch it, if that may, so that a key that signs a moment after it was made
    /// refuses nobody.
    ///
    /// - Throws: a ``Refusal`` with every code but `missing_token` and `invalid_request`.
    public func verifyAwaitingKeys(_ token: Substring, requiring requirement: Requirement = .signedIn)
        async throws(Refusal) -> Principal
    {
        let generation = keys.generation
        let first = attempt(token, requirement)
        guard case .failure(let refusal) = first, refusal.code == .invalidToken, let keyID = keyID(of: token)
        else { return try first.get() }
        // Twice: a fetch that was under way already may have begun before the key was there.
        for _ in 0..<2 where !isKnown(keyID) {
            guard await keys.learn(keyID) else { break }
        }
        guard keys.generation != generation else { return try first.get() }
        return try verify(token, requiring: requirement)
    }

    private func attempt(_ token: Substring, _ requirement: Requirement) -> Result<Principal, Refusal> {
        Result { () throws(Refusal) in try verify(token, requiring: requirement) }
    }

    /// The key that a token names, if it is a token at all and of an algorithm that is accepted.
    private func keyID(of token: Substring) -> String? {
        guard let unverified = try? UnverifiedToken(Array(token.utf8)),
            configuration.algorithms?.contains(unverified.header.algorithm) ?? true
        else { return nil }
        return unverified.header.keyID
    }

    private func isKnown(_ keyID: String) -> Bool {
        keys.keys().keys.contains { $0.id?.utf8.elementsEqual(keyID.utf8) ?? false }
    }
}
