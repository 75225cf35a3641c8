/// Takes the values of OpenSSH's wire format (RFC 4251 §5) off the front of some bytes.
struct OpenSSHReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func take(_ count: Int) throws(JOSEError) -> ArraySlice<UInt8> {
        guard count >= 0, rest.count >= count else {
            throw JOSEError(.malformed, "the OpenSSH key is cut short")
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func count() throws(JOSEError) -> Int {
        try take(4).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func bytes() throws(JOSEError) -> ArraySlice<UInt8> {
        try take(try count())
    }

    mutating func text() throws(JOSEError) -> String {
        String(decoding: try bytes(), as: UTF8.self)
    }

    /// An `mpint` that is not negative, without its leading zero.
    mutating func unsigned() throws(JOSEError) -> [UInt8] {
        let bytes = try bytes()
        guard bytes.first.map({ $0 < 0x80 }) ?? true, bytes.first != 0 || bytes.dropFirst().first ?? 0 >= 0x80
        else { throw JOSEError(.malformed, "the OpenSSH key has a number not in its one form") }
        return Array(bytes.drop { $0 == 0 })
    }

    func end() throws(JOSEError) {
        guard rest.isEmpty else { throw JOSEError(.malformed, "the OpenSSH key has bytes too many") }
    }
}
