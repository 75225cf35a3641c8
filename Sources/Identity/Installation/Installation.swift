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

    /// Opens the installation, founding it on an empty database, and refuses a wrong master key by name.
    package static func open(_ seams: Seams, masterKeys: MasterKeys) async throws -> Installation {
        let now = seams.now()
        return try await seams.database.write { transaction in
            try transaction.execute(
                SQL(
                    """
                    INSERT INTO installation (id, epoch, change_head, created_at) VALUES (1, 1, 0, $1)
                    ON CONFLICT (id) DO NOTHING
                    """), [now])
            let epoch = try transaction.first(
                SQL("SELECT epoch FROM installation WHERE id = 1"), [], { try $0.integer(0) })
            try check(masterKeys, in: transaction, now: now)
            return Installation(epoch: epoch ?? 1)
        }
    }

    private static func check(
        _ masterKeys: MasterKeys, in transaction: any Transaction, now: Timestamp
    ) throws {
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
        for version in masterKeys.versions where !versions.contains(version) {
            guard let check = masterKeys.checkValue(version: version) else { continue }
            try transaction.execute(
                SQL("INSERT INTO master_keys (version, check_value, created_at) VALUES ($1, $2, $3)"),
                [version, check, now])
        }
    }
}
