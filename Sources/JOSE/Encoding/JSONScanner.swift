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
/// Each rule is given the place where it begins and answers with the place behind it. What only reads is `JSONText`'s, which
/// is two words: to ask the scanner something that does not change it, the compiler copies the scanner first, 10 ns each
/// time. Recursion is bounded by the depth limit.
struct JSONScanner {
    typealias Node = JSONDocument.Node

    private let text: JSONText
    private let limits: JSON.Limits
    /// Where nodes are noted. Those that do not fit are only counted, and nothing is looked up among them.
    private let nodes: UnsafeMutableBufferPointer<Node>
    private var count = 0
    private var members = Members()

    private init(
        _ text: UnsafeBufferPointer<UInt8>, limits: JSON.Limits, nodes: UnsafeMutableBufferPointer<Node>
    ) {
        self.text = JSONText(text)
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
    /// - Parameter members: filled with the places of the text's own object's.
    /// - Returns: how many there are. If more than fit, names were not compared with each other.
    static func scan(
        _ text: UnsafeBufferPointer<UInt8>, limits: JSON.Limits, nodes: UnsafeMutableBufferPointer<Node>,
        members: inout Members
    ) throws(JOSEError) -> Int {
        try checkLength(text.count, limits)
        var scanner = JSONScanner(text, limits: limits, nodes: nodes)
        try scanner.document()
        members = scanner.members
        return scanner.count
    }

    private mutating func document() throws(JOSEError) {
        let end = text.pastSpace(try value(at: 0, depth: 0))
        guard end == text.count else { throw text.failure("something follows the value", at: end) }
    }

    /// A value, and the space before it.
    @inline(__always)
    private mutating func value(at place: Int, depth: Int) throws(JOSEError) -> Int {
        let start = text.pastSpace(place)
        switch text[start] {
        case UInt8(ascii: "\""): return try string(at: start).end
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(at: start)
        case UInt8(ascii: "{"): return try object(at: start, depth: deeper(depth, at: start))
        case UInt8(ascii: "["): return try array(at: start, depth: deeper(depth, at: start))
        case UInt8(ascii: "t"): return try literal("true", .yes, at: start)
        case UInt8(ascii: "f"): return try literal("false", .no, at: start)
        case UInt8(ascii: "n"): return try literal("null", .null, at: start)
        default: throw text.failure("expected a value", at: start)
        }
    }

    @inline(__always)
    private func deeper(_ depth: Int, at place: Int) throws(JOSEError) -> Int {
        let limit = min(limits.depth, 256)
        guard depth < limit else { throw text.failure("nested deeper than \(limit) levels", at: place) }
        return depth + 1
    }

    private mutating func object(at start: Int, depth: Int) throws(JOSEError) -> Int {
        let own = count
        note(.object, from: start, to: start)
        var place = start &+ 1
        if let end = text.past(UInt8(ascii: "}"), at: place) { return close(own, at: end) }
        var seen: UInt64 = 0
        var (names, isEscaped, repeats) = (0, false, false)
        while true {
            place = text.pastSpace(place)
            guard text[place] == UInt8(ascii: "\"") else {
                throw text.failure("expected a member name", at: place)
            }
            let (node, name) = (count, try string(at: place))
            let bit = noteName(from: place &+ 1, to: name.end &- 1, isEscaped: name.isEscaped, depth: depth)
            if bit == 0 { isEscaped = true }
            if seen & bit != 0, names < 16 {
                repeats = repeats || Self.hasName(node, from: own + 1, nodes, text)
            }
            seen |= bit
            names += 1
            guard let colon = text.past(UInt8(ascii: ":"), at: name.end) else {
                throw text.failure("expected ':'", at: text.pastSpace(name.end))
            }
            place = try value(at: colon, depth: depth)
            guard let comma = text.past(UInt8(ascii: ","), at: place) else { break }
            place = comma
        }
        guard let end = text.past(UInt8(ascii: "}"), at: place) else {
            throw text.failure("expected ',' or '}'", at: text.pastSpace(place))
        }
        // Many names and escaped ones are compared at the end, all at once.
        if names > 16 || isEscaped { repeats = repeatsName(own) }
        guard !repeats else { throw text.failure("the object ending here has a member name twice", at: end) }
        return close(own, at: end)
    }

    private mutating func array(at start: Int, depth: Int) throws(JOSEError) -> Int {
        let own = count
        note(.array, from: start, to: start)
        var place = start &+ 1
        if let end = text.past(UInt8(ascii: "]"), at: place) { return close(own, at: end) }
        while true {
            place = try value(at: place, depth: depth)
            guard let comma = text.past(UInt8(ascii: ","), at: place) else { break }
            place = comma
        }
        guard let end = text.past(UInt8(ascii: "]"), at: place) else {
            throw text.failure("expected ',' or ']'", at: text.pastSpace(place))
        }
        return close(own, at: end)
    }

    @inline(__always)
    private mutating func string(at start: Int) throws(JOSEError) -> (end: Int, isEscaped: Bool) {
        let stop = text.pastPlainWords(start &+ 1)
        // Most strings end here.
        guard text[stop] == UInt8(ascii: "\"") else { return try unusualString(at: start) }
        note(.asciiString, from: start &+ 1, to: stop)
        return (stop &+ 1, false)
    }

    /// A string with escapes, other than ASCII, or close to the end of the text.
    private mutating func unusualString(at start: Int) throws(JOSEError) -> (end: Int, isEscaped: Bool) {
        let (stop, isEscaped) = try text.endOfString(from: start &+ 1)
        note(isEscaped ? .escapedString : .string, from: start &+ 1, to: stop)
        return (stop &+ 1, isEscaped)
    }

    @inline(__always)
    private mutating func number(at start: Int) throws(JOSEError) -> Int {
        // Times have ten digits.
        var end = UInt64.areDigits(in: text.bytes, at: start) ? start &+ 8 : start
        while text[end].isDigit { end &+= 1 }
        let digits = end &- start
        // Up to eighteen digits always fit 64 bits.
        guard digits > 0, digits <= min(18, limits.digits), text[start] != UInt8(ascii: "0"),
            text[end] != UInt8(ascii: "."), text[end] | 0x20 != UInt8(ascii: "e")
        else { return try unusualNumber(at: start) }
        note(.integer, from: start, to: end)
        return end
    }

    /// Zero, or a number with a sign, a fraction or an exponent, or a long one.
    private mutating func unusualNumber(at start: Int) throws(JOSEError) -> Int {
        let first = text[start] == UInt8(ascii: "-") ? start + 1 : start
        let whole = try text.pastDigits(first)
        if text[first] == UInt8(ascii: "0"), whole - first > 1 {
            throw text.failure("a number starts with a superfluous zero", at: whole)
        }
        var end = whole
        if text[end] == UInt8(ascii: ".") { end = try text.pastDigits(end + 1) }
        if text[end] | 0x20 == UInt8(ascii: "e") {
            end += 1
            if text[end] == UInt8(ascii: "+") || text[end] == UInt8(ascii: "-") { end += 1 }
            end = try text.pastDigits(end)
        }
        guard end - start <= limits.digits else {
            throw text.failure("a number of more than \(limits.digits) characters", at: end)
        }
        let written = String(decoding: text[start..<end], as: UTF8.self)
        // Of more than eighteen digits, those that do not fit 64 bits are numbers of the other kind.
        if whole == end, whole - first <= 18 || Int64(written) != nil {
            note(.integer, from: start, to: end)
            return end
        }
        guard let number = Double(written), number.isFinite else {
            throw text.failure("a number too large to represent", at: end)
        }
        note(.number, from: start, to: end)
        return end
    }

    private mutating func literal(
        _ literal: StaticString, _ kind: Node.Kind, at start: Int
    ) throws(JOSEError) -> Int {
        let end = start + literal.utf8CodeUnitCount
        for index in 0..<literal.utf8CodeUnitCount where text[start + index] != literal.utf8Start[index] {
            throw text.failure("expected a value", at: start + index)
        }
        note(kind, from: start, to: end)
        return end
    }

    // Places fit 32 bits, since the text's length does; a text has no more nodes than bytes.

    @inline(__always)
    private mutating func note(_ kind: Node.Kind, from start: Int, to end: Int) {
        if count < nodes.count {
            nodes[count] = Node(
                kind: kind, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: count + 1))
        }
        count &+= 1
    }

