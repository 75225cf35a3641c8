/// A JSON text that was scanned once, strictly, and where its values lie in it.
///
/// Values are taken out when they are asked for: a text that passed ``init(scanning:limits:)`` has no error left in
/// it, and what nobody asks for costs no memory of its own.
struct JSONDocument: @unchecked Sendable {
    /// Where one value or member name lies. Nodes stand in the order of the text: those of an array's elements, and of
    /// an object's names and values in turn, follow its own.
    struct Node: Sendable {
        enum Kind: UInt8, Sendable {
            case null, yes, no, integer, number
            /// Of ASCII without escapes, as most are; without escapes; with them.
            case asciiString, string, escapedString
            case array, object
        }

        let kind: Kind
        /// Of the first byte; inside the quotation marks for strings.
        let start: UInt32
        /// After the last byte.
        var end: UInt32
        /// The index of the node after this one and all within it; of a name in the text's own object, see
        /// ``JSONScanner/Members``.
        var next: UInt32

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    // Unchecked, since the compiler cannot see that nobody writes it once it was scanned.
    private let memory: JSONMemory

    /// Where the whole text's value is among the nodes.
    static let root = 0

    /// - Throws: `malformed`, saying at which byte and what.
    init(scanning bytes: [UInt8], limits: JSON.Limits = JSON.Limits()) throws(JOSEError) {
        try JSONScanner.checkLength(bytes.count, limits)
        let memory = bytes.withUnsafeBufferPointer { JSONMemory.copying($0) }
        guard let memory else { throw JOSEError(.malformed, "JSON of \(bytes.count) bytes") }
        try self.init(scanning: memory, limits: limits)
    }

    /// - Parameter memory: a text that nobody else has.
    /// - Throws: `malformed`, saying at which byte and what.
    init(scanning memory: consuming JSONMemory, limits: JSON.Limits = JSON.Limits()) throws(JOSEError) {
        let count = try memory.scan(limits: limits)
        guard count > memory.room else {
            self.memory = consume memory
            return
        }
        // More nodes than claims have: scanned again, now that their number is known. Until then names were not compared.
        guard let larger = memory.withContents({ text, _ in JSONMemory.copying(text, room: count) }),
            try larger.scan(limits: limits) <= larger.room
        else { throw JOSEError(.malformed, "JSON of \(count) values") }
        self.memory = larger
    }

    /// The text, copied.
    var bytes: [UInt8] {
        memory.withContents { text, _ in Array(text) }
    }

    /// Where the registered claims are, if the text is a payload.
    var registered: RegisteredClaims { memory.registered }

    /// About the bytes that it takes in memory.
    var memoryBytes: Int { memory.size }
}

// Values. A node that is none of this document's, which nobody has, is refused.
extension JSONDocument {
    private subscript(node: Int) -> Node {
        memory.withContents { _, nodes in
            precondition(nodes.indices.contains(node))
            return nodes[node]
        }
    }

    func kind(_ node: Int) -> Node.Kind { self[node].kind }

    func isString(_ node: Int) -> Bool {
        let kind = self[node].kind
        return kind == .asciiString || kind == .string || kind == .escapedString
    }

    /// The string at a node that is one.
    func string(_ node: Int) -> String {
        memory.withContents { text, nodes in
            precondition(nodes.indices.contains(node))
            let inside = UnsafeBufferPointer(rebasing: text[nodes[node].range])
            return switch nodes[node].kind {
            // The scan saw that it is ASCII: to look again is a fifth of the time.
            case .asciiString: String(copying: UTF8Span(unchecked: inside.span, isKnownASCII: true))
            case .escapedString: String(decoding: JSONText(inside).unescaped(), as: UTF8.self)
            default: String(decoding: inside, as: UTF8.self)
            }
        }
    }

    /// The string at a node; nil if it is none.
    func stringIfAny(_ node: Int) -> String? {
        isString(node) ? string(node) : nil
    }

    /// Whether the string at a node that is one holds exactly these bytes.
    func string(_ node: Int, isIdenticalTo other: String) -> Bool {
        slice(node) { text in
            let other = other.utf8.span
            return other.count == text.count && other.bytes.isIdentical(to: text.span.bytes)
        }
    }

    /// The integer at a node that is one: the scanner saw that it fits.
    func integer(_ node: Int) -> Int64 {
        slice(node) { text in
            let isNegative = text.first == UInt8(ascii: "-")
            var (value, place) = (0 as Int64, isNegative ? 1 : 0)
            // Counted downwards, since the range of Int64 reaches one further there.
            while text.count &- place >= 8 {
                value = value &* 100_000_000 &- Int64(UInt64.eightDigits(of: text, at: place))
                place &+= 8
            }
            while place < text.count {
                value = value &* 10 &- Int64(text[place] & 0x0F)
                place &+= 1
            }
            return isNegative ? value : 0 &- value
        }
    }

