import VidimusDatabase
import VidimusJOSE

/// What is written down about who did what.
package enum AuditEvent: String, Sendable {
    case accountCreated = "account.created"
    case accountDisabled = "account.disabled"
    case accountEnabled = "account.enabled"
    case accountDeleted = "account.deleted"
    case rolesChanged = "account.roles_changed"
    case accountRenamed = "account.renamed"
    case emailChanged = "account.email_changed"
    case passwordChanged = "account.password_changed"
    case signedIn = "session.opened"
    case signedInAgain = "session.reauthenticated"
    case sessionEnded = "session.ended"
    case refreshRepeated = "session.refresh_repeated"
    case refreshStolen = "session.refresh_reused"
    case refreshFromTheFuture = "session.refresh_from_the_future"
    case clientCreated = "client.created"
    case clientDisabled = "client.disabled"
    case clientEnabled = "client.enabled"
    case clientDeleted = "client.deleted"
    case clientSecretReplaced = "client.secret_replaced"
    case oneTimeIssued = "one_time.issued"
    case oneTimeRedeemed = "one_time.redeemed"
    case clientTokensRevoked = "client.tokens_revoked"
    case keysChanged = "keys.changed"
    case keyExported = "keys.exported"
    case administrationRefused = "administration.refused"
    case restored = "installation.restored"
}

/// Where a deed came from: over HTTP with its peer, or from the command line.
package struct Origin: Sendable, Equatable {
    /// The account that acted, if it was not the one acted upon; or `cli`.
    package let actor: String?
    package let address: String?

    package init(actor: String? = nil, address: String? = nil) {
        self.actor = actor
        self.address = address
    }

    package static let commandLine = Origin(actor: "cli")
}

package typealias AuditID = ID<Audit>

/// The audit trail: one record, in the transaction of the deed itself.
package enum Audit {
    static func record(
        _ event: AuditEvent, account: ID<Account>? = nil, session: ID<Session>? = nil, origin: Origin,
        detail: String? = nil, id: AuditID, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            SQL(
                """
                INSERT INTO audit (id, at, event, account, session, actor, address, detail)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """),
            [id, now, event.rawValue, account, session, origin.actor, origin.address, detail])
    }

    static func purge(before time: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(SQL("DELETE FROM audit WHERE at < $1"), [time])
    }
}
