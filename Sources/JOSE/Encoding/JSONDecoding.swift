#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension JSONDocument {
    /// The whole value as a type of the caller's, which takes the members it names and leaves the others.
    ///
    /// `Timestamp` and `Date` are read as NumericDates (RFC 7519 §2), `Data` as base64url, `JSON` as it stands.
    /// - Throws: `missing_claim` for a member that is not there, `invalid_claim` for one of another type.
    func decode<Value: Decodable>(_ type: Value.Type) throws(JOSEError) -> Value {
        do {
            return try NodeDecoder(document: self, node: Self.root, parents: [], key: nil).value(type)
        } catch let error as JOSEError {
            throw error
        } catch let error as DecodingError {
            throw JOSEError(error)
        } catch {
            // What the caller's own initialiser throws; its text may hold what the token says.
            throw JOSEError(.invalidClaim, "the claims are refused by \(Value.self)")
        }
    }
}

extension JOSEError {
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missingClaim, "needs the claim \(Self.name(context.codingPath + [key]))")
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            // Ours; a caller's own may hold what the token says, which must not command a terminal.
            let what = context.debugDescription.unicodeScalars.prefix(120).map { $0.escaped(asASCII: true) }
            self.init(.invalidClaim, "\(Self.name(context.codingPath)) \(what.joined())")
        case .dataCorrupted(let context):
            self.init(.invalidClaim, "\(Self.name(context.codingPath)) is not a value that it may have")
        @unknown default:
            self.init(.invalidClaim, "the claims do not fit the type")
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".").quoted
    }
}

/// Feeds one value of a document to `init(from:)`.
private struct NodeDecoder: Decoder, SingleValueDecodingContainer {
    let document: JSONDocument
    let node: Int
    /// Where the value is. Put together only where somebody asks: most values are read without.
    let parents: [any CodingKey]
    let key: (any CodingKey)?

    var codingPath: [any CodingKey] { key.map { parents + [$0] } ?? parents }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard document.kind(node) == .object else { throw mismatch(JSON.self, "is not an object") }
        return KeyedDecodingContainer(MemberDecoder(document: document, node: node, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard document.kind(node) == .array else { throw mismatch(JSON.self, "is not an array") }
        return ElementDecoder(document: document, node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func mismatch(_ type: any Any.Type, _ what: String) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: what))
    }

    func decodeNil() -> Bool { document.kind(node) == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        switch document.kind(node) {
        case .yes: return true
        case .no: return false
        default: throw mismatch(type, "is not true or false")
        }
    }

    func decode(_ type: String.Type) throws -> String {
        guard document.isString(node) else { throw mismatch(type, "is not a string") }
        return document.string(node)
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = document.number(node) else { throw mismatch(type, "is not a number") }
        return number
    }

    func decode(_ type: Float.Type) throws -> Float {
        Float(try decode(Double.self))
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        guard document.kind(node) == .integer, let value = Integer(exactly: document.integer(node)) else {
            throw mismatch(type, "is not an integer from \(Integer.min) to \(Integer.max)")
        }
        return value
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try value(type) }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // The commonest list first: without a container for each of its elements.
        if type == [String].self, let strings = document.strings(node) as? Value { return strings }
        if type == JSON.self, let json = document.json(node) as? Value { return json }
        if type == Timestamp.self, let time = try time() as? Value { return time }
        if type == Audience.self, let audience = document.audience(node) as? Value { return audience }
        if type == Date.self {
            let date = Date(timeIntervalSince1970: Double(try time().milliseconds) / 1_000)
            if let date = date as? Value { return date }
        }
        if type == Data.self {
            guard let bytes = Base64URL.decode(try decode(String.self)) else {
                throw mismatch(type, "is not base64url")
            }
            if let data = Data(bytes) as? Value { return data }
        }
        return try type.init(from: self)
    }

    private func time() throws -> Timestamp {
        let (time, problem) = document.time(node)
        guard let time else { throw mismatch(Timestamp.self, problem) }
        return time
    }
}

/// Feeds the members of an object.
private struct MemberDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: JSONDocument
    let node: Int
    let codingPath: [any CodingKey]

    var allKeys: [Key] {
        var keys: [Key] = []
        document.forEachMember(of: node) { name, _ in
            if let key = Key(stringValue: document.string(name)) { keys.append(key) }
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { document.member(key.stringValue, of: node) != nil }

    private func member(_ key: Key) throws -> NodeDecoder {
        guard let member = document.member(key.stringValue, of: node) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is absent"))
        }
        return NodeDecoder(document: document, node: member, parents: codingPath, key: key)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try member(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try member(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try member(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try member(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try member(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try member(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try member(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try member(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try member(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try member(key).decode(type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        NodeDecoder(document: document, node: node, parents: codingPath, key: nil)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

/// Feeds the elements of an array.
private struct ElementDecoder: UnkeyedDecodingContainer {
    let document: JSONDocument
    let codingPath: [any CodingKey]
    private let nodes: [Int]
    private(set) var currentIndex = 0

    init(document: JSONDocument, node: Int, codingPath: [any CodingKey]) {
        self.document = document
        self.codingPath = codingPath
        var nodes: [Int] = []
        document.forEachElement(of: node) { nodes.append($0) }
        self.nodes = nodes
    }

    var count: Int? { nodes.count }
    var isAtEnd: Bool { currentIndex >= nodes.count }

    private func peek() throws -> NodeDecoder {
        let key = ElementKey(intValue: currentIndex)
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSON.self,
                .init(codingPath: codingPath + [key], debugDescription: "is beyond the end of the array"))
        }
        return NodeDecoder(document: document, node: nodes[currentIndex], parents: codingPath, key: key)
    }

    mutating func decodeNil() throws -> Bool {
        guard try peek().decodeNil() else { return false }
        currentIndex += 1
        return true
    }

    // Only what was read is passed over.
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try peek().value(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<
        Key
    > {
        let container = try peek().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try peek().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try peek()
        currentIndex += 1
        return decoder
    }
}

/// The place of an element in a path.
struct ElementKey: CodingKey {
    private let index: Int

    var intValue: Int? { index }
    var stringValue: String { "\(index)" }

    init(intValue: Int) {
        index = intValue
    }

    init?(stringValue: String) { nil }
}
