extension JWK {
    /// The public half alone, as ``publicJSON`` has it: what may be given away.
    /// - Throws: `invalid_key` for a symmetric key, which has no public half.
    public func publicKey() throws(JOSEError) -> JWK {
        guard let publicJSON else { throw JOSEError(.invalidKey, "a symmetric key has no public half") }
        return try JWK(publicJSON)
    }
}
