extension JSON {
    /// The value as compact JSON (RFC 8259): no white space, members in order, only what must be escaped is,
    /// everything beyond ASCII as UTF-8. A number that is not finite becomes `null`.
    public func encoded() -> [UInt8] {
        var text = TextBuffer(capacity: 512)
        write(to: &text)
        return text.withBytes { Array($0) }
    }

    /// The value for people, indented by two spaces a level.
    ///
    /// What a terminal might obey or misorder (DEL, C1 controls, directional overrides) is escaped, too.
    public func prettyPrinted() -> String {
        var text = ""
        writePretty(to: &text, indentation: "\n")
        return text
    }

    func write(to text: inout TextBuffer) {
        switch self {
        case .null: text.append("null" as StaticString)
        case .bool(let value): text.append(value ? "true" as StaticString : "false")
        case .integer(let value): text.append(value)
        case .number(let value): text.append(value.isFinite ? "\(value)" : "null")
        case .string(let value): JSON.write(value, to: &text)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for index in elements.indices {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                elements[index].write(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members): _ = JSON.write(members, to: &text)
        }
    }

    /// Writes an object.
    /// - Returns: whether no name is in it twice, compared by code points; not of the objects within.
    static func write(_ members: [Member], to text: inout TextBuffer) -> Bool {
        text.append(UInt8(ascii: "{"))
        var (seen, repeats) = (0 as UInt64, false)
        let isLarge = members.count > 16
        // By index: an iterator would count references of each member.
        for index in members.indices {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            let start = text.count
            JSON.write(members[index].name, to: &text)
            let bit = text.nameBit(from: start)
            if seen & bit != 0, !isLarge { repeats = repeats || members.repeatsName(at: index) }
            seen |= bit
            text.append(UInt8(ascii: ":"))
            members[index].value.write(to: &text)
        }
        text.append(UInt8(ascii: "}"))
        return isLarge ? members.areDistinct : !repeats
    }

    private static func write(_ string: String, to text: inout TextBuffer) {
        // Most strings need no escape and are copied whole.
        let isWritten = string.utf8.withContiguousStorageIfAvailable { text.appendQuoted($0) }
        guard isWritten != true else { return }
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            if byte.needsEscape {
                text.append(Unicode.Scalar(byte).escaped(asASCII: false))
            } else {
                text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private func writePretty(to text: inout String, indentation: String) {
        let inner = indentation + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text += "["
            for (index, element) in elements.enumerated() {
                text += (index > 0 ? "," : "") + inner
                element.writePretty(to: &text, indentation: inner)
            }
            text += indentation + "]"
        case .object(let members) where !members.isEmpty:
            text += "{"
            for (index, member) in members.enumerated() {
                text += (index > 0 ? "," : "") + inner + JSON.shown(member.name) + ": "
                member.value.writePretty(to: &text, indentation: inner)
            }
            text += indentation + "}"
        case .string(let value):
            text += JSON.shown(value)
        default:
            text += String(decoding: encoded(), as: UTF8.self)
        }
    }

    private static func shown(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            text += scalar.escaped(asASCII: false)
        }
        return text + "\""
    }
}

extension JSON: CustomStringConvertible {
    /// The value as compact JSON. What a terminal might obey or misorder is escaped, as in ``prettyPrinted()``: it may
    /// be a stranger's.
    public var description: String { Self.harmless(encoded()) }

    /// A JSON text on one line, as it may stand in a log or a terminal.
    static func harmless(_ text: [UInt8]) -> String {
        String(decoding: text, as: UTF8.self).unicodeScalars.map { scalar in
            switch scalar {
            // As JSON has them already.
            case "\"", "\\": String(scalar)
            // Between values only: within a string they are escaped.
            case "\n", "\r", "\t": " "
            default: scalar.escaped(asASCII: false)
            }
        }.joined()
    }
}

extension UInt8 {
    /// Whether a JSON string cannot hold it as it is (RFC 8259 §7).
    var needsEscape: Bool {
        self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
    }
}

extension Unicode.Scalar {
    /// The scalar as it may stand in a JSON string and in front of a person's eyes: itself, or a JSON escape
    /// if it is a quotation mark, a backslash, a control character, a directional or invisible mark, or, on demand, not
    /// ASCII.
    func escaped(asASCII: Bool) -> String {
        switch value {
        case 0x22: return "\\\""
        case 0x5C: return "\\\\"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        case ..<0x20, 0x7F...0x9F, 0xAD, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069,
            0xFEFF:
            break
        default:
            if isASCII || !asASCII { return String(self) }
        }
        return utf16.map(Self.utf16Escape).joined()
    }

    private static func utf16Escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
