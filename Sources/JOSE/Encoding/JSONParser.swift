extension JSON {
    /// How much a text may ask of the parser.
    public struct Limits: Sendable {
        /// How many arrays and objects may lie within each other; never more than 256.
        public var depth: Int
        /// How many bytes a text may have.
        public var bytes: Int
        /// How many characters a number may have.
        public var digits: Int

        /// Limits that fit a token: 16 levels, 64 KiB, 128 characters a number.
        public init(depth: Int = 16, bytes: Int = 65_536, digits: Int = 128) {
            self.depth = depth
            self.bytes = bytes
            self.digits = digits
        }
    }

    /// Reads one JSON text (RFC 8259), strictly.
    ///
    /// Refused: a name twice in an object at any depth (compared after unescaping), lone surrogates, control
    /// characters, invalid UTF-8, a byte order mark, leading zeros, numbers too large for a `Double`,
    /// anything after the value, anything beyond `limits`.
    /// - Throws: `malformed`, saying at which byte and what.
    public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JOSEError) -> JSON {
        var parser = JSONParser(bytes: bytes, limits: limits)
        return try parser.document()
    }

    /// Reads one JSON text (RFC 8259), strictly; offsets in errors count from the start of the slice.
    /// - Throws: `malformed`, saying at which byte and what.
    public static func parse(_ bytes: ArraySlice<UInt8>, limits: Limits = Limits()) throws(JOSEError) -> JSON
    {
        try parse(Array(bytes), limits: limits)
    }
}

/// One scan over the bytes of a JSON text. Recursion is bounded by the depth limit.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSON.Limits
    private var position = 0

    init(bytes: [UInt8], limits: JSON.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JOSEError) -> JSON {
        guard bytes.count <= limits.bytes else {
            throw JOSEError(.malformed, "JSON of \(bytes.count) bytes, at most \(limits.bytes) are allowed")
        }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("something follows the value") }
        return value
    }

    /// The byte at the position, or 0 at the end: no JSON text has a 0 anywhere, so no rule can take the end
    /// for a byte it wants.
    private var next: UInt8 {
        position < bytes.count ? bytes[position] : 0
    }

    private mutating func value(depth: Int) throws(JOSEError) -> JSON {
        switch next {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "{"): return try object(depth: try deeper(depth))
        case UInt8(ascii: "["): return try array(depth: try deeper(depth))
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw failure("expected a value")
        }
    }

    private func deeper(_ depth: Int) throws(JOSEError) -> Int {
        let limit = min(limits.depth, 256)
        guard depth < limit else { throw failure("nested deeper than \(limit) levels") }
        return depth + 1
    }

    private mutating func object(depth: Int) throws(JOSEError) -> JSON {
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        var members: [JSON.Member] = []
        while true {
            guard next == UInt8(ascii: "\"") else { throw failure("expected a member name") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected ':'") }
            skipSpace()
            members.append(JSON.Member(name, try value(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "}")) else { throw failure("expected ',' or '}'") }
            guard !members.repeats({ $0.name }) else {
                throw failure("the object ending here has a member name twice")
            }
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(JOSEError) -> JSON {
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        var elements: [JSON] = []
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "]")) else { throw failure("expected ',' or ']'") }
            return .array(elements)
        }
    }

    private mutating func number() throws(JOSEError) -> JSON {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        // Counted downwards, since the range of Int64 reaches one further there.
        var value: Int64 = 0
        var fits = true
        let first = position
        while case let digit = next, digit.isDigit {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = tens.subtractingReportingOverflow(Int64(digit & 0x0F))
            if overflow || overflow2 { fits = false } else { value = sum }
            position += 1
        }
        guard position > first else { throw failure("expected a digit") }
        if bytes[first] == UInt8(ascii: "0"), position - first > 1 {
            throw failure("a number starts with a superfluous zero")
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if next | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        guard position - start <= limits.digits else {
            throw failure("a number of more than \(limits.digits) characters")
        }
        if isInteger, fits {
            if isNegative { return .integer(value) }
            if value != .min { return .integer(-value) }
        }
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite
        else { throw failure("a number too large to represent") }
        return .number(number)
    }

    private mutating func digits() throws(JOSEError) {
        guard next.isDigit else { throw failure("expected a digit") }
        while next.isDigit { position += 1 }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JOSEError) -> JSON {
        for index in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[index]) else { throw failure("expected a value") }
        }
        return value
    }

    private mutating func skipSpace() {
        while case let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private func failure(_ what: String) -> JOSEError {
        let place = position < bytes.count ? "at byte \(position)" : "at the end"
        return JOSEError(.malformed, "bad JSON \(place): \(what)")
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(JOSEError) -> String {
        position += 1
        let start = position
        try skipPlain()
        if take(UInt8(ascii: "\"")) {
            return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
        }
        var text = Array(bytes[start..<position])
        while true {
            switch next {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                text += String(try escape()).utf8
            default:
                throw failure(
                    position < bytes.count ? "a control character in a string" : "a string without end")
            }
            let plain = position
            try skipPlain()
            text += bytes[plain..<position]
        }
    }

    /// Passes over characters that stand for themselves, checking that they are UTF-8: what lies between two
    /// stops of this is valid and never repaired by `String(decoding:as:)`.
    private mutating func skipPlain() throws(JOSEError) {
        while true {
            let byte = next
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            if byte < 0x80 {
                position += 1
            } else {
                position += try multiByteLength(byte)
            }
        }
    }

    /// The length of the well-formed sequence at the position (Unicode 16, table 3-7).
    private func multiByteLength(_ lead: UInt8) throws(JOSEError) -> Int {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw failure("a byte that is not UTF-8")
        }
        guard bytes.count - position >= length, second.contains(bytes[position + 1]),
            bytes[(position + 2)..<(position + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw failure("a byte that is not UTF-8") }
        return length
    }

    private mutating func escape() throws(JOSEError) -> Unicode.Scalar {
        let byte = next
        position += position < bytes.count ? 1 : 0
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw failure("an unknown escape")
        }
    }

    private mutating func escapedScalar() throws(JOSEError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw failure("a lone surrogate")
        }
        let second = try fourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("a lone surrogate") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JOSEError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = next
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte & 0x0F)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte & 0x0F) + 9
            default: throw failure("expected four hexadecimal digits")
            }
            position += 1
        }
        return value
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool {
        self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9")
    }
}