    /// Completes the node of an array or object.
    @inline(__always)
    private func close(_ container: Int, at end: Int) -> Int {
        if container < nodes.count {
            nodes[container].end = UInt32(truncatingIfNeeded: end)
            nodes[container].next = UInt32(truncatingIfNeeded: count)
        }
        return end
    }
}

// MARK: - Names

extension JSONScanner {
    /// The members of the text's own object: the registered claims by their names, the others one after the other.
    struct Members: Sendable {
        /// Where the values of the registered claims are.
        var registered = RegisteredClaims()
        /// The nodes of the first and the last other member's name, or 0. Each but the last leads to the next one by `next`.
        var others: (first: UInt32, last: UInt32) = (0, 0)
    }

    /// Notes a name that was passed over, if it is one of the text's own object.
    /// - Parameter start: where it begins, within the quotation marks.
    /// - Returns: one bit of 64, the same for equal names; none for an escaped one.
    private mutating func noteName(from start: Int, to end: Int, isEscaped: Bool, depth: Int) -> UInt64 {
        let name = text[start..<end]
        guard !isEscaped else {
            if depth == 1 { JSONText(name).unescaped().withUnsafeBufferPointer { noteMember($0) } }
            return 0
        }
        if depth == 1 { noteMember(name) }
        guard end > start else { return 1 }
        return UInt64.nameBit(text[start], text[end &- 1], count: end &- start)
    }

