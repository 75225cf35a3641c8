/// The name of a role: a letter or digit, then up to 63 letters, digits and `. _ : -`.
package struct Role: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// May administer accounts and keys.
    package static let administrator = Role(stored: "admin")

    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed),
            let first = text.utf8.first, !"._:-".utf8.contains(first)
        else { return nil }
        description = text
    }

    init(stored: String) { description = stored }

    package static func < (left: Role, right: Role) -> Bool { left.description < right.description }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._:-".utf8.contains(byte)
    }
}

/// Roles as a row and a token carry them: sorted, each once.
package struct Roles: Equatable, Sendable {
    package let names: [Role]

    /// More than an access token has room for is refused where roles are set.
    package static let limit = 32

    package init(_ roles: some Sequence<Role>) { names = Set(roles).sorted() }

    init(stored: String) { self.init(stored.split(separator: " ").map { Role(stored: String($0)) }) }

    package func contains(_ role: Role) -> Bool { names.contains(role) }

    package var strings: [String] { names.map(\.description) }

    var stored: String { strings.joined(separator: " ") }
}
