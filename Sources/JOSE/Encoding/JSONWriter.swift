extension JSON {
    /// The value as compact JSON (RFC 8259): no white space, members in order, only what must be escaped is,
    /// everything beyond ASCII as UTF-8. A number that is not finite becomes `null`.
    public func encoded() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        write(to: &text)
        return text
    }

    /// The value for people, indented by two spaces a level.
    ///
    /// What a terminal might obey or misorder (DEL, C1 controls, directional overrides) is escaped, too.
    public func prettyPrinted() -> String {
        var text = ""
        writePretty(to: &text, indentation: "\n")
        return text
    }

    private func write(to text: inout [UInt8]) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += String(value).utf8
        case .number(let value): text += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): JSON.write(value, to: &text)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                element.write(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                JSON.write(member.name, to: &text)
                text.append(UInt8(ascii: ":"))
                member.value.write(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                text += Unicode.Scalar(byte).escaped(asASCII: false).utf8
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

extension Unicode.Scalar {
    /// The scalar as it may stand in a JSON string and in front of a person's eyes: itself, or a JSON escape
    /// if it is a quotation mark, a backslash, a control character, a directional mark, or, on demand, not
    /// ASCII.
    func escaped(asASCII: Bool) -> String {
        switch value {
        case 0x22: return "\\\""
        case 0x5C: return "\\\\"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        case ..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: break
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
