/// What went wrong in the database, in words an operator can act on.
public struct DatabaseError: Error, Sendable, CustomStringConvertible {
    /// Which kind of failure.
    public struct Code: Hashable, Sendable {
        let name: String

        /// The address in the configuration cannot be used.
        public static let unusableAddress = Code(name: "unusable_address")
        /// The file or server could not be opened.
        public static let cannotOpen = Code(name: "cannot_open")
        /// The schema was written by a newer vidimus.
        public static let newerSchema = Code(name: "newer_schema")
        /// The schema is older than this vidimus and was not migrated.
        public static let olderSchema = Code(name: "older_schema")
        /// The file holds somebody else's tables.
        public static let foreignSchema = Code(name: "foreign_schema")
        /// A migration failed; the old schema is intact.
        public static let migrationFailed = Code(name: "migration_failed")
        /// A unique value is taken already.
        public static let duplicate = Code(name: "duplicate")
        /// Somebody else held the write lock for too long.
        public static let busy = Code(name: "busy")
        /// The statement or the storage failed.
        public static let failed = Code(name: "failed")
        /// A row does not have the shape the code expects.
        public static let unexpectedValue = Code(name: "unexpected_value")
        /// The change is durable but this process could not read it back yet.
        public static let notApplied = Code(name: "not_applied")
        /// The database was closed.
        public static let closed = Code(name: "closed")
    }

    /// Which kind of failure.
    public let code: Code
    /// What happened and what to do, without values from rows.
    public let reason: String

    /// An error of a kind, with its sentence.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// `code: reason`.
    public var description: String { "\(code.name): \(reason)" }
}
