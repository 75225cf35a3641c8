/// base64url without padding (RFC 4648 §5, RFC 7515 §2), in its one canonical form.
public enum Base64URL {
    /// The text of `bytes`, without padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes[...])
    }

    /// The text of `bytes`, without padding.
    public static func encode(_ bytes: ArraySlice<UInt8>) -> String {
        String(unsafeUninitializedCapacity: encodedCount(bytes.count)) { target in
            bytes.withUnsafeBufferPointer { write($0, to: target) }
        }
    }

    /// Appends the text of `bytes` as ASCII to `text`.
    static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let encoded = [UInt8](unsafeUninitializedCapacity: encodedCount(bytes.count)) { target, count in
            count = bytes.withUnsafeBufferPointer { write($0, to: target) }
        }
        text += encoded
    }

    /// The bytes that `text` stands for, or nil if it is not canonical: a character outside the alphabet
    /// (padding, white space, `+`, `/`), a length that no bytes have, or unused bits that are not zero.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8(read)
    }

    /// The bytes that `ascii` stands for, or nil if it is not canonical; see ``decode(_:)-(String)``.
    public static func decode(_ ascii: ArraySlice<UInt8>) -> [UInt8]? {
        ascii.withUnsafeBufferPointer(read)
    }

    private static func encodedCount(_ count: Int) -> Int {
        count / 3 * 4 + (count % 3 == 0 ? 0 : count % 3 + 1)
    }

    // Both loops index by counts they derive from the buffers' own, and write at most the capacity asked for:
    // 4 characters for each 3 bytes begun, 3 bytes for each 4 characters begun, less what a short tail lacks.

    private static func write(
        _ source: UnsafeBufferPointer<UInt8>, to target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        alphabet.withUnsafeBufferPointer { alphabet in
            var (input, output) = (0, 0)
            while source.count - input >= 3 {
                let (a, b, c) = (source[input], source[input + 1], source[input + 2])
                target[output] = alphabet[Int(a >> 2)]
                target[output + 1] = alphabet[Int((a & 0x03) << 4 | b >> 4)]
                target[output + 2] = alphabet[Int((b & 0x0F) << 2 | c >> 6)]
                target[output + 3] = alphabet[Int(c & 0x3F)]
                input += 3
                output += 4
            }
            switch source.count - input {
            case 1:
                let a = source[input]
                target[output] = alphabet[Int(a >> 2)]
                target[output + 1] = alphabet[Int((a & 0x03) << 4)]
                return output + 2
            case 2:
                let (a, b) = (source[input], source[input + 1])
                target[output] = alphabet[Int(a >> 2)]
                target[output + 1] = alphabet[Int((a & 0x03) << 4 | b >> 4)]
                target[output + 2] = alphabet[Int((b & 0x0F) << 2)]
                return output + 3
            default:
                return output
            }
        }
    }

    private static func read(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let tail = source.count % 4
        guard tail != 1 else { return nil }
        // Every value read is or-ed into `seen`: a character outside the alphabet has a value of 0xFF, which
        // leaves its high bits there, so that one test after the loop refuses the whole text.
        var seen: UInt8 = 0
        let bytes = values.withUnsafeBufferPointer { values in
            [UInt8](unsafeUninitializedCapacity: source.count / 4 * 3 + max(tail - 1, 0)) { target, count in
                var (input, output) = (0, 0)
                while source.count - input >= 4 {
                    let (a, b) = (values[Int(source[input])], values[Int(source[input + 1])])
                    let (c, d) = (values[Int(source[input + 2])], values[Int(source[input + 3])])
                    seen |= a | b | c | d
                    target[output] = a << 2 | b >> 4
                    target[output + 1] = b << 4 | c >> 2
                    target[output + 2] = c << 6 | d
                    input += 4
                    output += 3
                }
                if tail >= 2 {
                    let (a, b) = (values[Int(source[input])], values[Int(source[input + 1])])
                    seen |= a | b
                    target[output] = a << 2 | b >> 4
                    output += 1
                    if tail == 3 {
                        let c = values[Int(source[input + 2])]
                        seen |= c
                        target[output] = b << 4 | c >> 2
                        output += 1
                        if c & 0x03 != 0 { seen = 0xFF }
                    } else if b & 0x0F != 0 {
                        seen = 0xFF
                    }
                }
                count = output
            }
        }
        return seen < 64 ? bytes : nil
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of each ASCII character, 0xFF where it has none; 256 long, so that any byte indexes it.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()
}
