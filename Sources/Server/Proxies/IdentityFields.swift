import HTTPTypes
import VidimusGuard

/// Who is asking, in header fields for the service behind a proxy.
///
/// Every field is there, empty where there is nothing to say, so that a proxy that copies them writes over whatever the
/// client sent under these names.
struct IdentityFields {
    static let names = ["X-Auth-Subject", "X-Auth-Session", "X-Auth-Client", "X-Auth-Roles", "X-Auth-Scope"]

    let fields: HTTPFields

    init(_ principal: Principal) {
        let values = [
            Self.written(principal.subject), Self.written(principal.sessionID ?? ""),
            Self.written(principal.clientID ?? ""),
            principal.roles.map { Self.written($0, escaping: ",") }.joined(separator: ","),
            principal.scopes.map { Self.written($0) }.joined(separator: " "),
        ]
        var fields = HTTPFields()
        for (name, value) in zip(Self.names, values) {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        self.fields = fields
    }

    /// Visible ASCII as it is; the rest, `%` and a separator as `%XX` for each byte of UTF-8: two values never look alike,
    /// and none can end the field.
    static func written(_ text: String, escaping separator: Character? = nil) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%"), byte != separator?.asciiValue {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
