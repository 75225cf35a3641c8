/// The claims of a token (RFC 7519 §4) as they stand.
///
/// They were scanned, strictly and whole; a value is made when it is asked for. The accessors answer nil for an absent
/// claim and throw `invalid_claim` for one of the wrong type.
public struct Claims: Sendable {
    let document: JSONDocument

    /// Claims of a JSON object.
    /// - Throws: `malformed` for any other value, and for an object with a name twice or beyond ``JSON/Limits``.
    public init(_ json: JSON) throws(JOSEError) {
        guard json.object != nil else { throw JOSEError(.malformed, "claims are not a JSON object") }
        try self.init(scanning: json.encoded())
    }

    /// Claims of a JSON text that may be larger than a token's for access: a status list's, for instance.
    /// - Throws: `malformed` for anything but an object, and beyond `limits`.
    public init(parsing payload: [UInt8], limits: JSON.Limits) throws(JOSEError) {
        try self.init(scanning: payload, limits: limits)
    }

    /// Claims of a JSON text.
    /// - Throws: `malformed`.
    init(scanning payload: [UInt8], limits: JSON.Limits = JSON.Limits()) throws(JOSEError) {
        try self.init(try JSONDocument(scanning: payload, limits: limits))
    }

    /// Claims of a scanned text.
    /// - Throws: `malformed` for anything but an object.
    init(_ document: JSONDocument) throws(JOSEError) {
        guard document.kind(JSONDocument.root) == .object else {
            throw JOSEError(.malformed, "claims are not a JSON object")
        }
        self.document = document
    }

    var registered: RegisteredClaims { document.registered }

    /// The JSON object, made anew each time.
    public var json: JSON { document.json() }

    /// The JSON text as it was signed, copied each time.
    public var bytes: [UInt8] { document.bytes }

    /// About the bytes that they take in memory: the text, and the places noted in it.
    package var memoryBytes: Int { 8 + document.memoryBytes }

    /// The claim `name` as JSON; nil if absent.
    public subscript(name: String) -> JSON? {
        document.member(name).map(document.json)
    }

    /// A claim that is a string; nil if absent.
    /// - Throws: `invalid_claim` if it is something else.
    public func string(_ name: String) throws(JOSEError) -> String? {
        try string(document.member(name), name)
    }

    /// A claim that is an integer of 64 bits, written without fraction or exponent; nil if absent.
    /// - Throws: `invalid_claim` if it is something else.
    public func integer(_ name: String) throws(JOSEError) -> Int64? {
        guard let node = document.member(name) else { return nil }
        guard document.kind(node) == .integer else { throw wrong(name, "an integer") }
        return document.integer(node)
    }

    /// A claim that is `true` or `false`; nil if absent.
    /// - Throws: `invalid_claim` if it is something else.
    public func bool(_ name: String) throws(JOSEError) -> Bool? {
        guard let node = document.member(name) else { return nil }
        switch document.kind(node) {
        case .yes: return true
        case .no: return false
        default: throw wrong(name, "true or false")
        }
    }

    /// A claim that is an array of strings; nil if absent.
    /// - Throws: `invalid_claim` if it is something else.
    public func strings(_ name: String) throws(JOSEError) -> [String]? {
        guard let node = document.member(name) else { return nil }
        guard let strings = document.strings(node) else { throw wrong(name, "an array of strings") }
        return strings
    }

    /// A claim that is a NumericDate (RFC 7519 §2): seconds since 1970, perhaps with a fraction, of which
    /// milliseconds are kept. Years 1 to 9999. Nil if absent.
    /// - Throws: `invalid_claim` if it is something else.
    public func time(_ name: String) throws(JOSEError) -> Timestamp? {
        try time(document.member(name), name)
    }
}

// The registered ones (RFC 7519 §4.1)
extension Claims {
    /// `iss` (RFC 7519 §4.1.1): who issued the token; nil if absent.
    /// - Throws: `invalid_claim` if it is not a string.
    public var issuer: String? {
        get throws(JOSEError) { try string(registered[.issuer], "iss") }
    }

    /// `sub` (RFC 7519 §4.1.2): whom it is about; nil if absent.
    /// - Throws: `invalid_claim` if it is not a string.
    public var subject: String? {
        get throws(JOSEError) { try string(registered[.subject], "sub") }
    }

    /// `aud` (RFC 7519 §4.1.3): whom it is meant for, a string or an array of strings; empty if absent.
    /// - Throws: `invalid_claim` if it is something else.
    public var audience: [String] {
        get throws(JOSEError) {
            guard let node = registered[.audience] else { return [] }
            guard let names = document.audience(node)?.names else { throw wrongAudience }
            return names
        }
    }

    /// `exp` (RFC 7519 §4.1.4): from then on it is good no more; nil if absent.
    /// - Throws: `invalid_claim` if it is not a NumericDate.
    public var expiresAt: Timestamp? {
        get throws(JOSEError) { try time(registered[.expiresAt], "exp") }
    }

    /// `nbf` (RFC 7519 §4.1.5): before then it is not good yet; nil if absent.
    /// - Throws: `invalid_claim` if it is not a NumericDate.
    public var notBefore: Timestamp? {
        get throws(JOSEError) { try time(registered[.notBefore], "nbf") }
    }

    /// `iat` (RFC 7519 §4.1.6): when it was issued; nil if absent.
    /// - Throws: `invalid_claim` if it is not a NumericDate.
    public var issuedAt: Timestamp? {
        get throws(JOSEError) { try time(registered[.issuedAt], "iat") }
    }

    /// `jti` (RFC 7519 §4.1.7): the token's own name; nil if absent.
    /// - Throws: `invalid_claim` if it is not a string.
    public var tokenID: String? {
        get throws(JOSEError) { try string(registered[.tokenID], "jti") }
    }
}

extension Claims {
    private func string(_ node: Int?, _ name: String) throws(JOSEError) -> String? {
        guard let node else { return nil }
        guard let string = document.stringIfAny(node) else { throw wrong(name, "a string") }
        return string
    }

    private func time(_ node: Int?, _ name: String) throws(JOSEError) -> Timestamp? {
        guard let node else { return nil }
        if let usual = document.usualTime(node) { return usual }
        let (time, problem) = document.time(node)
        guard let time else { throw JOSEError(.invalidClaim, "\(name.quoted) \(problem)") }
        return time
    }

    var wrongAudience: JOSEError { wrong("aud", "a string or an array of strings") }

    func wrong(_ name: String, _ expected: String) -> JOSEError {
        JOSEError(.invalidClaim, "\(name.quoted) is not \(expected)")
    }
}

extension JSONDocument {
    /// The NumericDate at a node (RFC 7519 §2), or what is wrong with it.
    func time(_ node: Int) -> (Timestamp?, problem: String) {
        let outside = "is not within the years 1 to 9999; it counts seconds"
        if kind(node) == .integer {
            let seconds = integer(node)
            guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return (nil, outside) }
            return (Timestamp(seconds: seconds), "")
        }
        guard let seconds = number(node) else { return (nil, "is not a number of seconds since 1970") }
        guard (-62_135_596_800.0..<253_402_300_800.0).contains(seconds) else { return (nil, outside) }
        // Within these years it fits.
        return (Timestamp(milliseconds: Int64(exactly: (seconds * 1_000).rounded(.down)) ?? 0), "")
    }
}

extension Claims: CustomStringConvertible {
    /// The claims as the JSON text that was signed, on one line. What a terminal might obey or misorder is escaped: nobody
    /// vouches for the claims of a token that was not verified.
    public var description: String { JSON.harmless(bytes) }
}
