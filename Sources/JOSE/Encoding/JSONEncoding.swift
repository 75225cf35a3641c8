#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension JSON {
    /// A value of a type of the caller's as JSON, its members in the order its `encode(to:)` writes them.
    ///
    /// `Timestamp` and `Date` become NumericDates (RFC 7519 §2), `Data` base64url, `JSON` stays as it is; an optional
    /// that is nil is left out.
    /// - Throws: `invalid_claim` for what JSON cannot say: an integer beyond 64 bits, a number that is not finite.
    init(encoding value: some Encodable) throws(JOSEError) {
        do {
            let encoder = ValueEncoder(place: EncodedValue(), codingPath: [])
            try encoder.encode(value)
            self = encoder.place.json
        } catch let error as JOSEError {
            throw error
        } catch {
            throw JOSEError(.invalidClaim, "\(type(of: value)) cannot be written as JSON")
        }
    }
}

/// A value that is being written piece by piece; containers stay open while others are written, so each has a place of
/// its own. What is written at once needs none.
private final class EncodedValue {
    private enum Kind { case single, array, object }

    private var kind = Kind.object
    private var single = JSON.null
    private var elements: [JSON] = []
    // No change of it calls anybody who could make another: to check that each time is 20 ns a claim.
    @exclusivity(unchecked) private var members: [JSON.Member] = []
    /// What elements and members are still being written, by index.
    private var unfinished: [(index: Int, value: EncodedValue)] = []

    var count: Int { elements.count }

    /// What was written; once all of it was.
    var json: JSON {
        switch kind {
        case .single:
            return single
        case .array:
            var elements = elements
            for (index, value) in unfinished where elements.indices.contains(index) {
                elements[index] = value.json
            }
            return .array(elements)
        case .object:
            var members = members
            for (index, value) in unfinished where members.indices.contains(index) {
                members[index] = JSON.Member(members[index].name, value.json)
            }
            // Written twice means the later one, as with other encoders.
            guard !members.areDistinct else { return .object(members) }
            return .object(
                members.indices.compactMap { index in
                    let isLater = members[(index + 1)...].contains {
                        $0.name.isIdentical(to: members[index].name)
                    }
                    return isLater ? nil : members[index]
                })
        }
    }

    func set(_ json: JSON) {
        (kind, single) = (.single, json)
    }

    func beginArray() {
        guard kind != .array else { return }
        (kind, elements, unfinished) = (.array, [], [])
    }

    func beginObject() {
        guard kind != .object else { return }
        (kind, members, unfinished) = (.object, [], [])
    }

    func append(_ name: String, _ json: JSON) {
        if members.isEmpty { members.reserveCapacity(12) }
        members.append(JSON.Member(name, json))
    }

    func append(_ json: JSON) {
        elements.append(json)
    }

    func open(_ name: String) -> EncodedValue {
        let value = EncodedValue()
        unfinished.append((members.count, value))
        append(name, .null)
        return value
    }

    func open() -> EncodedValue {
        let value = EncodedValue()
        unfinished.append((elements.count, value))
        append(.null)
        return value
    }
}

extension JSON {
    /// A value that has a form of its own here, whatever its `encode(to:)` says; nil for all others.
    fileprivate init?<Value: Encodable>(
        leaf value: Value, refused: (String) -> JOSEError
    ) throws(JOSEError) {
        // Where the types are the same: a cast would look that up again, 50 ns.
        func same<Known>(_ type: Known.Type) -> Known { unsafeBitCast(value, to: type) }
        if Value.self == Timestamp.self {
            self = same(Timestamp.self).numericDate
        } else if Value.self == [String].self {
            self = .array(same([String].self).map(JSON.string))
        } else if Value.self == Audience.self {
            self = same(Audience.self).json
        } else if Value.self == JSON.self {
            self = same(JSON.self)
        } else if Value.self == Date.self {
            let seconds = same(Date.self).timeIntervalSince1970
            guard let milliseconds = Int64(exactly: (seconds * 1_000).rounded()) else {
                throw refused("is a date beyond all years")
            }
            self = Timestamp(milliseconds: milliseconds).numericDate
        } else if Value.self == Data.self {
            self = .string(Base64URL.encode(Array(same(Data.self))))
        } else {
            return nil
        }
    }
}

