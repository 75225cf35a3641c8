extension UnverifiedToken {
    /// The claims as whoever wrote the token says, which may be anybody: for a log or a debugger, and to decide which
    /// issuer's keys to look for. Never to decide what is allowed.
    /// - Throws: `malformed` unless the payload is a JSON object.
    public func unverifiedClaims() throws(JOSEError) -> Claims {
        try VerifiedToken.claims(unverifiedPayload)
    }
}