    /// Notes the member of the text's own object whose name was passed over last.
    @inline(__always)
    private mutating func noteMember(_ name: UnsafeBufferPointer<UInt8>) {
        if name.count == 3, let claim = RegisteredClaims.Name(name[0], name[1], name[2]) {
            members.registered[claim] = count
            return
        }
        let node = count - 1
        guard node < nodes.count else { return }
        let number = UInt32(truncatingIfNeeded: node)
        if members.others.last == 0 {
            members.others.first = number
        } else {
            nodes[Int(members.others.last)].next = number
        }
        members.others.last = number
    }

    /// Whether a name stands among the names from the node `first` on, as written.
    private static func hasName(
        _ name: Int, from first: Int, _ nodes: UnsafeMutableBufferPointer<Node>, _ text: JSONText
    ) -> Bool {
        guard name < nodes.count else { return false }
        let (length, bytes) = (nodes[name].end - nodes[name].start, text[nodes[name].range])
        var place = first
        while place < name {
            let node = nodes[place]
            if node.end - node.start == length, text[node.range].span.bytes.isIdentical(to: bytes.span.bytes)
            {
                return true
            }
            place = Int(nodes[place + 1].next)
        }
        return false
    }

    /// Whether an object has a name twice, compared after unescaping; hashed, so that many members cost no more than
    /// linear time.
    private func repeatsName(_ object: Int) -> Bool {
        guard count <= nodes.count else { return false }
        var names = Set<[UInt8]>()
        var place = object + 1
        while place < count {
            let name = text[nodes[place].range]
            let meant = nodes[place].kind == .escapedString ? JSONText(name).unescaped() : Array(name)
            guard names.insert(meant).inserted else { return true }
            place = Int(nodes[place + 1].next)
        }
        return false
    }
}
