import Foundation
import Synchronization
import Testing
import VidimusDatabase
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

/// A clock that stands still until a test moves it, in either direction.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    func advance(_ duration: Duration) {
        let next = now + duration
        milliseconds.withLock { $0 = next.milliseconds }
    }
}

/// Randomness that is the same in every run: a counter through a mixing function (splitmix64).
final class TestRandom: Sendable {
    private let state: Atomic<UInt64>

    init(seed: UInt64) { state = Atomic(seed &* 0x1000_0000_0000) }

    func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            var word = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return UInt8(truncatingIfNeeded: word ^ (word >> 31))
        }
    }
}

/// An installation in a file of its own, wired as the server does it, on a clock that stands still.
final class House: Sendable {
    static let issuer = "https://id.example"
    /// As cheap as Argon2 gets.
    static let cost = HashCost(memory: 64, iterations: 1, parallelism: 1)
    static let pool = HashingPool(threads: 2, queueLimit: 10_000)
    static let auditKept = Duration.seconds(400 * 86_400)
    static let visitor = Visitor(device: "test", address: "192.0.2.1")

    let path: String
    let clock: TestClock
    let seams: Seams
    let database: SQLiteDatabase
    let masterKeys: MasterKeys
    let policy: SessionPolicy
    let schedule: KeySchedule
    let accounts: Accounts
    let sessions: Sessions
    let credentials: Credentials
    let keys: SigningKeys
    let ring: KeyRing
    let statuses: StatusRegister
    let view: CommittedView
    let tokens: AccessTokens
    let setUp: SetUp
    let upkeep: Upkeep

    private static let instances = Atomic<UInt64>(1)

    static func newPath() throws -> String {
        let folder = root + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder + "/test.sqlite"
    }

    private static let root: String = {
        atexit { try? FileManager.default.removeItem(atPath: House.root) }
        return FileManager.default.temporaryDirectory.path + "/vidimus-tests-" + UUID().uuidString
    }()

    static func masterKeys(_ byte: String = "a7", version: Int = 1) throws -> MasterKeys {
        try MasterKeys(parsing: "\(version):" + String(repeating: byte, count: 32))
    }

    /// Opens an installation: a new one, or one more process on the file of another.
    init(
        on path: String? = nil, clock: TestClock = TestClock(), masterKeys: MasterKeys? = nil,
        policy: SessionPolicy = SessionPolicy(), schedule: KeySchedule = KeySchedule(),
        pool: HashingPool = House.pool, cost: HashCost = House.cost
    ) async throws {
        self.path = try path ?? Self.newPath()
        self.clock = clock
        self.policy = policy
        self.schedule = schedule
        let random = TestRandom(seed: Self.instances.wrappingAdd(1, ordering: .relaxed).newValue)
        database = try SQLiteDatabase(path: self.path)
        try await database.migrate()
        seams = Seams(database: database, now: { clock.now }, random: { random.bytes($0) })
        self.masterKeys = try masterKeys ?? Self.masterKeys()
        let epoch = try await Installation.open(seams, masterKeys: self.masterKeys).epoch
        accounts = Accounts(seams)
        sessions = Sessions(seams, policy: policy, masterKeys: self.masterKeys, epoch: epoch)
        credentials = Credentials(seams, sessions: sessions, pool: pool, cost: cost)
        keys = SigningKeys(seams, masterKeys: self.masterKeys, schedule: schedule)
        ring = KeyRing(masterKeys: self.masterKeys)
        statuses = StatusRegister(base: Self.issuer + "/status/", epoch: epoch)
        view = CommittedView(statuses: statuses, keys: ring, seams: seams)
        tokens = AccessTokens(
            seams, keys: ring, statuses: statuses, issuer: Self.issuer, audience: Self.issuer, policy: policy)
        setUp = try SetUp(seams, masterKeys: self.masterKeys, epoch: epoch, issuer: Self.issuer)
        upkeep = Upkeep(seams, policy: policy, auditKept: Self.auditKept)
    }

