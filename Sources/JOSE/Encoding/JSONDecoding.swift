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
            return try value(type, at: Self.root, path: nil)
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

/// The way to a value from the outermost on. Kept only for containers and for values that have an `init(from:)` of their
/// own: to note it for each value is a quarter of the time.
private final class Path {
    private let parent: Path?
    private let key: any CodingKey

    init(_ parent: Path?, _ key: any CodingKey) {
        self.parent = parent
        self.key = key
    }

    var keys: [any CodingKey] { (parent?.keys ?? []) + [key] }
}

/// What is said of a value by whoever does not know where it is.
private struct Mismatch: Error {
    let type: any Any.Type
    let what: String

    func at(_ path: Path?) -> DecodingError {
        .typeMismatch(type, .init(codingPath: path?.keys ?? [], debugDescription: what))
    }
}

extension JSONDocument {
    fileprivate func bool(at node: Int) throws -> Bool {
        switch kind(node) {
        case .yes: return true
        case .no: return false
        default: throw Mismatch(type: Bool.self, what: "is not true or false")
        }
    }

    fileprivate func string(at node: Int) throws -> String {
        guard let string = stringIfAny(node) else {
            throw Mismatch(type: String.self, what: "is not a string")
        }
        return string
    }

    fileprivate func double(at node: Int) throws -> Double {
        guard let number = number(node) else { throw Mismatch(type: Double.self, what: "is not a number") }
        return number
    }

    fileprivate func float(at node: Int) throws -> Float {
        let number = Float(try double(at: node))
        guard number.isFinite else { throw Mismatch(type: Float.self, what: "is too large a number") }
        return number
    }

    fileprivate func integer<Integer: FixedWidthInteger>(at node: Int) throws -> Integer {
        guard kind(node) == .integer, let value = Integer(exactly: integer(node)) else {
            throw Mismatch(
                type: Integer.self, what: "is not an integer from \(Integer.min) to \(Integer.max)")
        }
        return value
    }

    private func time(at node: Int) throws -> Timestamp {
        if let usual = usualTime(node) { return usual }
        let (time, problem) = time(node)
        guard let time else { throw Mismatch(type: Timestamp.self, what: problem) }
        return time
    }

    fileprivate func read<Value>(
        _ node: Int, path: @autoclosure () -> Path?, _ body: (JSONDocument, Int) throws -> Value
    ) throws -> Value {
        do { return try body(self, node) } catch let mismatch as Mismatch { throw mismatch.at(path()) }
    }

    /// A value of any type; for some, not by the type's own `init(from:)`.
    /// - Parameter path: where the node is.
    fileprivate func value<Value: Decodable>(
        _ type: Value.Type, at node: Int, path: @autoclosure () -> Path?
    ) throws -> Value {
        // By now the types are the same, and a cast would look that up again: 50 ns.
        func same<Known>(_ value: Known) -> Value { unsafeBitCast(value, to: Value.self) }
        do {
            if type == Timestamp.self { return same(try time(at: node)) }
            // Without a container for each element.
            if type == [String].self, let strings = strings(node) { return same(strings) }
            if type == Audience.self, let audience = audience(node) { return same(audience) }
            if type == JSON.self { return same(json(node)) }
            if type == Date.self {
                return same(Date(timeIntervalSince1970: Double(try time(at: node).milliseconds) / 1_000))
            }
            if type == Data.self {
                guard let bytes = Base64URL.decode(try string(at: node)) else {
                    throw Mismatch(type: Data.self, what: "is not base64url")
                }
                return same(Data(bytes))
            }
        } catch let mismatch as Mismatch {
            throw mismatch.at(path())
        }
        return try type.init(from: NodeDecoder(document: self, node: node, path: path()))
    }
}

/// Feeds one value of a document to `init(from:)`.
private struct NodeDecoder: Decoder, SingleValueDecodingContainer {
    let document: JSONDocument
    let node: Int
    let path: Path?

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard document.kind(node) == .object else {
            throw Mismatch(type: JSON.self, what: "is not an object").at(path)
        }
        return KeyedDecodingContainer(MemberDecoder(document: document, node: node, path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard document.kind(node) == .array else {
            throw Mismatch(type: JSON.self, what: "is not an array").at(path)
        }
        return ElementDecoder(document: document, node: node, path: path)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    private func read<Value>(_ body: (JSONDocument, Int) throws -> Value) throws -> Value {
        try document.read(node, path: path, body)
    }

    func decodeNil() -> Bool { document.kind(node) == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try read { try $0.bool(at: $1) } }
    func decode(_ type: String.Type) throws -> String { try read { try $0.string(at: $1) } }
    func decode(_ type: Double.Type) throws -> Double { try read { try $0.double(at: $1) } }
    func decode(_ type: Float.Type) throws -> Float { try read { try $0.float(at: $1) } }
    func decode(_ type: Int.Type) throws -> Int { try read { try $0.integer(at: $1) } }
    func decode(_ type: Int8.Type) throws -> Int8 { try read { try $0.integer(at: $1) } }
    func decode(_ type: Int16.Type) throws -> Int16 { try read { try $0.integer(at: $1) } }
    func decode(_ type: Int32.Type) throws -> Int32 { try read { try $0.integer(at: $1) } }
    func decode(_ type: Int64.Type) throws -> Int64 { try read { try $0.integer(at: $1) } }
    func decode(_ type: UInt.Type) throws -> UInt { try read { try $0.integer(at: $1) } }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try read { try $0.integer(at: $1) } }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try read { try $0.integer(at: $1) } }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try read { try $0.integer(at: $1) } }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try read { try $0.integer(at: $1) } }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try document.value(type, at: node, path: path)
    }
}

