import Foundation
import GRDB
import Spawning
import Testing

@testable import VidimusDatabase

@Suite("The statements before PostgreSQL")
struct StatementTests {
    @Test("Every statement in Sources is found: each one is a literal")
    func literals() throws {
        let statements = try SourceStatement.all()
        #expect(statements.count > 40)
        #expect(Set(statements.map(\.place)).count == statements.count)
        for statement in statements {
            #expect(!statement.text.contains("\\"), "\(statement.place) has an escape or an interpolation")
            #expect(!statement.text.contains("?"), "\(statement.place) has a parameter without a number")
        }
    }

    @Test("A statement's parameters are numbered from 1 without a gap")
    func numbering() throws {
        for statement in try SourceStatement.all() {
            let numbers = Set(statement.text.matches(of: /\$([0-9]+)/).compactMap { Int($0.1) })
            #expect(
                numbers.sorted() == Array(1..<numbers.count + 1),
                "\(statement.place) has the parameters \(numbers.sorted())")
        }
    }

    @Test("PostgreSQL prepares every statement, and its tables have the columns of SQLite's")
    func prepared() async throws {
        let folder = try Folder()
        var files: [String] = []
        for (number, statement) in try SourceStatement.all().enumerated() {
            let path = "\(folder.path)/\(statement.place)"
            try "PREPARE s\(number) AS \(statement.text);\n".write(
                toFile: path, atomically: false, encoding: .utf8)
            files.append(path)
        }
        let columns = folder.path + "/columns"
        try """
        SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = 'public';
        SELECT 'prepared ' || count(*) FROM pg_prepared_statements WHERE from_sql;
        """.write(toFile: columns, atomically: false, encoding: .utf8)
        let answer = try await Self.prepare(files + [columns], in: folder)
        if answer.status == 77 {
            Issue.record("PostgreSQL is not installed: `make test` installs it (Debian's package postgresql)")
            return
        }
        let lines = answer.output.split(separator: "\n").map(String.init)
        let (seen, others) = (
            lines.filter { $0.hasPrefix("column ") }, lines.filter { !$0.hasPrefix("column ") }
        )
        #expect(answer.status == 0)
        #expect(others == ["prepared \(files.count)"])
        #expect(seen.sorted() == (try await Self.sqliteColumns()).sorted())
    }

    /// SQLite's columns, in the words PostgreSQL has for them.
    private static func sqliteColumns() async throws -> [String] {
        let database = try Store().sqlite()
        try await database.migrate()
        let words = ["INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"]
        let columns = try await database.onWriter { connection in
            try GRDB.Row.fetchAll(
                connection,
                sql: """
                    SELECT m.name, c.name, c.type, c."notnull" OR c.pk > 0
                    FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
                    """
            ).map { row -> (String, String, String, Bool) in (row[0], row[1], row[2], row[3]) }
        }
        await database.close()
        return columns.map { table, column, type, isRequired in
            "column \(table) \(column) \(words[type] ?? type) \(isRequired ? "NO" : "YES")"
        }
    }

    /// Runs `prepare.sh`; what it said goes through a file, so that no pipe can fill.
    private static func prepare(_ files: [String], in folder: Folder) async throws -> (
        status: Int32, output: String
    ) {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let said = folder.path + "/said"
        let script = try Spawned(
            ["/bin/sh", "-c", #"exec /bin/sh "$@" </dev/null >"$0" 2>&1"#, said, here + "/prepare.sh"]
                + [here + "/schema.sql"] + files)
        let status = await withCheckedContinuation { (continuation: CheckedContinuation<Int32, Never>) in
            Thread.detachNewThread { continuation.resume(returning: script.wait()) }
        }
        return (status, try String(contentsOfFile: said, encoding: .utf8))
    }
}
