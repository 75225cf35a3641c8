/// The host of a request as a proxy tells it: in lower case, without port and without the dot at the end.
struct ForwardedHost: Equatable {
    let name: String

    /// Nil for what is not one host name or address.
    init?(_ text: String) {
        var name = text[...]
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return nil }
            let port = name[name.index(after: end)...]
            guard port.isEmpty || Self.isPort(port) else { return nil }
            name = name[...end]
        } else if let colon = name.firstIndex(of: ":") {
            guard Self.isPort(name[colon...]) else { return nil }
            name = name[..<colon]
        }
        if name.hasSuffix(".") { name = name.dropLast() }
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._[:]".utf8.contains(byte)
        }
        guard isPlain, !name.isEmpty else { return nil }
        self.name = name.lowercased()
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.hasPrefix(":") && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
