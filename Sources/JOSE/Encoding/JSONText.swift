extension JSON {
    /// Reads one JSON text (RFC 8259), as strictly as from bytes.
    /// - Throws: `malformed`, saying at which byte of the UTF-8 and what.
    public static func parse(_ text: String, limits: Limits = Limits()) throws(JOSEError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }
}

extension JSON {
    /// A time as claims have it (NumericDate, RFC 7519 §2): whole seconds since 1970, since not everybody reads a
    /// fraction. What is left of a second is dropped, so that an `iat` or `nbf` is not in the future.
    public static func numericDate(_ time: Timestamp) -> JSON {
        .integer(time.seconds)
    }
}

extension JSON: CustomStringConvertible {
    /// The value as compact JSON text; see ``encoded()``.
    public var description: String {
        String(decoding: encoded(), as: UTF8.self)
    }
}

extension Claims: CustomStringConvertible {
    /// The claims as the JSON text that was signed.
    public var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension JWKSet {
    /// Reads a JWK Set, or a single JWK, from a text.
    /// - Throws: as ``init(parsing:publicOnly:)-([UInt8],_)``.
    public init(parsing text: String, publicOnly: Bool = false) throws(JOSEError) {
        try self.init(parsing: Array(text.utf8), publicOnly: publicOnly)
    }

    /// Reads a JWK Set, or a single JWK, from bytes of another kind: `Data` for instance.
    /// - Throws: as ``init(parsing:publicOnly:)-([UInt8],_)``.
    public init(parsing bytes: some Sequence<UInt8>, publicOnly: Bool = false) throws(JOSEError) {
        try self.init(parsing: Array(bytes), publicOnly: publicOnly)
    }
}

extension DecryptionKeySet {
    /// Reads a JWK Set, or a single JWK, from a text.
    /// - Throws: as ``init(parsing:unsaid:encryptions:)-([UInt8],_,_)``.
    public init(
        parsing text: String, unsaid: Unsaid = .nothing, encryptions: [ContentEncryption]? = nil
    ) throws(JOSEError) {
        try self.init(parsing: Array(text.utf8), unsaid: unsaid, encryptions: encryptions)
    }
}

extension JWK {
    /// The only key of a text in any form that ``KeyDocument`` reads: JWK, JWK Set, PEM, a public line of OpenSSH.
    /// - Throws: as ``init(reading:passphrase:)-([UInt8],_)``.
    public init(reading text: String, passphrase: String? = nil) throws(JOSEError) {
        try self.init(reading: Array(text.utf8), passphrase: passphrase)
    }

    /// The only key of a document in bytes of another kind: `Data` for instance.
    /// - Throws: as ``init(reading:passphrase:)-([UInt8],_)``.
    public init(reading bytes: some Sequence<UInt8>, passphrase: String? = nil) throws(JOSEError) {
        try self.init(reading: Array(bytes), passphrase: passphrase)
    }
}