    /// Makes the keys and follows what is committed. The default never polls, as far as a test lives.
    @discardableResult
    func started(pollEvery interval: Duration = .seconds(3_600)) async throws -> House {
        try await credentials.prepare()
        try await keys.maintain()
        try await view.start(pollEvery: interval) { _ in }
        return self
    }

    /// The same installation, seen by another process.
    func beside() async throws -> House {
        try await House(on: path, clock: clock, masterKeys: masterKeys, policy: policy, schedule: schedule)
    }

    // MARK: - People

    static let password = "correct horse battery"

    func person(_ name: String = "ann", roles: [String] = [], disabled: Bool = false) async throws -> Account
    {
        let outcome = try await accounts.register(
            email: Self.email(name), password: try await credentials.hash(Self.password),
            roles: Roles(try roles.map { try #require(Role($0)) }), origin: Origin())
        guard case .registered(let account) = outcome else {
            throw Unexpected(what: "\(outcome)")
        }
        if disabled { try await self.update(account, AccountPatch(isDisabled: true)) }
        return account
    }

    static func email(_ name: String) throws -> EmailAddress {
        try #require(EmailAddress(name + "@example.com"))
    }

    func signIn(_ name: String = "ann", password: String = House.password) async throws -> SessionGrant? {
        try await credentials.signIn(
            email: Self.email(name), password: password, client: "web", visitor: Self.visitor)
    }

    /// Somebody new who is signed in.
    func signedIn(_ name: String = "ann", roles: [String] = []) async throws -> SessionGrant {
        _ = try await person(name, roles: roles)
        return try #require(try await signIn(name))
    }

    func refresh(_ grant: SessionGrant) async throws -> RefreshOutcome {
        try await sessions.refresh(grant.refreshToken, visitor: Self.visitor)
    }

    /// The next grant, where a refresh must come to one.
    func refreshed(_ grant: SessionGrant) async throws -> SessionGrant {
        let outcome = try await refresh(grant)
        return try #require(outcome.grant, "\(outcome)")
    }

    func setRoles(_ account: Account, _ roles: [String]) async throws {
        try await update(
            account, AccountPatch(roles: .set(Roles(try roles.map { try #require(Role($0)) }))))
    }

    func update(_ account: Account, _ patch: AccountPatch) async throws {
        let outcome = try await accounts.update(account.id, patch, origin: .commandLine)
        guard case .done = outcome else { throw Unexpected(what: "\(outcome)") }
    }

    // MARK: - What is seen

    /// What a verifier in this process finds for the token of a grant; nil if there is no such entry.
    func status(_ grant: SessionGrant) -> Status? { status(at: grant.session.place) }

    func status(at place: StatusEntries.Place) -> Status? {
        statuses.lists()[statuses.address(of: place.list)]?.status(at: place.index)
    }

    func count(_ sql: SQL, _ arguments: [any Bindable] = []) async throws -> Int64 {
        let bound = arguments.map(\.value)
        return try await database.read { try $0.first(sql, bound) { try $0.integer(0) } } ?? 0
    }

    func execute(_ sql: SQL, _ arguments: [any Bindable] = []) async throws {
        let bound = arguments.map(\.value)
        try await database.write { _ = try $0.execute(sql, bound) }
    }

    func audited(_ event: AuditEvent) async throws -> Int64 {
        try await count(SQL("SELECT count(*) FROM audit WHERE event = $1"), [event.rawValue])
    }

    struct Unexpected: Error { let what: String }
}

extension RefreshOutcome {
    var grant: SessionGrant? {
        switch self {
        case .rotated(let grant), .repeated(let grant): grant
        default: nil
        }
    }

    /// The outcome without what it carries.
    var name: String { String("\(self)".prefix { $0 != "(" }) }
}

/// Asks until the answer is yes, at most a second.
func soon(_ question: () async throws -> Bool) async rethrows -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(1) {
        if try await question() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return try await question()
}
