package import VidimusDatabase
package import VidimusJOSE

/// What the rules take from the outside. It is given, never reached for, so that tests can fix it.
package struct Seams: Sendable {
    package let database: any Database
    /// The time. Must not step back within a process: see ``MonotoneClock``.
    package let now: @Sendable () -> Timestamp
    /// That many bytes nobody can guess.
    package let random: @Sendable (Int) -> [UInt8]

    package init(
        database: any Database,
        now: @escaping @Sendable () -> Timestamp = MonotoneClock().now,
        random: @escaping @Sendable (Int) -> [UInt8] = Seams.systemRandom
    ) {
        self.database = database
        self.now = now
        self.random = random
    }

    /// The operating system's generator.
    package static let systemRandom: @Sendable (Int) -> [UInt8] = { count in
        // Eight bytes a draw: each is a call to the system.
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes += $0 } }
        return Array(bytes.prefix(count))
    }
}

extension Timestamp: Bindable {
    package var value: Value { .integer(milliseconds) }
}

extension Row {
    package func time(_ column: Int) throws -> Timestamp {
        Timestamp(milliseconds: try integer(column))
    }

    package func optionalTime(_ column: Int) throws -> Timestamp? {
        try optionalInteger(column).map(Timestamp.init(milliseconds:))
    }
}
