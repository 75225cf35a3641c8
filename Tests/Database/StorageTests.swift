import Testing
import VidimusDatabase

/// What every engine keeps to.
@Suite("Storage, whatever the engine")
struct StorageTests {
    struct Broken: Error, Equatable {}

    static let values: [Value] = [
        .null, .integer(0), .integer(-1), .integer(.max), .integer(.min), .text(""),
        .text("ä𝄞\u{301} 'x' $1"),
        .text("0"), .bytes([]), .bytes([0, 255, 0]), .bytes(Array(repeating: 7, count: 100_000)),
    ]

    @Test("A value comes back as it was stored", arguments: Engine.allCases, values)
    func roundTrip(engine: Engine, value: Value) async throws {
        let database = try await engine.prepared().database
        let back = try await database.write { transaction in
            switch value {
            case .null, .integer:
                try transaction.execute(SQL("INSERT INTO things (id, number) VALUES (1, $1)"), [value])
            case .text:
                try transaction.execute(SQL("INSERT INTO things (id, text) VALUES (1, $1)"), [value])
            case .bytes:
                try transaction.execute(SQL("INSERT INTO things (id, bytes) VALUES (1, $1)"), [value])
            }
            return try transaction.first(SQL("SELECT number, text, bytes FROM things"), []) { row in
                try (0..<3).map { try row.value($0) }
            }
        }
        let row = try #require(back)
        #expect(row.contains(value))
        #expect(row.filter { $0 != .null }.count == (value == .null ? 0 : 1))
        await database.close()
    }

