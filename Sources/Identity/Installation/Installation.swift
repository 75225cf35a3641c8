package import VidimusDatabase
import VidimusJOSE

/// What is true of the installation as a whole: its epoch and the master keys it was sealed with.
package struct Installation: Sendable {
    /// Raised by a restore; part of every MAC and of every status list's address.
    package let epoch: Int64

    /// Why the installation cannot be opened.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    /// Whether anything was ever stored, which decides if a master key may be generated.
    package static func isEmpty(_ database: any Database) async throws -> Bool {
        try await database.read { transaction in
            try transaction.first(SQL("SELECT count(*) FROM installation"), [], { try $0.integer(0) }) == 0
        }
    }

    /// The versions of the master key that something may be sealed with.
    package static func masterKeyVersions(_ database: any Database) async throws -> [Int] {
        try await database.read { transaction in
            try transaction.rows(SQL("SELECT version FROM master_keys ORDER BY version"), []) {
                Int(try $0.integer(0))
            }
        }
    }

    package static let nothingStored = Refused(
        description: "nothing is stored yet; `vidimus serve` begins it")

    /// What whoever opens the installation may change about it.
    package enum Opening: Sendable {
        /// The server: brings the schema up to date, founds, and takes new versions of the master key.
        case serving
        /// A command beside it: founds what is new, and otherwise leaves it as the server knows it.
        case command
        /// Changes nothing.
        case inspection
    }

    /// Opens the installation and refuses a wrong master key by name.
    package static func open(
        _ seams: Seams, masterKeys: MasterKeys, opening: Opening = .serving
    ) async throws -> Installation {
        let now = seams.now()
        if opening == .inspection {
            return try await seams.database.read { transaction in
                guard let epoch = try epoch(in: transaction) else {
                    throw nothingStored
                }
                _ = try unregistered(masterKeys, in: transaction)
                return Installation(epoch: epoch)
            }
        }
        return try await seams.database.write { transaction in
            let isNew = try epoch(in: transaction) == nil
            try transaction.execute(
                SQL(
                    """
                    INSERT INTO installation (id, epoch, change_head, created_at) VALUES (1, 1, 0, $1)
                    ON CONFLICT (id) DO NOTHING
                    """), [now])
            for version in try unregistered(masterKeys, in: transaction) {
                guard opening == .serving || isNew else {
                    throw Refused(
                        description:
                            "master key version \(version) is new to this database; start the server "
                            + "with it first, so that it can open what is sealed with it")
                }
                try register(version, of: masterKeys, now: now, in: transaction)
            }
            return Installation(epoch: try epoch(in: transaction) ?? 1)
        }
    }

    private static func epoch(in transaction: any Transaction) throws -> Int64? {
        try transaction.first(SQL("SELECT epoch FROM installation WHERE id = 1"), [], { try $0.integer(0) })
    }

    /// The versions of the ring that the database does not know; throws if one that it knows is missing
    /// or another key.
    private static func unregistered(
        _ masterKeys: MasterKeys, in transaction: any Transaction
    ) throws -> [Int] {
        let known = try transaction.rows(SQL("SELECT version, check_value FROM master_keys"), []) {
            (version: Int(try $0.integer(0)), check: try $0.bytes(1))
        }
        for (version, check) in known {
            guard let given = masterKeys.checkValue(version: version) else {
                throw Refused(
                    description: "the database was sealed with master key version \(version), which was not "
                        + "given; add it to VIDIMUS_MASTER_KEY or the key file")
            }
            guard constantTimeEqual(given, check) else {
                throw Refused(
                    description: "master key version \(version) is not the one this database was sealed "
                        + "with; give the right one in VIDIMUS_MASTER_KEY or VIDIMUS_MASTER_KEY_FILE")
            }
        }
        let versions = known.map(\.version)
        return masterKeys.versions.filter { !versions.contains($0) }
    }

    private static func register(
        _ version: Int, of masterKeys: MasterKeys, now: Timestamp, in transaction: any Transaction
    ) throws {
        guard let check = masterKeys.checkValue(version: version) else { return }
        try transaction.execute(
            SQL("INSERT INTO master_keys (version, check_value, created_at) VALUES ($1, $2, $3)"),
            [version, check, now])
    }
}
