/// A JSON value as RFC 8259 has it, its members in the order they were written.
///
/// Two values are equal if they have the same shape and the same code points; objects compare in order.
public enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object. Parsed ones have no name twice.
    case object([Member])

    /// One name and its value in an object.
    public struct Member: Sendable, Equatable {
        /// The name, after unescaping.
        public let name: String
        /// The value.
        public let value: JSON

        /// A member of a name and a value.
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }

        /// Whether both have the same name, code point by code point, and the same value.
        public static func == (left: Member, right: Member) -> Bool {
            left.name.isIdentical(to: right.name) && left.value == right.value
        }
    }

    /// The value of the member `name`, compared by code points; nil if absent or if this is not an object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.isIdentical(to: name) }?.value
    }

    /// The string, if this is one.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, if this is one; nil for `1.0` and for what does not fit 64 bits.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The number, if this is one; integers too, rounded to the nearest `Double`.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members in order, if this is an object.
    public var object: [Member]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

extension JSON: Equatable {
    /// Whether both have the same shape and the same code points.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.isIdentical(to: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    /// An integer.
    public init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    /// A truth value.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// An array.
    public init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    /// An object, its members in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension [JSON.Member] {
    /// Whether no name is there twice, compared by code points.
    var areDistinct: Bool {
        guard count <= 16 else { return !repeats { $0.name } }
        var seen: UInt64 = 0
        for index in indices {
            let name = self[index].name.utf8.span
            let bit = name.isEmpty ? 1 : UInt64.nameBit(name[0], name[name.count - 1], count: name.count)
            if seen & bit != 0, repeatsName(at: index) { return false }
            seen |= bit
        }
        return true
    }

    /// Whether the name at `index` stands before it, too.
    func repeatsName(at index: Int) -> Bool {
        let name = self[index].name
        return self[..<index].contains { $0.name.isIdentical(to: name) }
    }
}

extension UInt64 {
    /// One bit of 64 for a name, by what is quickly had of it: two equal names have the same, and only equal bits ask for
    /// a closer look. By these factors no two of the registered claims, `scope`, `roles` and `sid` have the same.
    @inline(__always)
    static func nameBit(_ first: UInt8, _ last: UInt8, count: Int) -> UInt64 {
        1 << ((UInt64(first) &- UInt64(last) &* 7 &- UInt64(truncatingIfNeeded: count) &* 2) & 63)
    }
}

extension Array {
    /// Whether two elements have the same name, compared by code points.
    func repeats(_ name: (Element) -> String) -> Bool {
        if count <= 16 {
            for (index, element) in enumerated() {
                for earlier in self[..<index] where name(earlier).isIdentical(to: name(element)) {
                    return true
                }
            }
            return false
        }
        // Hashed from here on, so that many members cost no more than linear time; the bytes are the key,
        // because a `String` hashes and compares by canonical equivalence.
        var names = Set<[UInt8]>(minimumCapacity: count)
        return contains { !names.insert([UInt8](name($0).utf8)).inserted }
    }
}
