/// `aud` (RFC 7519 §4.1.3) in a claims type of one's own: one recipient, written as a string, or several, as an array.
public struct Audience: Sendable, Hashable, Codable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// Who the token is meant for.
    public var names: [String]

    /// An audience of these.
    public init(_ names: [String]) {
        self.names = names
    }

    /// One recipient.
    public init(stringLiteral name: String) {
        names = [name]
    }

    /// Several recipients.
    public init(arrayLiteral names: String...) {
        self.names = names
    }

    /// Reads a string or an array of strings.
    /// - Throws: `DecodingError` for something else; `invalid_claim` where a token's claims are decoded.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        names =
            if let name = try? container.decode(String.self) { [name] } else {
                try container.decode([String].self)
            }
    }

    /// A string for one name, an array otherwise.
    var json: JSON {
        if names.count == 1, let name = names.first { .string(name) } else { .array(names.map(JSON.string)) }
    }

    /// Writes a string for one name, an array otherwise.
    /// - Throws: what the encoder does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if names.count == 1, let name = names.first {
            try container.encode(name)
        } else {
            try container.encode(names)
        }
    }
}
