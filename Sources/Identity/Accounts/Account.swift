import VidimusDatabase
package import VidimusJOSE

/// A person or machine that can sign in.
package struct Account: Sendable, Equatable {
    package let id: ID<Account>
    package let email: EmailAddress
    package let name: String?
    package let roles: Roles
    /// Raised when everything that was in flight for the account must die: password change, disable,
    /// e-mail change, sign-out of all.
    package let epoch: Int64
    package let disabledAt: Timestamp?
    package let createdAt: Timestamp

    package var isDisabled: Bool { disabledAt != nil }

    /// Decodes `id, email, name, roles, epoch, disabled_at, created_at`, from a column on.
    init(row: any Row, from first: Int = 0) throws {
        id = ID(bytes: try row.bytes(first))
        email = EmailAddress(stored: try row.text(first + 1))
        name = try row.optionalText(first + 2)
        roles = Roles(stored: try row.text(first + 3))
        epoch = try row.integer(first + 4)
        disabledAt = try row.optionalTime(first + 5)
        createdAt = try row.time(first + 6)
    }
}
