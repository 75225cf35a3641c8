import Glibc

/// An IPv4 or IPv6 address as bytes in network order; IPv4 inside IPv6 (`::ffff:a.b.c.d`) is IPv4.
package struct IPAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    package init?(_ text: String) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: &v4) { Array($0) }
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        let all = withUnsafeBytes(of: &v6) { Array($0) }
        let isMapped =
            all.prefix(10).allSatisfy { $0 == 0 } && all.dropFirst(10).prefix(2).allSatisfy { $0 == 0xFF }
        bytes = isMapped ? Array(all.suffix(4)) : all
    }

    package var isLoopback: Bool {
        bytes.count == 4 ? bytes.first == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }
}

/// A range of addresses in CIDR form, such as `10.0.0.0/8` or `fd00::/8`; a bare address is itself.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    package let description: String
    private let base: [UInt8]
    private let bits: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let address = IPAddress(String(first)) else {
            return nil
        }
        description = text
        base = address.bytes
        guard parts.count == 2, let last = parts.last else {
            bits = base.count * 8
            return
        }
        guard let bits = Int(last), (0...base.count * 8).contains(bits) else { return nil }
        self.bits = bits
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.count else { return false }
        return zip(base, address.bytes).enumerated().allSatisfy { position, pair in
            let significant = min(8, max(0, bits - position * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> significant)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
