package import VidimusDatabase

/// An e-mail address in the one form under which an account is known.
///
/// The rule: ASCII, one `@`, at most 254 bytes with at most 64 before the `@`; no white space, no
/// quotes, no comments; letters are lowered, and nothing else is changed: dots and `+tags` stay, since
/// what they mean is the receiving host's affair. A domain in another script is written in its
/// `xn--` form.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible, Bindable {
    package let description: String

    package init?(_ text: String) {
        // Lowered first, some letters of other scripts would turn into ASCII (K, the sign for kelvin).
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let lowered = text.lowercased()
        let parts = lowered.split(separator: "@", omittingEmptySubsequences: false)
        guard lowered.utf8.count <= 254, parts.count == 2, let local = parts.first, let domain = parts.last,
            (1...64).contains(local.utf8.count), local.utf8.allSatisfy(Self.isLocal),
            !local.hasPrefix("."), !local.hasSuffix("."), !local.contains("..")
        else { return nil }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard
            labels.allSatisfy({ label in
                (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(Self.isLabel)
                    && !label.hasPrefix("-") && !label.hasSuffix("-")
            })
        else { return nil }
        description = lowered
    }

    /// From a row, where only checked addresses stand.
    init(stored: String) { description = stored }

    package var value: Value { .text(description) }

    private static func isLabel(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }

    /// RFC 5322 §3.2.3 `atext`, and the dot.
    private static func isLocal(_ byte: UInt8) -> Bool {
        isLabel(byte) || "!#$%&'*+/=?^_`{|}~.".utf8.contains(byte)
    }
}
