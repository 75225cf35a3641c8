import Dispatch
import Testing

@testable import VidimusIdentity

/// A pool of one thread that a test holds.
struct HeldPool: Sendable {
    let pool: HashingPool
    private let semaphore = DispatchSemaphore(value: 0)

    init(queueLimit: Int = 100) { pool = HashingPool(threads: 1, queueLimit: queueLimit) }

    /// Puts a job into the queue that ends when it is released.
    func hold(for address: String? = nil) -> Task<Void, any Error> {
        Task { [pool, semaphore] in try await pool.run(for: address) { semaphore.wait() } }
    }

    func release() { semaphore.signal() }

    /// Waits until so many jobs wait or run; an issue if that never happens.
    func reaches(_ depth: Int) async {
        let start = ContinuousClock.now
        while pool.depth < depth {
            if ContinuousClock.now - start > .seconds(10) {
                Issue.record("there were never \(depth) jobs in the pool")
                return
            }
            await Task.yield()
        }
    }
}

@Suite("The hashing pool", .timeLimit(.minutes(1)))
struct HashingPoolTests {
    @Test("refuses at once past its queue, and takes work again when there is room", arguments: [0, 1, 5])
    func bound(limit: Int) async throws {
        let held = HeldPool(queueLimit: limit)
        let jobs = (0...limit).map { _ in held.hold() }
        await held.reaches(limit + 1)
        for _ in 0..<3 {
            await #expect(throws: HashingPool.Overloaded.self) { try await held.pool.run { 1 } }
        }
        #expect(held.pool.depth == limit + 1)
        for _ in jobs { held.release() }
        for job in jobs { try await job.value }
        #expect(held.pool.depth == 0)
        #expect(try await held.pool.run { 1 } == 1)
        await held.pool.close()
    }

    @Test("leaves room for others: half full, it gives no network more than a quarter")
    func shares() async throws {
        // Twelve places with the one that runs: six are half of them, three a quarter.
        let held = HeldPool(queueLimit: 11)
        let greedy = (0..<6).map { _ in held.hold(for: "192.0.2.1") }
        await held.reaches(6)
        for address in ["192.0.2.1", "192.0.2.1"] {
            await #expect(throws: HashingPool.Overloaded.self) { try await held.pool.run(for: address) { 1 } }
        }
        let others = (0..<3).map { _ in held.hold(for: "2001:db8::1") }
        await held.reaches(9)
        // The same network, whatever the rest of the address.
        await #expect(throws: HashingPool.Overloaded.self) {
            try await held.pool.run(for: "2001:db8::2") { 1 }
        }
        let mine = held.hold(for: "198.51.100.1")
        await held.reaches(10)
        for job in greedy + others + [mine] {
            held.release()
            _ = job
        }
        for job in greedy + others + [mine] { try await job.value }
        #expect(try await held.pool.run(for: "192.0.2.1") { 1 } == 1)
        await held.pool.close()
    }

    @Test("runs no more at once than it has threads")
    func threads() async throws {
        let held = HeldPool()
        let first = held.hold()
        let second = Task { try await held.pool.run { 2 } }
        await held.reaches(2)
        #expect(held.pool.depth == 2)
        held.release()
        try await first.value
        #expect(try await second.value == 2)
        await held.pool.close()
    }

    @Test("A hash says its cost, is salted, and matches its password only")
    func hashing() throws {
        let hash = try PasswordHash(Array("secret".utf8), salt: Array(1...16), cost: House.cost)
        #expect(hash.encoded.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        #expect(hash.matches(Array("secret".utf8)))
        for other in ["", "Secret", "secret ", "secret\0", " secret"] {
            #expect(!hash.matches(Array(other.utf8)))
        }
        #expect(try PasswordHash(Array("secret".utf8), salt: Array(2...17), cost: House.cost) != hash)
        #expect(!hash.needsRehash(for: House.cost))
        #expect(hash.needsRehash(for: HashCost(memory: 64, iterations: 2, parallelism: 1)))
        #expect(hash.needsRehash(for: .standard))
        for broken in ["", "$argon2id$", "plain"] {
            #expect(!PasswordHash(stored: broken).matches(Array(broken.utf8)))
        }
    }
}
