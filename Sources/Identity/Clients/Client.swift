import Crypto
import VidimusDatabase
package import VidimusJOSE

/// A service that gets tokens of its own (RFC 6749 §2): a confidential client, known by a secret.
package struct Client: Sendable, Equatable {
    package let id: ID<Client>
    /// What people call it.
    package let name: String
    package let grants: Set<Grant>
    /// The scopes its tokens may have, sorted.
    package let scopes: [Scope]
    package let disabledAt: Timestamp?
    package let createdAt: Timestamp
    /// SHA-256 of the secret: 256 random bits need no slow hash.
    let secret: [UInt8]
    /// The status of all its tokens stands at one place, which is another one after they were revoked.
    let place: StatusEntries.Place

    package var isDisabled: Bool { disabledAt != nil }

    /// The ways to a token that there are.
    package enum Grant: String, Sendable, CaseIterable {
        /// RFC 6749 §4.4.
        case clientCredentials = "client_credentials"
    }

    /// Decodes `id, name, secret, grants, scopes, list, idx, disabled_at, created_at`.
    init(row: any Row) throws {
        id = ID(bytes: try row.bytes(0))
        name = try row.text(1)
        secret = try row.bytes(2)
        grants = Set(try row.text(3).split(separator: " ").compactMap { Grant(rawValue: String($0)) })
        scopes = try row.text(4).split(separator: " ").map { Scope(stored: String($0)) }
        place = StatusEntries.Place(list: try row.integer(5), index: Int(try row.integer(6)))
        disabledAt = try row.optionalTime(7)
        createdAt = try row.time(8)
    }
}

/// A scope-token: printable ASCII without space, `"` and `\` (RFC 6749 §3.3), at most 128 characters.
package struct Scope: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// May follow what verifiers must hear of: the event stream.
    package static let statusRead = Scope(stored: "status:read")
    /// May ask whether a token is good (RFC 7662).
    package static let introspect = Scope(stored: "introspect")
    /// May end what tokens stand for that are not its own (RFC 7009).
    package static let revoke = Scope(stored: "revoke")

    /// May ask for one-time tokens.
    package static let oneTimeIssue = Scope(stored: "one-time:issue")

    package init?(_ text: String) {
        guard (1...128).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else { return nil }
        description = text
    }

    init(stored: String) { description = stored }

    package static func < (left: Scope, right: Scope) -> Bool { left.description < right.description }
}

/// The secret of a client: `vcs1_` and 32 random bytes, base64url. Shown once, stored as a hash.
package struct ClientSecret: Sendable {
    package let text: String

    init(random: (Int) -> [UInt8]) { text = "vcs1_" + Base64URL.encode(random(32)) }

    init(presented text: String) { self.text = text }

    var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
