import Testing
import VidimusDatabase

@Suite("Hearing of changes, whatever the engine")
struct ObserverTests {
    /// Never, as far as a test is concerned.
    static let never = Duration.seconds(3_600)

    @Test("Whoever announces a change is answered after the observer read it", arguments: Engine.allCases)
    func readYourChange(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: Self.never)
        #expect(watcher.events == [.changed([]), .confirmed])
        watcher.forget()
        for id in 1...20 {
            try await database.write { transaction in
                try transaction.execute(SQL("INSERT INTO things (id) VALUES ($1)"), [id])
                transaction.announceChange()
            }
            #expect(watcher.events.last == .changed((1...id).map(Int64.init)))
        }
        await database.close()
    }

    @Test("A write that announces nothing, or failed, calls nobody", arguments: Engine.allCases)
    func silence(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: Self.never)
        watcher.forget()
        try await database.insert(1)
        _ = await refusal {
            try await database.write { transaction in
                transaction.announceChange()
                try transaction.execute(SQL("INSERT INTO things (id) VALUES (1)"), [])
            }
        }
        #expect(watcher.events == [])
        await database.close()
    }

    @Test("What another process commits is heard by polling, within a second", arguments: Engine.allCases)
    func otherProcess(engine: Engine) async throws {
        let (store, database) = try await engine.prepared()
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: .milliseconds(10))
        let other = try engine.open(store)
        for id in 1...3 {
            try await other.insert(id)
            #expect(await watcher.hears { $0.contains(.changed((1...id).map(Int64.init))) })
        }
        await other.close()
        await database.close()
    }

    @Test("Nothing new is confirmed, not read again", arguments: Engine.allCases)
    func confirmation(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: .milliseconds(2))
        #expect(await watcher.hears { $0.filter { $0 == .confirmed }.count >= 3 })
        #expect(watcher.events.filter { $0 == .changed([]) }.count == 1)
        await database.close()
    }

    @Test(
        "A change that is durable but was not read is answered so, and nothing is confirmed before it was read",
        arguments: Engine.allCases)
    func unreadChange(engine: Engine) async throws {
        let database = try await engine.prepared().database
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: .milliseconds(10))
        let gate = Gate()
        let error = await refusal {
            try await database.write { transaction in
                try transaction.execute(SQL("INSERT INTO things (id) VALUES (1)"), [])
                transaction.announceChange()
                // From here on polls wait behind this write.
                watcher.forget()
                watcher.failNext(2)
                gate.open()
            }
        }
        gate.wait()
        #expect(error?.code == .notApplied)
        #expect(try await database.ids() == [1])
        #expect(await watcher.hears { $0.contains(.confirmed) })
        // The read with the commit failed, the next by polling as well, the third came through.
        #expect(watcher.events.prefix(3) == [.failed, .changed([1]), .confirmed])
        await database.close()
    }

    @Test("A poll that fails confirms nothing and is repeated", arguments: Engine.allCases)
    func failingPoll(engine: Engine) async throws {
        let (store, database) = try await engine.prepared()
        let watcher = Watcher()
        try await database.observeChanges(watcher.observer, pollEvery: .milliseconds(20))
        let other = try engine.open(store)
        watcher.failNext(3)
        try await other.insert(1)
        #expect(await watcher.hears { $0.contains(.changed([1])) })
        let firstFailure = try #require(watcher.events.firstIndex(of: .failed))
        #expect(
            Array(watcher.events[firstFailure...].prefix(5)) == [
                .failed, .failed, .failed, .changed([1]), .confirmed,
            ])
        await other.close()
        await database.close()
    }
}
