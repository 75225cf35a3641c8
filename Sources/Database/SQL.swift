/// One literal statement with `$1`, `$2`, … for its arguments: the text SQLite and PostgreSQL both take.
///
/// Statements are written where they are used, next to the decoder of their rows. Nothing is ever
/// interpolated into one: a literal is the only way to make it, and every literal in `Sources/` is
/// put before a PostgreSQL server by the tests.
package struct SQL: Sendable {
    package let text: String
    /// For each parameter in the order SQLite numbers them (first appearance), which argument fills it.
    let argumentOrder: [Int]

    package init(_ text: StaticString) {
        self.text = text.description
        argumentOrder = text.withUTF8Buffer(Self.parameters)
    }

    /// To SQLite `$2` is a *named* parameter that takes the next free place, to PostgreSQL it is the
    /// second argument; knowing the order of first appearance lets one text and one argument list
    /// serve both.
    private static func parameters(of text: UnsafeBufferPointer<UInt8>) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(8)
        var place = 0
        while place < text.count {
            let byte = text[place]
            place += 1
            guard byte == UInt8(ascii: "$") else { continue }
            var number = 0
            while place < text.count, case let digit = text[place] &- UInt8(ascii: "0"), digit < 10,
                number < 100
            {
                number = number * 10 + Int(digit)
                place += 1
            }
            if number > 0, !order.contains(number - 1) { order.append(number - 1) }
        }
        return order
    }
}

/// A value as both engines store it. Times are milliseconds since 1970 in `integer`, ids are `bytes`.
package enum Value: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// What can be given to a statement.
package protocol Bindable {
    var value: Value { get }
}

extension Value: Bindable { package var value: Value { self } }
extension Int64: Bindable { package var value: Value { .integer(self) } }
extension Int: Bindable { package var value: Value { .integer(Int64(self)) } }
extension Bool: Bindable { package var value: Value { .integer(self ? 1 : 0) } }
extension String: Bindable { package var value: Value { .text(self) } }
extension [UInt8]: Bindable { package var value: Value { .bytes(self) } }
extension Optional: Bindable where Wrapped: Bindable {
    package var value: Value { self?.value ?? .null }
}

/// One row of an answer; columns count from 0 in the order the statement names them.
package protocol Row {
    /// Throws ``DatabaseError/Code/unexpectedValue`` when the statement has no such column.
    func value(_ column: Int) throws -> Value
}

extension Row {
    package func integer(_ column: Int) throws -> Int64 {
        guard case .integer(let number) = try value(column) else { throw unexpected(column, "an integer") }
        return number
    }

    package func optionalInteger(_ column: Int) throws -> Int64? {
        if case .null = try value(column) { return nil }
        return try integer(column)
    }

    package func flag(_ column: Int) throws -> Bool {
        try integer(column) != 0
    }

    package func text(_ column: Int) throws -> String {
        guard case .text(let text) = try value(column) else { throw unexpected(column, "text") }
        return text
    }

    package func optionalText(_ column: Int) throws -> String? {
        if case .null = try value(column) { return nil }
        return try text(column)
    }

    package func bytes(_ column: Int) throws -> [UInt8] {
        guard case .bytes(let bytes) = try value(column) else { throw unexpected(column, "bytes") }
        return bytes
    }

    package func optionalBytes(_ column: Int) throws -> [UInt8]? {
        if case .null = try value(column) { return nil }
        return try bytes(column)
    }

    private func unexpected(_ column: Int, _ kind: String) -> DatabaseError {
        DatabaseError(.unexpectedValue, "column \(column) is not \(kind)")
    }
}
