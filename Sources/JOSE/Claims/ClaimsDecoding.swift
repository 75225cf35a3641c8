extension Claims {
    /// The claims as a type of the caller's.
    /// - Throws: `missing_claim`, `invalid_claim`.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(JOSEError) -> Value {
        try document.decode(type)
    }
}
