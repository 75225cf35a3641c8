/// `aud` (RFC 7519 §4.1.3) in a claims type of one's own: one recipient, written as a string, or several, as an array.
public struct Audience: Sendable, Hashable, Codable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    // One name, as most tokens have it, without an array for it. An array here never holds just one.
    private enum Recipients: Hashable {
        case one(String)
        case several([String])
    }

    private var recipients: Recipients

    /// Who the token is meant for.
    public var names: [String] {
        get {
            switch recipients {
            case .one(let name): [name]
            case .several(let names): names
            }
        }
        set { self = Audience(newValue) }
    }

    /// An audience of these.
    public init(_ names: [String]) {
        recipients = if names.count == 1, let name = names.first { .one(name) } else { .several(names) }
    }

    /// One recipient.
    public init(_ name: String) {
        recipients = .one(name)
    }

    /// The `aud` of these claims, for a struct that is filled by name; nobody if it is absent.
    /// - Throws: `invalid_claim` if it is not a string or an array of strings.
    public init(_ claims: borrowing Claims) throws(JOSEError) {
        guard let node = claims.registered[.audience] else {
            self.init([])
            return
        }
        guard let audience = claims.document.audience(node) else { throw claims.wrongAudience }
        self = audience
    }

    /// One recipient.
    public init(stringLiteral name: String) {
        self.init(name)
    }

    /// Several recipients.
    public init(arrayLiteral names: String...) {
        self.init(names)
    }

    /// Reads a string or an array of strings.
    /// - Throws: `DecodingError` for something else; `invalid_claim` where a token's claims are decoded.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
            self.init(name)
        } else {
            self.init(try container.decode([String].self))
        }
    }

    /// A string for one name, an array otherwise.
    var json: JSON {
        switch recipients {
        case .one(let name): .string(name)
        case .several(let names): .array(names.map(JSON.string))
        }
    }

    /// Writes a string for one name, an array otherwise.
    /// - Throws: what the encoder does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch recipients {
        case .one(let name): try container.encode(name)
        case .several(let names): try container.encode(names)
        }
    }
}

extension JSONDocument {
    /// The names at a node that is a string or an array of nothing but strings; nil for any other value.
    func audience(_ node: Int) -> Audience? {
        if let name = stringIfAny(node) { return Audience(name) }
        return strings(node).map { Audience($0) }
    }
}
