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
            let place = EncodedValue()
            try ValueEncoder(place: place, codingPath: []).write(value)
            self = place.json
        } catch let error as JOSEError {
            throw error
        } catch {
            throw JOSEError(.invalidClaim, "\(type(of: value)) cannot be written as JSON")
        }
    }
}

/// A value that is being written; containers stay open while others are written, so each has its own place.
private final class EncodedValue {
    enum Content {
        case json(JSON)
        case array([EncodedValue])
        case object([(name: String, value: EncodedValue)])
    }

    var content = Content.object([])

    var json: JSON {
        switch content {
        case .json(let json): json
        case .array(let elements): .array(elements.map(\.json))
        case .object(let members): .object(members.map { JSON.Member($0.name, $0.value.json) })
        }
    }

    func append(_ name: String) -> EncodedValue {
        let value = EncodedValue()
        guard case .object(var members) = content else {
            content = .object([(name, value)])
            return value
        }
        content = .json(.null)
        // Written twice means the later one, as with other encoders.
        members.removeAll { $0.name.isIdentical(to: name) }
        members.append((name, value))
        content = .object(members)
        return value
    }

    func append() -> EncodedValue {
        let value = EncodedValue()
        guard case .array(var elements) = content else {
            content = .array([value])
            return value
        }
        content = .json(.null)
        elements.append(value)
        content = .array(elements)
        return value
    }

    var count: Int {
        if case .array(let elements) = content { elements.count } else { 0 }
    }
}

/// Takes what one `encode(to:)` writes.
private struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    let place: EncodedValue
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = place.content {} else { place.content = .object([]) }
        return KeyedEncodingContainer(MemberEncoder(place: place, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = place.content {} else { place.content = .array([]) }
        return ElementEncoder(place: place, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { place.content = .json(.null) }
    func encode(_ value: Bool) { place.content = .json(.bool(value)) }
    func encode(_ value: String) { place.content = .json(.string(value)) }
    func encode(_ value: Double) throws {
        guard value.isFinite else { throw refused("is not a finite number") }
        place.content = .json(.number(value))
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
    func encode(_ value: some Encodable) throws { try write(value) }

    private func write(integer value: some FixedWidthInteger) throws {
        guard let value = Int64(exactly: value) else { throw refused("is an integer beyond 64 bits") }
        place.content = .json(.integer(value))
    }

    func write(_ value: some Encodable) throws {
        switch value {
        case let json as JSON: place.content = .json(json)
        case let time as Timestamp: place.content = .json(time.numericDate)
        case let date as Date:
            guard let milliseconds = Int64(exactly: (date.timeIntervalSince1970 * 1_000).rounded()) else {
                throw refused("is a date beyond all years")
            }
            place.content = .json(Timestamp(milliseconds: milliseconds).numericDate)
        case let data as Data: place.content = .json(.string(Base64URL.encode(Array(data))))
        default: try value.encode(to: self)
        }
    }

    private func refused(_ what: String) -> JOSEError {
        JOSEError(.invalidClaim, "\(codingPath.map(\.stringValue).joined(separator: ".").quoted) \(what)")
    }
}

/// Takes the members of an object.
private struct MemberEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: EncodedValue
    let codingPath: [any CodingKey]

    private func member(_ key: any CodingKey) -> ValueEncoder {
        ValueEncoder(place: place.append(key.stringValue), codingPath: codingPath + [key])
    }

    mutating func encodeNil(forKey key: Key) { member(key).encodeNil() }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws { try member(key).write(value) }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        member(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        member(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        ValueEncoder(place: place.append("super"), codingPath: codingPath)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

/// Takes the elements of an array.
private struct ElementEncoder: UnkeyedEncodingContainer {
    let place: EncodedValue
    let codingPath: [any CodingKey]

    var count: Int { place.count }

    private func element() -> ValueEncoder {
        let path = codingPath + [ElementKey(intValue: place.count)]
        return ValueEncoder(place: place.append(), codingPath: path)
    }

    mutating func encodeNil() { element().encodeNil() }
    mutating func encode(_ value: some Encodable) throws { try element().write(value) }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        element().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { element() }
}
