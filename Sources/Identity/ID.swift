package import VidimusDatabase

/// The public name of an account or a session: 16 random bytes, written like a UUID.
///
/// Random, so that an id tells neither how many there are nor which came first.
package struct ID<Entity>: Hashable, Sendable, CustomStringConvertible, Bindable {
    package let bytes: [UInt8]

    /// A new one, from the randomness given.
    package init(random: (Int) -> [UInt8]) {
        var bytes = random(16)
        if bytes.count == 16 {
            // RFC 9562 §5.4: version 4, variant 10.
            bytes[6] = bytes[6] & 0x0F | 0x40
            bytes[8] = bytes[8] & 0x3F | 0x80
        }
        self.bytes = bytes
    }

    /// As it stands in a row.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the written form, lower or upper case; nil for anything else.
    package init?(_ text: String) {
        var bytes: [UInt8] = []
        var high: UInt8?
        for (position, character) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(position) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Character(UnicodeScalar(character)).hexDigitValue.flatMap(UInt8.init(exactly:))
            else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard text.utf8.count == 36, bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package var value: Value { .bytes(bytes) }

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (position, byte) in bytes.enumerated() {
            if position == 4 || position == 6 || position == 8 || position == 10 {
                text.append(UInt8(ascii: "-"))
            }
            text.append(Self.digit(byte >> 4))
            text.append(Self.digit(byte & 0x0F))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The hexadecimal digit of a number below 16.
    private static func digit(_ number: UInt8) -> UInt8 {
        number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") - 10 + number
    }
}