    /// The NumericDate at a node if it is an integer of ten digits, as from 2001 to 2286: half the time of any integer.
    func usualTime(_ node: Int) -> Timestamp? {
        memory.withContents { text, nodes in
            precondition(nodes.indices.contains(node))
            let node = nodes[node]
            guard node.kind == .integer, node.end &- node.start == 10 else { return nil }
            // Ten bytes that the scanner saw.
            let start = Int(node.start)
            guard text[start] != UInt8(ascii: "-") else { return nil }
            let last = Int64(text[start &+ 8] & 0x0F) &* 10 &+ Int64(text[start &+ 9] & 0x0F)
            let seconds = Int64(UInt64.eightDigits(of: text, at: start)) &* 100 &+ last
            return Timestamp(milliseconds: seconds &* 1_000)
        }
    }

    /// The number at a node that is an integer or another number.
    func number(_ node: Int) -> Double? {
        switch self[node].kind {
        case .integer: Double(integer(node))
        case .number: slice(node) { Double(String(decoding: $0, as: UTF8.self)) }
        default: nil
        }
    }

    /// The value at a node, with all within it.
    func json(_ node: Int = root) -> JSON {
        switch self[node].kind {
        case .null: return .null
        case .yes: return .bool(true)
        case .no: return .bool(false)
        case .integer: return .integer(integer(node))
        case .number: return .number(number(node) ?? .nan)
        case .asciiString, .string, .escapedString: return .string(string(node))
        case .array:
            var elements: [JSON] = []
            forEachElement(of: node) { elements.append(json($0)) }
            return .array(elements)
        case .object:
            var members: [JSON.Member] = []
            forEachMember(of: node) { members.append(JSON.Member(string($0), json($1))) }
            return .object(members)
        }
    }

    /// The node of a member's value, its name compared by code points; nil if absent or if `node` is no object.
    func member(_ name: String, of node: Int = root) -> Int? {
        guard kind(node) == .object else { return nil }
        let wanted = name.utf8.span
        guard node == Self.root else { return member(wanted, of: node) }
        // The registered claims were noted, and are not among the others: a third of the time of a walk over all.
        if wanted.count == 3, let claim = RegisteredClaims.Name(wanted[0], wanted[1], wanted[2]) {
            return memory.registered[claim]
        }
        let (first, last) = memory.otherMembers
        var place = Int(first)
        while place != 0 {
            if isName(place, wanted) { return place + 1 }
            place = place == Int(last) ? 0 : Int(self[place].next)
        }
        return nil
    }

    private func member(_ name: Span<UInt8>, of node: Int) -> Int? {
        let end = Int(self[node].next)
        // Each name is followed by its value, and that leads to the next name, before `end`.
        var place = node + 1
        while place < end {
            if isName(place, name) { return place + 1 }
            place = Int(self[place + 1].next)
        }
        return nil
    }

    /// Whether the string at a node holds exactly these bytes.
    @inline(__always)
    private func isName(_ node: Int, _ name: Span<UInt8>) -> Bool {
        memory.withContents { text, nodes in
            let own = nodes[node]
            guard own.kind != .escapedString else {
                return slice(node) { $0.count == name.count && name.bytes.isIdentical(to: $0.span.bytes) }
            }
            guard own.range.count == name.count else { return false }
            // Within the text, where the scanner saw the name.
            return UnsafeBufferPointer(rebasing: text[own.range]).span.bytes.isIdentical(to: name.bytes)
        }
    }

    /// Calls with the nodes of each name and value of an object in turn.
    func forEachMember(of node: Int, _ body: (_ name: Int, _ value: Int) -> Void) {
        let end = Int(self[node].next)
        var place = node + 1
        while place < end {
            body(place, place + 1)
            place = Int(self[place + 1].next)
        }
    }

    /// Calls with the node of each element of an array in turn.
    func forEachElement(of node: Int, _ body: (Int) -> Void) {
        let end = Int(self[node].next)
        var place = node + 1
        while place < end {
            body(place)
            place = Int(self[place].next)
        }
    }

    /// The strings of an array of nothing else; nil for any other value.
    func strings(_ node: Int) -> [String]? {
        guard self[node].kind == .array else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(Int(self[node].next) - node - 1)
        var isStrings = true
        forEachElement(of: node) { element in
            if let string = stringIfAny(element) { strings.append(string) } else { isStrings = false }
        }
        return isStrings ? strings : nil
    }

    /// The bytes of a node as they stand, or of a string as they are meant.
    @inline(__always)
    private func slice<Result>(_ node: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        memory.withContents { text, nodes in
            precondition(nodes.indices.contains(node))
            let inside = UnsafeBufferPointer(rebasing: text[nodes[node].range])
            guard nodes[node].kind == .escapedString else { return body(inside) }
            return JSONText(inside).unescaped().withUnsafeBufferPointer(body)
        }
    }
}

extension RawSpan {
    /// Whether both hold the same bytes.
    func isIdentical(to other: RawSpan) -> Bool {
        let count = byteCount
        guard count == other.byteCount else { return false }
        var offset = 0
        // Within bounds: `offset + 8`, then `offset`, is less than `count`, which both have; the spans check, too.
        while offset &+ 8 <= count {
            let left = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard left == other.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) else {
                return false
            }
            offset &+= 8
        }
        while offset < count {
            let left = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            guard left == other.unsafeLoad(fromByteOffset: offset, as: UInt8.self) else { return false }
            offset &+= 1
        }
        return true
    }
}
