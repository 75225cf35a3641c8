/// One numbered step of the schema. Steps are only ever added, never edited once released.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    package let script: String
}

/// What stands in the `migrations` table.
struct AppliedMigration: Equatable {
    let number: Int
    let name: String
}

/// Which steps are still to be taken, or why none may be.
///
/// Pure, so that the refusals can be tested as a table.
func pendingMigrations(
    known: [Migration], applied: [AppliedMigration], hasForeignTables: Bool
) throws(DatabaseError) -> [Migration] {
    if applied.isEmpty, hasForeignTables {
        throw DatabaseError(
            .foreignSchema,
            "this database holds tables but no vidimus schema; give --database a path of its own")
    }
    guard let newest = applied.last else { return known }
    if let last = known.last, newest.number > last.number {
        throw DatabaseError(
            .newerSchema,
            "the database has schema \(newest.number) (\(newest.name)), this vidimus knows up to "
                + "\(last.number) (\(last.name)); start the newer vidimus, or restore a backup made before it"
        )
    }
    return known.filter { $0.number > newest.number }
}
