import VidimusDatabase
package import VidimusJOSE
package import VidimusStatusList

/// The services that get tokens of their own.
package struct Clients: Sendable {
    private let seams: Seams

    package init(_ seams: Seams) { self.seams = seams }

    /// The scopes that only people have: a client with one of them would pass for an account.
    package static let reservedScopes: Set<String> = [AccessTokens.accountScope]

    /// Stores a new client. Its secret is in the answer, and nowhere else ever again.
    package func create(
        name: String, grants: Set<Client.Grant>, scopes: [Scope], origin: Origin
    ) async throws -> (client: Client, secret: ClientSecret) {
        let id = ID<Client>(random: seams.random)
        let secret = ClientSecret(random: seams.random)
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        let client = try await seams.database.write { transaction in
            let place = try StatusEntries.allocate(now: now, in: transaction)
            let client = try transaction.first(
                SQL(
                    """
                    INSERT INTO clients (id, name, secret, grants, scopes, list, idx, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    RETURNING id, name, secret, grants, scopes, list, idx, disabled_at, created_at
                    """),
                [
                    id, name, secret.hash, grants.map(\.rawValue).sorted().joined(separator: " "),
                    Set(scopes).sorted().map(\.description).joined(separator: " "), place.list, place.index,
                    now,
                ], { try Client(row: $0) })
            guard let client else { throw DatabaseError(.failed, "the client was not stored") }
            try Audit.record(
                .clientCreated, origin: origin, detail: client.audited, id: entry, at: now, in: transaction)
            return client
        }
        return (client, secret)
    }

    /// The client that a secret is of; nil for an unknown or disabled one, and for a wrong secret.
    package func authenticate(_ id: ID<Client>, secret: String) async throws -> Client? {
        let client = try await client(id)
        // Compared also when there is no such client, so that the time tells nothing.
        let isRight = constantTimeEqual(
            ClientSecret(presented: secret).hash, client?.secret ?? [UInt8](repeating: 0, count: 32))
        guard let client, isRight, !client.isDisabled else { return nil }
        return client
    }

    package func client(_ id: ID<Client>) async throws -> Client? {
        try await seams.database.read { try Self.find(id, in: $0) }
    }

    static func find(_ id: ID<Client>, in transaction: any Transaction) throws -> Client? {
        try transaction.first(
            SQL(
                """
                SELECT id, name, secret, grants, scopes, list, idx, disabled_at, created_at
                FROM clients WHERE id = $1
                """), [id], { try Client(row: $0) })
    }

    /// Where a page of clients ends, so that the next can follow.
    package struct Place: Sendable, Equatable {
        package let createdAt: Timestamp
        package let id: ID<Client>

        package init(createdAt: Timestamp, id: ID<Client>) {
            self.createdAt = createdAt
            self.id = id
        }
    }

    /// Clients from the oldest on, at most `limit`, after a place.
    package func list(after place: Place?, limit: Int) async throws -> [Client] {
        let createdAt = place?.createdAt.milliseconds ?? Int64.min
        let id = place?.id.bytes ?? []
        return try await seams.database.read { transaction in
            try transaction.rows(
                SQL(
                    """
                    SELECT id, name, secret, grants, scopes, list, idx, disabled_at, created_at FROM clients
                    WHERE created_at > $1 OR (created_at = $1 AND id > $2)
                    ORDER BY created_at, id LIMIT $3
                    """), [createdAt, id, limit], { try Client(row: $0) })
        }
    }
}

// What acts on tokens that are already out. Each is one transaction; nil where there is no such client.
extension Clients {
    /// Closes or opens a client. Closed, it gets no token, and those that are out are revoked.
    package func setDisabled(_ id: ID<Client>, to isDisabled: Bool, origin: Origin) async throws -> Client? {
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        return try await seams.database.write { transaction in
            guard let client = try Self.find(id, in: transaction) else { return nil }
            guard client.isDisabled != isDisabled else { return client }
            if isDisabled {
                try Self.revokeTokens(of: client, now: now, in: transaction)
                try OneTimeLinks.void(of: id, in: transaction)
                try transaction.execute(SQL("UPDATE clients SET disabled_at = $1 WHERE id = $2"), [now, id])
            } else {
                try transaction.execute(SQL("UPDATE clients SET disabled_at = NULL WHERE id = $1"), [id])
            }
            try Audit.record(
                isDisabled ? .clientDisabled : .clientEnabled, origin: origin, detail: client.audited,
                id: entry,
                at: now, in: transaction)
            return try Self.find(id, in: transaction)
        }
    }

    /// Gives a client another secret. The old one is good for nothing from then on, nor are the tokens got by it.
    package func replaceSecret(_ id: ID<Client>, origin: Origin) async throws -> (Client, ClientSecret)? {
        let secret = ClientSecret(random: seams.random)
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        let replaced = try await seams.database.write { transaction -> Client? in
            guard let client = try Self.find(id, in: transaction) else { return nil }
            try Self.revokeTokens(of: client, now: now, in: transaction)
            try OneTimeLinks.void(of: id, in: transaction)
            try transaction.execute(SQL("UPDATE clients SET secret = $1 WHERE id = $2"), [secret.hash, id])
            try Audit.record(
                .clientSecretReplaced, origin: origin, detail: client.audited, id: entry, at: now,
                in: transaction)
            return try Self.find(id, in: transaction)
        }
        return replaced.map { ($0, secret) }
    }

    /// Removes a client; its tokens are revoked and stay so. False if there is none.
    package func delete(_ id: ID<Client>, origin: Origin) async throws -> Bool {
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        return try await seams.database.write { transaction in
            guard let client = try Self.find(id, in: transaction) else { return false }
            try StatusEntries.raise(client.place, to: .revoked, now: now, in: transaction)
            try OneTimeLinks.void(of: id, in: transaction)
            try transaction.execute(SQL("DELETE FROM clients WHERE id = $1"), [id])
            try Audit.record(
                .clientDeleted, origin: origin, detail: client.audited, id: entry, at: now, in: transaction)
            return true
        }
    }

    /// Revokes the tokens of a client that are out, by one of them; false if those that are out are others by now.
    package func revokeTokens(
        of id: ID<Client>, knownBy status: StatusReference, in register: StatusRegister, origin: Origin
    ) async throws -> Bool {
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        return try await seams.database.write { transaction in
            guard let client = try Self.find(id, in: transaction), client.place.index == status.index,
                register.address(of: client.place.list) == status.list
            else { return false }
            try Self.revokeTokens(of: client, now: now, in: transaction)
            try Audit.record(
                .clientTokensRevoked, origin: origin, detail: client.audited, id: entry, at: now,
                in: transaction)
            return true
        }
    }

    /// Revokes what is out; later tokens stand at another place. One-time links live on: revoking a token is no word
    /// against what the client did with it.
    private static func revokeTokens(of client: Client, now: Timestamp, in transaction: any Transaction)
        throws
    {
        try StatusEntries.raise(client.place, to: .revoked, now: now, in: transaction)
        let place = try StatusEntries.allocate(now: now, in: transaction)
        try transaction.execute(
            SQL("UPDATE clients SET list = $1, idx = $2 WHERE id = $3"), [place.list, place.index, client.id])
    }
}

extension Client {
    fileprivate var audited: String { "\(id) \(name)" }
}
