import Foundation
import ServerSystem

/// Requests as bytes, and what is read out of answers.
package enum Requests {
    package static func get(_ path: String, token: String? = nil) -> [UInt8] {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(authorization)\r\n".utf8)
    }

    package static func post(_ path: String, _ body: String, token: String? = nil) -> [UInt8] {
        send("POST", path, body, token: token)
    }

    /// A request with a JSON body.
    package static func send(_ method: String, _ path: String, _ body: String, token: String? = nil)
        -> [UInt8]
    {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return Array(
            ("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\n\(authorization)"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    /// The string that a member of a flat JSON answer holds; tokens need no unescaping.
    package static func member(_ name: String, of body: ArraySlice<UInt8>) -> String? {
        let mark = "\"\(name)\":"
        return body.withUnsafeBytes { bytes -> String? in
            guard let base = bytes.baseAddress,
                let found = mark.withCString({ memmem(base, bytes.count, $0, mark.utf8.count) })
            else { return nil }
            let start = found - UnsafeMutableRawPointer(mutating: base) + mark.utf8.count
            let rest = bytes[start...].drop { $0 == UInt8(ascii: " ") }.dropFirst()
            return String(decoding: rest.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        }
    }
}
