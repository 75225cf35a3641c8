import Foundation
import ServerSystem

/// Requests as bytes, and what is read out of answers.
enum Requests {
    static func get(_ path: String, token: String? = nil) -> [UInt8] {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(authorization)\r\n".utf8)
    }

    static func post(_ path: String, _ body: String, token: String? = nil) -> [UInt8] {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return Array(
            ("POST \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\n\(authorization)"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    /// The string that a member of a flat JSON answer holds; tokens need no unescaping.
    static func member(_ name: String, of body: ArraySlice<UInt8>) -> String? {
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

/// How two servers' ways of signing in and refreshing differ.
struct Dialect {
    var login = "/v1/login"
    var refresh = "/v1/refresh"
    var guarded = "/v1/me"
    /// Members of the sign-in's request and of the answers.
    var name = "email"
    var access = "access_token"
    var renewal = "refresh_token"
    /// The member of a refresh's body; nil where the token stands in `Authorization`.
    var presented: String? = "refresh_token"

    static let vidimus = Dialect()
    static let simpleJWT = Dialect(
        login: "/login", refresh: "/refresh", guarded: "/guarded", name: "username", access: "access",
        renewal: "refresh", presented: "refresh")
    static let flask = Dialect(
        login: "/login", refresh: "/refresh", guarded: "/guarded", presented: nil)

    func signIn(_ account: Int) -> [UInt8] {
        Requests.post(login, "{\"\(name)\":\"user\(account)@example.com\",\"password\":\"\(Seed.password)\"}")
    }

    func refreshing(_ token: String) -> [UInt8] {
        guard let presented else { return Requests.post(refresh, "{}", token: token) }
        return Requests.post(refresh, "{\"\(presented)\":\"\(token)\"}")
    }
}
