import HTTPTypes
import Hummingbird

/// The fields of a form (`application/x-www-form-urlencoded`), each at most once.
struct FormFields {
    private var fields: [String: String] = [:]

    init(_ bytes: [UInt8]) throws {
        let malformed = Problem(.badRequest, "malformed_form", "The form is not readable or repeats a field.")
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap(Self.decoded), let value = Self.decoded(parts.last ?? []),
                parts.count == 2, fields.updateValue(value, forKey: name) == nil
            else { throw malformed }
        }
    }

    subscript(name: String) -> String { fields[name] ?? "" }

    var names: Dictionary<String, String>.Keys { fields.keys }

    func has(_ name: String) -> Bool { fields[name] != nil }

    /// Undoes the encoding of one name or value; nil if that is broken or not UTF-8.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                decoded.append(value)
                rest = rest.dropFirst(2)
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
