/// The eight numbers of an RSA private key, big-endian without leading zeros: n, e, d, p, q, dp, dq, qi.
///
/// swift-crypto gives a private key only as DER, so this reads an `RSAPrivateKey` (RFC 8017 A.1.2).
struct RSAPrivateNumbers {
    /// The JWK names (RFC 7518 §6.3) in the order of ``values``.
    static let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"]

    let values: [[UInt8]]

    /// Nil unless `der` is one SEQUENCE of version 0 and exactly eight non-negative INTEGERs.
    init?(pkcs1 der: some Sequence<UInt8>) {
        var outer = Array(der)[...]
        guard var sequence = Self.content(ofTag: 0x30, from: &outer), outer.isEmpty,
            let version = Self.content(ofTag: 0x02, from: &sequence), Array(version) == [0]
        else { return nil }
        var values: [[UInt8]] = []
        while let number = Self.content(ofTag: 0x02, from: &sequence), let first = number.first, first < 0x80
        {
            values.append(Array(number.drop { $0 == 0 }))
        }
        guard sequence.isEmpty, values.count == Self.names.count else { return nil }
        self.values = values
    }

    /// Takes one element of `tag` off the front and returns its content; nil if there is none, or cut short.
    private static func content(ofTag tag: UInt8, from der: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard der.popFirst() == tag, let first = der.popFirst() else { return nil }
        var count = Int(first)
        if first >= 0x80 {
            // Three length bytes hold 16 MiB: nothing here overflows.
            let lengthBytes = Int(first & 0x7F)
            guard (1...3).contains(lengthBytes), der.count >= lengthBytes else { return nil }
            count = der.prefix(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
            der = der.dropFirst(lengthBytes)
        }
        guard der.count >= count else { return nil }
        defer { der = der.dropFirst(count) }
        return der.prefix(count)
    }
}
