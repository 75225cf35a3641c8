extension JSON {
    /// How much a text may ask of the parser.
    public struct Limits: Sendable {
        /// How many arrays and objects may lie within each other; never more than 256.
        public var depth: Int
        /// How many bytes a text may have; never more than 1 GiB.
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
        try JSONDocument(scanning: bytes, limits: limits).json()
    }

    /// Reads one JSON text (RFC 8259), strictly; offsets in errors count from the start of the slice.
    /// - Throws: `malformed`, saying at which byte and what.
    public static func parse(_ bytes: ArraySlice<UInt8>, limits: Limits = Limits()) throws(JOSEError) -> JSON
    {
        try parse(Array(bytes), limits: limits)
    }
}

extension JSON {
    /// Reads one JSON text (RFC 8259), as strictly as from bytes.
    /// - Throws: `malformed`, saying at which byte of the UTF-8 and what.
    public static func parse(_ text: String, limits: Limits = Limits()) throws(JOSEError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// One scan over the bytes of a JSON text: checks all of it and notes where its values lie.
///
/// Recursion is bounded by the depth limit.
struct JSONScanner {
    typealias Node = JSONDocument.Node

    /// Read through ``next``, or after a comparison with its count.
    private let text: UnsafeBufferPointer<UInt8>
    private let limits: JSON.Limits
    private var position = 0
    /// Where nodes are noted. Those that do not fit are only counted, and nothing is looked up among them.
    private let nodes: UnsafeMutableBufferPointer<Node>
    private var count = 0
    private var registered = RegisteredClaims()

    private init(
        _ text: UnsafeBufferPointer<UInt8>, limits: JSON.Limits,
        nodes: UnsafeMutableBufferPointer<Node> = UnsafeMutableBufferPointer(start: nil, count: 0)
    ) {
        self.text = text
        self.limits = limits
        self.nodes = nodes
    }

    /// - Throws: `malformed` for a text that is longer than `limits` allow.
    static func checkLength(_ count: Int, _ limits: JSON.Limits) throws(JOSEError) {
        // Places are kept in 32 bits.
        let limit = min(limits.bytes, 1 << 30)
        guard count <= limit else {
            throw JOSEError(.malformed, "JSON of \(count) bytes, at most \(limit) are allowed")
        }
    }

    /// Checks a text, and notes its nodes in `nodes`, straight into the memory they stay in: to append them to an array
    /// costs 3 ns each, a quarter of the scan.
    /// - Parameter registered: filled with the places of the registered claims.
    /// - Returns: how many there are. If more than fit, names were not compared with each other.
    static func scan(
        _ text: UnsafeBufferPointer<UInt8>, limits: JSON.Limits, nodes: UnsafeMutableBufferPointer<Node>,
        registered: inout RegisteredClaims
    ) throws(JOSEError) -> Int {
        try checkLength(text.count, limits)
        var scanner = JSONScanner(text, limits: limits, nodes: nodes)
        try scanner.document()
        registered = scanner.registered
        return scanner.count
    }

    private mutating func document() throws(JOSEError) {
        try value(depth: 0)
        skipSpace()
        guard position == text.count else { throw failure("something follows the value") }
    }

    private var isFull: Bool { count > nodes.count }

    /// The byte at the position, or 0 at the end: no JSON text has a 0 anywhere, so no rule can take the end
    /// for a byte it wants.
    private var next: UInt8 {
        position < text.count ? text[position] : 0
    }

    /// Passes over a value, and the space before it.
    private mutating func value(depth: Int) throws(JOSEError) {
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "{"): try object(depth: try deeper(depth))
        case UInt8(ascii: "["): try array(depth: try deeper(depth))
        case UInt8(ascii: "t"): try literal("true", .yes)
        case UInt8(ascii: "f"): try literal("false", .no)
        case UInt8(ascii: "n"): try literal("null", .null)
        default: throw failure("expected a value")
        }
    }

    private func deeper(_ depth: Int) throws(JOSEError) -> Int {
        let limit = min(limits.depth, 256)
        guard depth < limit else { throw failure("nested deeper than \(limit) levels") }
        return depth + 1
    }

