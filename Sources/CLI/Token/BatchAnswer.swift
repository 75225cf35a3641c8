import VidimusJOSE

/// The answer to one token of a batch: a line of JSON.
enum BatchAnswer {
    /// A payload as it is: JSON as it was written, so that no number in it is rounded.
    static func payload(_ json: [UInt8]) -> String {
        #"{"ok":true,"payload":"# + String(decoding: JSON.withoutSpace(json), as: UTF8.self) + "}"
    }

    /// A payload that is, or need not be, no JSON.
    static func base64url(_ payload: [UInt8]) -> String {
        String(
            decoding: (["ok": true, "payload": .string(Base64URL.encode(payload))] as JSON).encoded(),
            as: UTF8.self)
    }

    static func refusal(_ error: JOSEError) -> String {
        let answer: JSON = [
            "ok": false, "code": .string(error.code.rawValue), "reason": .string(error.reason),
        ]
        return String(decoding: answer.encoded(), as: UTF8.self)
    }
}

extension JSON {
    /// A JSON text, known to be one, without the white space between its values: one line, and otherwise as it was written.
    static func withoutSpace(_ text: [UInt8]) -> [UInt8] {
        var (isInside, isEscaped) = (false, false)
        return text.filter { byte in
            if isInside {
                isInside = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                return true
            }
            isInside = byte == UInt8(ascii: "\"")
            return byte > 0x20
        }
    }
}