/// Takes what one `encode(to:)` writes.
private struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    let place: EncodedValue
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        place.beginObject()
        return KeyedEncodingContainer(MemberEncoder(place: place, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        place.beginArray()
        return ElementEncoder(place: place, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { place.set(.null) }
    func encode(_ value: Bool) { place.set(.bool(value)) }
    func encode(_ value: String) { place.set(.string(value)) }
    func encode(_ value: Double) throws {
        guard value.isFinite else { throw refused("is not a finite number") }
        place.set(.number(value))
    }
    func encode(_ value: Float) throws { try encode(Double(value)) }
    func encode(_ value: Int) throws { try write(integer: value) }
    func encode(_ value: Int8) throws { try write(integer: value) }
    func encode(_ value: Int16) throws { try write(integer: value) }
    func encode(_ value: Int32) throws { try write(integer: value) }
    func encode(_ value: Int64) throws { try write(integer: value) }
    func encode(_ value: UInt) throws { try write(integer: value) }
    func encode(_ value: UInt8) throws { try write(integer: value) }
    func encode(_ value: UInt16) throws { try write(integer: value) }
    func encode(_ value: UInt32) throws { try write(integer: value) }
    func encode(_ value: UInt64) throws { try write(integer: value) }
    func encode(_ value: some Encodable) throws {
        if let json = try JSON(leaf: value, refused: refused) {
            place.set(json)
        } else {
            try value.encode(to: self)
        }
    }

    private func write(integer value: some FixedWidthInteger) throws {
        guard let value = Int64(exactly: value) else { throw refused("is an integer beyond 64 bits") }
        place.set(.integer(value))
    }

    private func refused(_ what: String) -> JOSEError { .refused(codingPath, what) }
}

extension JOSEError {
    fileprivate static func refused(_ path: [any CodingKey], _ what: String) -> JOSEError {
        JOSEError(.invalidClaim, "\(path.map(\.stringValue).joined(separator: ".").quoted) \(what)")
    }
}

/// Takes the members of an object.
private struct MemberEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: EncodedValue
    let codingPath: [any CodingKey]

    private func member(_ key: any CodingKey) -> ValueEncoder {
        ValueEncoder(place: place.open(key.stringValue), codingPath: codingPath + [key])
    }

    // The commonest without a detour: the others go by way of their own `encode(to:)`.
    mutating func encodeNil(forKey key: Key) { place.append(key.stringValue, .null) }
    mutating func encode(_ value: Bool, forKey key: Key) { place.append(key.stringValue, .bool(value)) }
    mutating func encode(_ value: String, forKey key: Key) { place.append(key.stringValue, .string(value)) }
    mutating func encode(_ value: Int, forKey key: Key) {
        place.append(key.stringValue, .integer(Int64(value)))
    }
    mutating func encode(_ value: Int64, forKey key: Key) { place.append(key.stringValue, .integer(value)) }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        let leaf = try JSON(leaf: value) { what in .refused(codingPath + [key], what) }
        if let leaf {
            place.append(key.stringValue, leaf)
        } else {
            try value.encode(to: member(key))
        }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        member(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        member(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        ValueEncoder(place: place.open("super"), codingPath: codingPath)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

/// Takes the elements of an array.
private struct ElementEncoder: UnkeyedEncodingContainer {
    let place: EncodedValue
    let codingPath: [any CodingKey]

    var count: Int { place.count }

    private var path: [any CodingKey] { codingPath + [ElementKey(intValue: place.count)] }

    private func element() -> ValueEncoder {
        let path = path
        return ValueEncoder(place: place.open(), codingPath: path)
    }

    mutating func encodeNil() { place.append(.null) }
    mutating func encode(_ value: String) { place.append(.string(value)) }
    mutating func encode(_ value: some Encodable) throws {
        let leaf = try JSON(leaf: value) { what in .refused(path, what) }
        if let leaf { place.append(leaf) } else { try value.encode(to: element()) }
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        element().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { element() }
}
