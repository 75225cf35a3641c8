package import VidimusIdentity
package import VidimusJOSE

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Timestamp {
    /// RFC 3339 in UTC, whole seconds.
    package var rfc3339: String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}

extension Account {
    /// An account as the API and `--json` show it.
    package var json: JSON {
        [
            "id": .string(id.description), "email": .string(email.description),
            "name": name.map(JSON.string) ?? .null, "roles": .array(roles.strings.map(JSON.string)),
            "disabled": .bool(isDisabled), "created_at": .string(createdAt.rfc3339),
        ]
    }
}

extension Session {
    /// A session as the API and `--json` show it.
    package func json(current: ID<Session>?) -> JSON {
        [
            "id": .string(id.description), "current": .bool(id == current),
            "device": device.map(JSON.string) ?? .null,
            "first_address": firstAddress.map(JSON.string) ?? .null,
            "last_address": lastAddress.map(JSON.string) ?? .null,
            "created_at": .string(createdAt.rfc3339), "last_used_at": .string(usedAt.rfc3339),
            "expires_at": .string(expiresAt.rfc3339),
        ]
    }
}