/// Feeds the members of an object.
private struct MemberDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: JSONDocument
    let node: Int
    let path: Path?

    var codingPath: [any CodingKey] { path?.keys ?? [] }

    var allKeys: [Key] {
        var keys: [Key] = []
        document.forEachMember(of: node) { name, _ in
            if let key = Key(stringValue: document.string(name)) { keys.append(key) }
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { document.member(key.stringValue, of: node) != nil }

    private func member(_ key: Key) throws -> Int {
        guard let member = document.member(key.stringValue, of: node) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is absent"))
        }
        return member
    }

    private func decoder(_ key: Key) throws -> NodeDecoder {
        NodeDecoder(document: document, node: try member(key), path: Path(path, key))
    }

    /// The node of a member that says something; nil for one that is absent or null.
    private func present(_ key: Key) -> Int? {
        guard let member = document.member(key.stringValue, of: node), document.kind(member) != .null else {
            return nil
        }
        return member
    }

    private func read<Value>(_ key: Key, _ body: (JSONDocument, Int) throws -> Value) throws -> Value {
        try document.read(member(key), path: Path(path, key), body)
    }

    private func readIfPresent<Value>(
        _ key: Key, _ body: (JSONDocument, Int) throws -> Value
    ) throws -> Value? {
        guard let member = present(key) else { return nil }
        return try document.read(member, path: Path(path, key), body)
    }

    func decodeNil(forKey key: Key) throws -> Bool { document.kind(try member(key)) == .null }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try read(key) { try $0.bool(at: $1) }
    }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try read(key) { try $0.string(at: $1) }
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try read(key) { try $0.double(at: $1) }
    }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
        try read(key) { try $0.float(at: $1) }
    }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try integer(key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try integer(key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try integer(key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try integer(key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try integer(key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try integer(key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try integer(key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try integer(key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try integer(key) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try document.value(type, at: member(key), path: Path(path, key))
    }

    // The commonest that may be absent: looked up once, not three times as by default.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try readIfPresent(key) { try $0.bool(at: $1) }
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try readIfPresent(key) { try $0.string(at: $1) }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try readIfPresent(key) { try $0.double(at: $1) }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try readIfPresent(key) { try $0.integer(at: $1) }
    }
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let member = present(key) else { return nil }
        return try document.value(type, at: member, path: Path(path, key))
    }

    private func integer<Integer: FixedWidthInteger>(_ key: Key) throws -> Integer {
        try read(key) { try $0.integer(at: $1) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        NodeDecoder(document: document, node: node, path: path)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

/// Feeds the elements of an array.
private struct ElementDecoder: UnkeyedDecodingContainer {
    let document: JSONDocument
    let path: Path?
    private let nodes: [Int]
    private(set) var currentIndex = 0

    init(document: JSONDocument, node: Int, path: Path?) {
        self.document = document
        self.path = path
        var nodes: [Int] = []
        document.forEachElement(of: node) { nodes.append($0) }
        self.nodes = nodes
    }

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var count: Int? { nodes.count }
    var isAtEnd: Bool { currentIndex >= nodes.count }

    private var elementPath: Path { Path(path, ElementKey(intValue: currentIndex)) }

    private func element() throws -> Int {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSON.self,
                .init(codingPath: elementPath.keys, debugDescription: "is beyond the end of the array"))
        }
        return nodes[currentIndex]
    }

    private func decoder() throws -> NodeDecoder {
        NodeDecoder(document: document, node: try element(), path: elementPath)
    }

    mutating func decodeNil() throws -> Bool {
        guard document.kind(try element()) == .null else { return false }
        currentIndex += 1
        return true
    }

    // Only what was read is passed over.
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try document.value(type, at: element(), path: elementPath)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<
        Key
    > {
        let container = try decoder().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let element = try decoder()
        currentIndex += 1
        return element
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
