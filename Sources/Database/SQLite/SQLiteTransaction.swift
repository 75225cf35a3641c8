import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A transaction of the SQLite engine: statements prepared once a connection, arguments by position.
final class SQLiteTransaction: Transaction {
    private let connection: GRDB.Database
    private let writes: Bool
    private(set) var announced = false

    init(connection: GRDB.Database, writes: Bool = false) {
        self.connection = connection
        self.writes = writes
    }

    func rows<T>(_ sql: SQL, _ arguments: [any Bindable], _ decode: (any Row) throws -> T) throws -> [T] {
        let statement = try prepared(sql)
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: try bound(arguments, to: sql))
        var decoded: [T] = []
        while let row = try cursor.next() {
            decoded.append(try decode(SQLiteRow(row: row)))
        }
        return decoded
    }

    func execute(_ sql: SQL, _ arguments: [any Bindable]) throws -> Int {
        try prepared(sql).execute(arguments: try bound(arguments, to: sql))
        return connection.changesCount
    }

    func announceChange() { announced = true }

    /// A body that goes on after SQLite ended its transaction would commit each statement by itself.
    private func prepared(_ sql: SQL) throws -> Statement {
        guard !writes || connection.isInsideTransaction else {
            throw DatabaseError(.failed, "the transaction is over")
        }
        return try connection.cachedStatement(sql: sql.text)
    }

    private func bound(_ arguments: [any Bindable], to sql: SQL) throws -> StatementArguments {
        guard arguments.count == sql.argumentOrder.count else {
            throw DatabaseError(.failed, "a statement was given \(arguments.count) arguments")
        }
        // Optional existentials, because GRDB takes a list of one concrete type by way of a key path, which costs
        // a durable refresh 1.6 % of its CPU.
        return StatementArguments(
            sql.argumentOrder.map { position -> (any DatabaseValueConvertible)? in
                arguments.indices.contains(position) ? arguments[position].value.databaseValue : nil
            })
    }
}

private struct SQLiteRow: Row {
    let row: GRDB.Row

    func value(_ column: Int) throws -> Value {
        guard column >= 0, column < row.count else {
            throw DatabaseError(.unexpectedValue, "there is no column \(column)")
        }
        switch (row[column] as DatabaseValue).storage {
        case .null: return .null
        case .int64(let number): return .integer(number)
        case .string(let text): return .text(text)
        case .blob(let data): return .bytes([UInt8](data))
        case .double: throw DatabaseError(.unexpectedValue, "column \(column) is a fraction")
        }
    }
}

extension Value {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
    }
}
