// What a type of the caller's may hold: any JSON, a NumericDate, an audience. Our own coder takes them as
// they are (`JSONDocument.value`, `JSON.init(leaf:)`); this is for every other coder.

extension JSON: Codable {
    /// Reads any value from any decoder.
    /// - Throws: `DecodingError` for what is none of JSON's.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            let members = try container.decode([String: JSON].self)
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
        }
    }

    /// Writes the value to any encoder.
    /// - Throws: what the encoder does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let members):
            var object = encoder.container(keyedBy: MemberKey.self)
            for member in members {
                try object.encode(member.value, forKey: MemberKey(stringValue: member.name))
            }
        }
    }

    private struct MemberKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Timestamp: Codable {
    /// Reads a NumericDate (RFC 7519 §2) from any decoder.
    /// - Throws: `DecodingError` for what is no number, or beyond 64 bits of milliseconds.
    public init(from decoder: any Decoder) throws {
        let seconds = try decoder.singleValueContainer().decode(Double.self)
        guard let milliseconds = Int64(exactly: (seconds * 1_000).rounded(.down)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is not a time"))
        }
        self.init(milliseconds: milliseconds)
    }

    /// Writes a NumericDate to any encoder.
    /// - Throws: what the encoder does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(numericDate)
    }

    /// Seconds since 1970, with a fraction only if there is one.
    var numericDate: JSON {
        milliseconds % 1_000 == 0 ? .integer(milliseconds / 1_000) : .number(Double(milliseconds) / 1_000)
    }
}