    private mutating func object(depth: Int) throws(JOSEError) {
        let own = count
        note(.object, from: position, to: position)
        position += 1
        if take(UInt8(ascii: "}")) { return close(own) }
        var seen: UInt64 = 0
        var (members, isEscaped, repeats) = (0, false, false)
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("expected a member name") }
            let place = count
            let bit = try name(depth: depth)
            if bit == 0 { isEscaped = true }
            if seen & bit != 0, members < 16 { repeats = repeats || hasName(place, from: own + 1) }
            seen |= bit
            members += 1
            guard take(UInt8(ascii: ":")) else { throw failure("expected ':'") }
            try value(depth: depth)
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("expected ',' or '}'") }
        close(own)
        // Many names and escaped ones are compared at the end, all at once.
        if members > 16 || isEscaped { repeats = repeatsName(own) }
        guard !repeats else { throw failure("the object ending here has a member name twice") }
    }

    private mutating func array(depth: Int) throws(JOSEError) {
        let own = count
        note(.array, from: position, to: position)
        position += 1
        if take(UInt8(ascii: "]")) { return close(own) }
        repeat { try value(depth: depth) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("expected ',' or ']'") }
        close(own)
    }

    private mutating func number() throws(JOSEError) {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = position
        // Times have ten digits.
        if UInt64.areDigits(in: text, at: position) { position += 8 }
        while next.isDigit { position += 1 }
        guard position > first else { throw failure("expected a digit") }
        if text[first] == UInt8(ascii: "0"), position - first > 1 {
            throw failure("a number starts with a superfluous zero")
        }
        let whole = position
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next | 0x20 == UInt8(ascii: "e") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        guard position - start <= limits.digits else {
            throw failure("a number of more than \(limits.digits) characters")
        }
        // Eighteen digits always fit 64 bits; of more, those that do not are numbers of the other kind.
        let isShort = whole - first <= 18
        if whole == position, isShort || Int64(written(from: start)) != nil {
            return note(.integer, from: start, to: position)
        }
        guard let number = Double(written(from: start)), number.isFinite else {
            throw failure("a number too large to represent")
        }
        note(.number, from: start, to: position)
    }

    /// What was passed over since `start`.
    private func written(from start: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: text[start..<position]), as: UTF8.self)
    }

    private mutating func digits() throws(JOSEError) {
        guard next.isDigit else { throw failure("expected a digit") }
        while next.isDigit { position += 1 }
    }

    private mutating func literal(_ literal: StaticString, _ kind: Node.Kind) throws(JOSEError) {
        let start = position
        for index in 0..<literal.utf8CodeUnitCount {
            guard next == literal.utf8Start[index] else { throw failure("expected a value") }
            position += 1
        }
        note(kind, from: start, to: position)
    }

    private mutating func skipSpace() {
        // One comparison if there is none.
        guard next <= 0x20 else { return }
        while case let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    /// Passes over a punctuation mark and the space before it, if that is what comes.
    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        // Tokens have no space.
        if next != byte {
            skipSpace()
            guard next == byte else { return false }
        }
        position += 1
        return true
    }

    private func failure(_ what: String) -> JOSEError {
        let place = position < text.count ? "at byte \(position)" : "at the end"
        return JOSEError(.malformed, "bad JSON \(place): \(what)")
    }

    // Places fit 32 bits, since the text's length does; a text has no more nodes than bytes.

    private mutating func note(_ kind: Node.Kind, from start: Int, to end: Int) {
        if count < nodes.count {
            nodes[count] = Node(
                kind: kind, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: count + 1))
        }
        count &+= 1
    }

    private func close(_ container: Int) {
        guard container < nodes.count else { return }
        nodes[container].end = UInt32(truncatingIfNeeded: position)
        nodes[container].next = UInt32(truncatingIfNeeded: count)
    }
}

// MARK: - Names

extension JSONScanner {
    /// Passes over a member's name, and notes the value that follows it if it is a registered claim of the whole text.
    /// - Returns: one bit of 64, the same for equal names; none for an escaped one.
    private mutating func name(depth: Int) throws(JOSEError) -> UInt64 {
        let start = position + 1
        let isEscaped = try string()
        let length = position - 1 - start
        guard !isEscaped else {
            if depth == 1 { noteEscaped(UnsafeBufferPointer(rebasing: text[start..<(start + length)])) }
            return 0
        }
        guard length > 0 else { return 1 }
        if depth == 1, length == 3 {
            registered.note(text[start], text[start + 1], text[start + 2], value: count)
        }
        return UInt64.nameBit(text[start], text[start + length - 1], count: length)
    }