    @Test("Arguments go where their number says, in any order and more than once", arguments: Engine.allCases)
    func arguments(engine: Engine) async throws {
        let database = try await engine.prepared().database
        try await database.write { transaction in
            try transaction.execute(
                SQL("INSERT INTO things (text, id, bytes, number) VALUES ($3, $1, $4, $2)"),
                [1, 2, "three", [4] as [UInt8]])
            try transaction.execute(
                SQL("INSERT INTO things (id, number, text) VALUES ($2, $2, $1)"), ["same", 7])
        }
        let rows = try await database.read { transaction in
            try transaction.rows(
                SQL(
                    "SELECT id, number, text, bytes FROM things WHERE id = $2 OR number = $1 OR id = $2 ORDER BY id"
                ),
                [7, 1]
            ) { row in try (0..<4).map { try row.value($0) } }
        }
        #expect(
            rows == [
                [.integer(1), .integer(2), .text("three"), .bytes([4])],
                [.integer(7), .integer(7), .text("same"), .null],
            ])
        await database.close()
    }

    @Test("A row that is not what the code expects is an error, not a default", arguments: Engine.allCases)
    func unexpected(engine: Engine) async throws {
        let database = try await engine.prepared().database
        try await database.write {
            _ = try $0.execute(SQL("INSERT INTO things (id, text) VALUES (1, 'x')"), [])
        }
        let decoders: [@Sendable (any Row) throws -> Void] = [
            { _ = try $0.integer(1) }, { _ = try $0.text(0) }, { _ = try $0.bytes(1) },
            { _ = try $0.text(2) },
            { _ = try $0.flag(1) }, { _ = try $0.optionalInteger(1) }, { _ = try $0.optionalBytes(1) },
            { _ = try $0.value(3) }, { _ = try $0.value(-1) },
        ]
        for decode in decoders {
            let error = await refusal {
                try await database.read {
                    try $0.rows(SQL("SELECT id, text, number FROM things"), [], decode)
                }
            }
            #expect(error?.code == .unexpectedValue)
        }
        await database.close()
    }

    @Test("Too few or too many arguments are refused before the engine sees them", arguments: Engine.allCases)
    func argumentCount(engine: Engine) async throws {
        let database = try await engine.prepared().database
        for arguments: [Int] in [[], [1, 2]] {
            let error = await refusal {
                try await database.write {
                    try $0.execute(SQL("INSERT INTO things (id) VALUES ($1)"), arguments)
                }
            }
            #expect(error?.code == .failed)
        }
        #expect(try await database.ids().isEmpty)
        await database.close()
    }

    @Test("A write says how many rows it changed", arguments: Engine.allCases)
    func changedRows(engine: Engine) async throws {
        let database = try await engine.prepared().database
        for id in 1...3 { try await database.insert(id) }
        let counts = try await database.write { transaction in
            [
                try transaction.execute(SQL("UPDATE things SET number = 1 WHERE id > $1"), [1]),
                try transaction.execute(SQL("UPDATE things SET number = 1 WHERE id > $1"), [9]),
                try transaction.execute(SQL("DELETE FROM things"), []),
            ]
        }
        #expect(counts == [2, 0, 3])
        await database.close()
    }

    @Test(
        "One of 64 writes at once fails: the others are durable, its own work is gone",
        arguments: Engine.allCases)
    func isolation(engine: Engine) async throws {
        let (store, database) = try await engine.prepared()
        let failed = await withTaskGroup(of: Int?.self, returning: [Int].self) { group in
            for id in 0..<64 {
                group.addTask {
                    do {
                        let written = try await database.write { transaction -> Int in
                            try transaction.execute(SQL("INSERT INTO things (id) VALUES ($1)"), [id])
                            if id == 33 { throw Broken() }
                            return id
                        }
                        #expect(written == id)
                        return nil
                    } catch {
                        #expect(error is Broken)
                        return id
                    }
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
        }
        #expect(failed == [33])
        await database.close()
        let reopened = try engine.open(store)
        #expect(try await reopened.ids() == (0..<64).filter { $0 != 33 })
        await reopened.close()
    }

    @Test("A unique value that is taken is told apart from other failures", arguments: Engine.allCases)
    func duplicate(engine: Engine) async throws {
        let database = try await engine.prepared().database
        try await database.insert(1)
        #expect(await refusal { try await database.insert(1) }?.code == .duplicate)
        let unknownTable = await refusal {
            try await database.write { try $0.execute(SQL("DELETE FROM nothing"), []) }
        }
        #expect(unknownTable?.code == .failed)
        let wrongType = await refusal {
            try await database.write {
                try $0.execute(SQL("INSERT INTO things (id, number) VALUES (2, $1)"), ["x"])
            }
        }
        #expect(wrongType?.code == .failed)
        #expect(try await database.ids() == [1])
        await database.close()
    }

    @Test("A read sees what is committed and nothing else", arguments: Engine.allCases)
    func committedOnly(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let (inside, entered) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        async let written: Void = database.write { transaction in
            try transaction.execute(SQL("INSERT INTO things (id) VALUES (1)"), [])
            #expect(try transaction.ids() == [1])
            entered.yield()
            gate.wait()
        }
        for await _ in inside { break }
        #expect(try await database.ids() == [])
        gate.open()
        try await written
        #expect(try await database.ids() == [1])
        await database.close()
    }

    @Test("A reading body cannot write", arguments: Engine.allCases)
    func readOnly(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let error = await refusal {
            try await database.read { try $0.execute(SQL("INSERT INTO things (id) VALUES (1)"), []) }
        }
        #expect(error?.code == .failed)
        #expect(try await database.ids() == [])
        await database.close()
    }

    @Test(
        "Closing finishes what was taken; after it every call is refused as closed",
        arguments: Engine.allCases)
    func closed(engine: Engine) async throws {
        let (store, database) = try await engine.prepared()
        let writes = (1...32).map { id in
            Task { await refusal { try await database.insert(id) } }
        }
        try await database.insert(100)
        await database.close()
        var stored: [Int64] = [100]
        for (id, write) in zip(1..., writes) {
            let error = await write.value
            #expect(error == nil || error?.code == .closed)
            if error == nil { stored.append(Int64(id)) }
        }
        #expect(await refusal { try await database.insert(101) }?.code == .closed)
        #expect(await refusal { try await database.ids() }?.code == .closed)
        let watching = await refusal {
            try await database.observeChanges(Watcher().observer, pollEvery: .seconds(1))
        }
        #expect(watching?.code == .closed)
        await database.close()
        let reopened = try engine.open(store)
        #expect(try await reopened.ids() == stored.sorted())
        await reopened.close()
    }

    @Test("Writes that wait together are committed together", arguments: Engine.allCases)
    func grouping(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: ObserverTests.never)
        let (started, starting) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        let first = Task { try await database.write { _ in gate.wait() } }
        let writes = (0..<64).map { id in
            Task {
                starting.yield()
                try await database.write { transaction in
                    try transaction.execute(SQL("INSERT INTO things (id) VALUES ($1)"), [id])
                    transaction.announceChange()
                }
            }
        }
        var remaining = 64
        for await _ in started {
            remaining -= 1
            if remaining == 0 { break }
        }
        gate.open()
        for write in writes { try await write.value }
        try await first.value
        // One read for each group. How the tasks fall is the scheduler's affair, but never one by one.
        #expect(watcher.events.count < 32)
        #expect(try await database.ids().count == 64)
        await database.close()
    }
}
