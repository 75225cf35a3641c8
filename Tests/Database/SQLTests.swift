import Testing

@testable import VidimusDatabase

@Suite("A statement's parameters")
struct SQLTests {
    static let cases: [(SQL, [Int])] = [
        (SQL("SELECT 1"), []),
        (SQL("SELECT $1"), [0]),
        (SQL("SELECT $2, $1"), [1, 0]),
        (SQL("SELECT $1, $1, $2, $1"), [0, 1]),
        (SQL("SELECT $3,$1,$2"), [2, 0, 1]),
        (SQL("($10, $1, $11)"), [9, 0, 10]),
        (SQL("$ $x a$"), []),
    ]

    @Test("are filled in the order of their first appearance", arguments: cases)
    func order(statement: SQL, expected: [Int]) {
        #expect(statement.argumentOrder == expected)
    }
}
