/// A JSON text that was scanned once, strictly, and where its values lie in it.
///
/// Values are taken out when they are asked for: a text that passed ``init(scanning:limits:)`` has no error left in
/// it, and what nobody asks for costs no memory of its own.
struct JSONDocument: Sendable {
    /// Where one value or member name lies. Nodes stand in the order of the text: those of an array's elements, and of
    /// an object's names and values in turn, follow its own.
    struct Node: Sendable {
        enum Kind: UInt8, Sendable {
            case null, yes, no, integer, number, string, escapedString, array, object
        }

        let kind: Kind
        /// Of the first byte; inside the quotation marks for strings.
        let start: UInt32
        /// After the last byte.
        var end: UInt32
        /// The index of the node after this one and all within it.
        var next: UInt32
    }

    let bytes: [UInt8]
    let nodes: [Node]

    /// Where the whole text's value is among the nodes.
    static let root = 0

    /// - Throws: `malformed`, saying at which byte and what.
    init(scanning bytes: [UInt8], limits: JSON.Limits = JSON.Limits()) throws(JOSEError) {
        self.bytes = bytes
        nodes = try bytes.withUnsafeBufferPointer { text throws(JOSEError) in
            var scanner = JSONScanner(text, limits: limits)
            return try scanner.document()
        }
    }
}

// Values. A node that is none of this document's, which nobody has, would be refused by the arrays' own bounds.
extension JSONDocument {
    func kind(_ node: Int) -> Node.Kind { nodes[node].kind }

    func isString(_ node: Int) -> Bool {
        let kind = nodes[node].kind
        return kind == .string || kind == .escapedString
    }

    /// The string at a node that is one.
    func string(_ node: Int) -> String {
        slice(node) { text in String(decoding: text, as: UTF8.self) }
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
            // Counted downwards, since the range of Int64 reaches one further there.
            var value: Int64 = 0
            for index in (isNegative ? 1 : 0)..<text.count {
                value = value &* 10 &- Int64(text[index] & 0x0F)
            }
            return isNegative ? value : 0 &- value
        }
    }

    /// The number at a node that is an integer or another number.
    func number(_ node: Int) -> Double? {
        switch nodes[node].kind {
        case .integer: Double(integer(node))
        case .number: slice(node) { Double(String(decoding: $0, as: UTF8.self)) }
        default: nil
        }
    }

    /// The value at a node, with all within it.
    func json(_ node: Int = root) -> JSON {
        switch nodes[node].kind {
        case .null: return .null
        case .yes: return .bool(true)
        case .no: return .bool(false)
        case .integer: return .integer(integer(node))
        case .number: return .number(number(node) ?? .nan)
        case .string, .escapedString: return .string(string(node))
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
        guard nodes[node].kind == .object else { return nil }
        let count = UInt32(clamping: name.utf8.count)
        let end = Int(nodes[node].next)
        return nodes.withUnsafeBufferPointer { nodes in
            // Each name is followed by its value, and that leads to the next name, before `end`.
            var place = node + 1
            while place < end {
                let own = nodes[place]
                // An escaped name is longer in the text than in itself.
                if own.end - own.start == count || own.kind == .escapedString,
                    string(place, isIdenticalTo: name)
                {
                    return place + 1
                }
                place = Int(nodes[place + 1].next)
            }
            return nil
        }
    }

    /// Calls with the nodes of each name and value of an object in turn.
    func forEachMember(of node: Int, _ body: (_ name: Int, _ value: Int) -> Void) {
        let end = Int(nodes[node].next)
        var place = node + 1
        while place < end {
            body(place, place + 1)
            place = Int(nodes[place + 1].next)
        }
    }

    /// Calls with the node of each element of an array in turn.
    func forEachElement(of node: Int, _ body: (Int) -> Void) {
        let end = Int(nodes[node].next)
        var place = node + 1
        while place < end {
            body(place)
            place = Int(nodes[place].next)
        }
    }

    /// The strings of an array of nothing else; nil for any other value.
    func strings(_ node: Int) -> [String]? {
        guard nodes[node].kind == .array else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(Int(nodes[node].next) - node - 1)
        var isStrings = true
        forEachElement(of: node) { element in
            if isString(element) { strings.append(string(element)) } else { isStrings = false }
        }
        return isStrings ? strings : nil
    }

    /// The string at a node, or those of an array of nothing else, as `aud` may be; nil for any other value.
    func oneOrMoreStrings(_ node: Int) -> [String]? {
        isString(node) ? [string(node)] : strings(node)
    }

    /// The bytes of a node as they stand, or of a string as they are meant.
    @inline(__always)
    private func slice<Result>(_ node: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let node = nodes[node]
        return bytes.withUnsafeBufferPointer { text in
            let text = UnsafeBufferPointer(rebasing: text[Int(node.start)..<Int(node.end)])
            guard node.kind == .escapedString else { return body(text) }
            return JSONScanner.unescape(text).withUnsafeBufferPointer(body)
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
