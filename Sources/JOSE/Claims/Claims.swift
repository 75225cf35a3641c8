/// The claims of a token (RFC 7519 §4) as they stand.
///
/// The accessors answer nil for an absent claim and throw `invalid_claim` for one of the wrong type.
public struct Claims: Sendable {
    /// The JSON object.
    public let json: JSON

    /// Claims of a JSON object.
    /// - Throws: `malformed` for any other value.
    public init(_ json: JSON) throws(JOSEError) {
        guard json.object != nil else { throw JOSEError(.malformed, "claims are not a JSON object") }
        self.json = json
    }

    /// The claim `name` as JSON; nil if absent.
    public subscript(name: String) -> JSON? {
        json[name]
    }

    /// A claim that is a string.
    public func string(_ name: String) throws(JOSEError) -> String? {
        guard let value = json[name] else { return nil }
        guard let string = value.string else { throw wrong(name, "a string") }
        return string
    }

    /// A claim that is an integer of 64 bits, written without fraction or exponent.
    public func integer(_ name: String) throws(JOSEError) -> Int64? {
        guard let value = json[name] else { return nil }
        guard let integer = value.integer else { throw wrong(name, "an integer") }
        return integer
    }

    /// A claim that is an array of strings.
    public func strings(_ name: String) throws(JOSEError) -> [String]? {
        guard let value = json[name] else { return nil }
        guard let strings = value.arrayOfStrings else { throw wrong(name, "an array of strings") }
        return strings
    }

    /// A claim that is a NumericDate (RFC 7519 §2): seconds since 1970, perhaps with a fraction, of which
    /// milliseconds are kept. Years 1 to 9999.
    public func time(_ name: String) throws(JOSEError) -> Timestamp? {
        guard let value = json[name] else { return nil }
        guard let seconds = value.number else { throw wrong(name, "a number of seconds since 1970") }
        guard (-62_135_596_800.0..<253_402_300_800.0).contains(seconds) else {
            throw JOSEError(.invalidClaim, "'\(name)' is not within the years 1 to 9999; it counts seconds")
        }
        if let whole = value.integer { return Timestamp(seconds: whole) }
        guard let milliseconds = Int64(exactly: (seconds * 1_000).rounded(.down)) else {
            throw wrong(name, "a number of seconds since 1970")
        }
        return Timestamp(milliseconds: milliseconds)
    }

    /// `aud` (RFC 7519 §4.1.3), a string or an array of strings; empty if absent.
    public var audience: [String] {
        get throws(JOSEError) {
            guard let value = json["aud"] else { return [] }
            if let string = value.string { return [string] }
            guard let strings = value.arrayOfStrings else {
                throw wrong("aud", "a string or an array of strings")
            }
            return strings
        }
    }

    private func wrong(_ name: String, _ expected: String) -> JOSEError {
        JOSEError(.invalidClaim, "\(name.quoted) is not \(expected)")
    }
}

extension JSON {
    fileprivate var arrayOfStrings: [String]? {
        guard let elements = array else { return nil }
        let strings = elements.compactMap(\.string)
        return strings.count == elements.count ? strings : nil
    }
}