    private mutating func noteEscaped(_ inside: UnsafeBufferPointer<UInt8>) {
        let name = Self.unescape(inside)
        if name.count == 3 { registered.note(name[0], name[1], name[2], value: count) }
    }

    /// Whether a name stands among the names from the node `first` on, as written.
    private func hasName(_ name: Int, from first: Int) -> Bool {
        guard !isFull else { return false }
        let (length, bytes) = (nodes[name].end - nodes[name].start, slice(nodes[name]))
        var place = first
        while place < name {
            let node = nodes[place]
            if node.end - node.start == length, slice(node).span.bytes.isIdentical(to: bytes.span.bytes) {
                return true
            }
            place = Int(nodes[place + 1].next)
        }
        return false
    }

    /// Whether an object has a name twice, compared after unescaping; hashed, so that many members cost no more than
    /// linear time.
    private func repeatsName(_ object: Int) -> Bool {
        guard !isFull else { return false }
        var names = Set<[UInt8]>()
        var place = object + 1
        while place < count {
            guard names.insert(meant(nodes[place])).inserted else { return true }
            place = Int(nodes[place + 1].next)
        }
        return false
    }

    private func slice(_ node: Node) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[Int(node.start)..<Int(node.end)])
    }

    private func meant(_ node: Node) -> [UInt8] {
        node.kind == .escapedString ? Self.unescape(slice(node)) : Array(slice(node))
    }
}

// MARK: - Strings

extension JSONScanner {
    /// Passes over a string.
    /// - Returns: whether there is an escape in it.
    private mutating func string() throws(JOSEError) -> Bool {
        position += 1
        let start = position
        skipPlainWords()
        // Most strings end here.
        guard next == UInt8(ascii: "\"") else { return try unusualString(from: start) }
        note(.string, from: start, to: position)
        position += 1
        return false
    }

    /// The rest of a string with escapes, other than ASCII, or close to the end of the text.
    /// - Parameter start: of the whole.
    private mutating func unusualString(from start: Int) throws(JOSEError) -> Bool {
        var isEscaped = false
        while true {
            try skipPlain()
            switch next {
            case UInt8(ascii: "\""):
                note(isEscaped ? .escapedString : .string, from: start, to: position)
                position += 1
                return isEscaped
            case UInt8(ascii: "\\"):
                isEscaped = true
                position += 1
                _ = try escape()
            default:
                throw failure(
                    position < text.count ? "a control character in a string" : "a string without end")
            }
        }
    }

    /// The bytes that the inside of a string means. It passed ``string()``, so nothing in it is refused here.
    static func unescape(_ inside: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var scanner = JSONScanner(inside, limits: JSON.Limits())
        var bytes: [UInt8] = []
        bytes.reserveCapacity(inside.count)
        while scanner.position < inside.count {
            if scanner.next == UInt8(ascii: "\\") {
                scanner.position += 1
                guard let scalar = try? scanner.escape() else { break }
                bytes += String(scalar).utf8
            } else {
                bytes.append(scanner.next)
                scanner.position += 1
            }
        }
        return bytes
    }

    /// Passes over characters that stand for themselves, checking that they are UTF-8: what lies between two
    /// stops of this is valid and never repaired by `String(decoding:as:)`.
    private mutating func skipPlain() throws(JOSEError) {
        while true {
            skipPlainWords()
            let byte = next
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            if byte < 0x80 {
                position += 1
            } else {
                position += try multiByteLength(byte)
            }
        }
    }

    /// Passes over plain ASCII, eight bytes at a time: half the time of the whole scan. Where a word has no stop the next
    /// one is read without waiting for its count: a third of the time of adding counts up.
    @inline(__always)
    private mutating func skipPlainWords() {
        var place = position
        while text.count &- place >= 8 {
            let stops = UInt64.stops(of: text, at: place)
            guard stops == 0 else {
                place &+= stops.trailingZeroBitCount / 8
                break
            }
            place &+= 8
        }
        position = place
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
        guard text.count - position >= length, second.contains(text[position + 1]),
            text[(position + 2)..<(position + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw failure("a byte that is not UTF-8") }
        return length
    }

    private mutating func escape() throws(JOSEError) -> Unicode.Scalar {
        let byte = next
        position += position < text.count ? 1 : 0
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
        guard first < 0xDC00, next == UInt8(ascii: "\\") else { throw failure("a lone surrogate") }
        position += 1
        guard next == UInt8(ascii: "u") else { throw failure("a lone surrogate") }
        position += 1
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
