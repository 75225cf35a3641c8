import VidimusDatabase
package import VidimusJOSE

/// One record of the trail.
package struct AuditRecord: Sendable, Equatable {
    package let id: AuditID
    package let at: Timestamp
    package let event: String
    package let account: ID<Account>?
    package let session: ID<Session>?
    package let actor: String?
    package let address: String?
    package let detail: String?

    /// Decodes `id, at, event, account, session, actor, address, detail`.
    init(row: any Row) throws {
        id = ID(bytes: try row.bytes(0))
        at = try row.time(1)
        event = try row.text(2)
        account = try row.optionalBytes(3).map(ID.init(bytes:))
        session = try row.optionalBytes(4).map(ID.init(bytes:))
        actor = try row.optionalText(5)
        address = try row.optionalText(6)
        detail = try row.optionalText(7)
    }
}

/// The audit trail as administrators read it, and the refusals that are part of it.
package struct AuditTrail: Sendable {
    private let seams: Seams

    package init(_ seams: Seams) { self.seams = seams }

    /// Where a page ends, so that the next can follow.
    package struct Place: Sendable, Equatable {
        package let at: Timestamp
        package let id: AuditID

        package init(at: Timestamp, id: AuditID) {
            self.at = at
            self.id = id
        }
    }

    /// What to look for; nil matches everything.
    package struct Filter: Sendable {
        package var account: ID<Account>?
        package var event: String?

        package init(account: ID<Account>? = nil, event: String? = nil) {
            self.account = account
            self.event = event
        }
    }

    /// Records from the newest back, at most `limit`, before a place.
    package func list(before place: Place?, _ filter: Filter = Filter(), limit: Int) async throws
        -> [AuditRecord]
    {
        let at = place?.at.milliseconds ?? Int64.max
        let id = place?.id.bytes ?? []
        return try await seams.database.read { transaction in
            try transaction.rows(
                SQL(
                    """
                    SELECT id, at, event, account, session, actor, address, detail FROM audit
                    WHERE (at < $1 OR (at = $1 AND id < $2))
                        AND ($3 = '' OR event = $3) AND ($4 = 0 OR account = $5)
                    ORDER BY at DESC, id DESC LIMIT $6
                    """),
                [
                    at, id, filter.event ?? "", filter.account == nil ? 0 : 1, filter.account?.bytes ?? [],
                    limit,
                ],
                { try AuditRecord(row: $0) })
        }
    }

    /// Somebody signed in tried to administer without the right to.
    package func recordRefusedAdministration(by account: ID<Account>, what: String, origin: Origin)
        async throws
    {
        let now = seams.now()
        let entry = AuditID(random: seams.random)
        try await seams.database.write { transaction in
            try Audit.record(
                .administrationRefused, account: account, origin: origin, detail: what, id: entry, at: now,
                in: transaction)
        }
    }
}
