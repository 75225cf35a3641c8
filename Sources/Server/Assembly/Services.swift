package import Logging
package import VidimusDatabase
import VidimusGuard
package import VidimusIdentity
package import VidimusJOSE

/// Everything wired together, once, from the settings. The only place where that happens.
package struct Services: Sendable {
    package let database: any Database
    package let accounts: Accounts
    package let sessions: Sessions
    package let credentials: Credentials
    package let keys: SigningKeys
    package let keyRing: KeyRing
    package let accessTokens: AccessTokens
    package let statuses: StatusRegister
    package let setUp: SetUp
    package let oneTimeLinks: OneTimeLinks
    package let upkeep: Upkeep
    package let audit: AuditTrail
    package let clients: Clients
    let metrics: ServerMetrics
    package let limits: AttemptLimits
    package let view: CommittedView
    let verifier: TokenVerifier
    /// For the hosts behind `/forward-auth` that have an audience of their own.
    let hostVerifiers: [String: TokenVerifier]
    let pool: HashingPool
    package let now: @Sendable () -> Timestamp
    /// What the challenges of our own routes name.
    static let realm = "vidimus"

    /// Opens the installation that the settings name: folder, database, schema, master key.
    ///
    /// One process at a time: two that begin a new installation together would each make a master key.
    package static func open(_ settings: Settings, _ opening: Installation.Opening) async throws -> Services {
        let metrics = ServerMetrics()
        // Locked before the file is opened: a restore puts another one in its place.
        let lock = try FileLock(try preparedPath(settings) + ".lock")
        defer { lock.release() }
        let database = try openDatabase(settings, committed: metrics.committed)
        // No command upgrades a database beneath a running server.
        let isNew = try await database.isNew()
        if opening == .serving || opening == .command && isNew { try await database.migrate() }
        try await database.requireCurrentSchema()
        let isEmpty = try await Installation.isEmpty(database)
        if isEmpty, opening == .inspection { throw Installation.nothingStored }
        let masterKeys = try MasterKeySource.masterKeys(
            settings, mayGenerate: isEmpty && opening != .inspection)
        return try await Services(
            settings, seams: Seams(database: database), masterKeys: masterKeys, opening: opening,
            metrics: metrics)
    }

    /// The file the settings name.
    package static func databasePath(_ settings: Settings) throws -> String {
        let address = settings.database
        guard address.hasPrefix("sqlite:"), case let path = String(address.dropFirst("sqlite:".count)),
            !path.isEmpty
        else {
            let isPostgreSQL = address.hasPrefix("postgres:") || address.hasPrefix("postgresql:")
            throw DatabaseError(
                .unusableAddress,
                isPostgreSQL
                    ? "database: this version speaks SQLite only; PostgreSQL is to come. Give sqlite:PATH"
                    : "database: give sqlite:PATH")
        }
        return path
    }

    /// Opens the file the settings name, without looking into it.
    package static func openDatabase(
        _ settings: Settings, committed: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> SQLiteDatabase {
        let path = try preparedPath(settings)
        try DataFolder.prepareFile(path)
        return try SQLiteDatabase(path: path, committed: committed)
    }

    /// The file the settings name, its folder made and ours.
    static func preparedPath(_ settings: Settings) throws -> String {
        let path = try databasePath(settings)
        if settings.masterKey == nil || path.hasPrefix(settings.dataFolder) {
            _ = try DataFolder(path: settings.dataFolder)
        }
        return path
    }

    /// Wires what is open already; tests give their own seams.
    package init(
        _ settings: Settings, seams: Seams, masterKeys: MasterKeys,
        opening: Installation.Opening = .serving, metrics: ServerMetrics = ServerMetrics()
    ) async throws {
        self.metrics = metrics
        let installation = try await Installation.open(seams, masterKeys: masterKeys, opening: opening)
        var schedule = settings.keys
        schedule.retiredFor = settings.sessions.accessLifetime + .seconds(120)
        database = seams.database
        now = seams.now
        accounts = Accounts(seams)
        sessions = Sessions(
            seams, policy: settings.sessions, masterKeys: masterKeys, epoch: installation.epoch)
        pool = HashingPool(
            threads: settings.hashThreads, queueLimit: settings.hashQueue, hashed: metrics.hashed)
        credentials = Credentials(seams, sessions: sessions, pool: pool, cost: settings.hashCost)
        keys = SigningKeys(seams, masterKeys: masterKeys, schedule: schedule)
        keyRing = KeyRing(masterKeys: masterKeys)
        statuses = StatusRegister(base: settings.issuer + "/status/", epoch: installation.epoch)
        view = CommittedView(statuses: statuses, keys: keyRing, seams: seams)
        accessTokens = AccessTokens(
            seams, keys: keyRing, statuses: statuses, issuer: settings.issuer, audience: settings.audience,
            policy: settings.sessions)
        setUp = try SetUp(seams, masterKeys: masterKeys, epoch: installation.epoch, issuer: settings.issuer)
        oneTimeLinks = try OneTimeLinks(
            seams, masterKeys: masterKeys, epoch: installation.epoch, issuer: settings.issuer,
            statuses: statuses)
        upkeep = Upkeep(seams, policy: settings.sessions, auditKept: settings.auditKept)
        audit = AuditTrail(seams)
        clients = Clients(seams)
        limits = AttemptLimits(settings.limits, now: seams.now)
        let ownKeys = OwnKeys(ring: keyRing, empty: try JWKSet(keys: []))
        let ownStatuses = OwnStatuses(register: statuses)
        func verifier(of audience: String) -> TokenVerifier {
            TokenVerifier(
                // Issued and verified by one clock: nothing to make allowance for.
                .init(issuer: settings.issuer, audience: audience, leeway: .zero),
                keys: ownKeys, statuses: ownStatuses, now: seams.now)
        }
        self.verifier = verifier(of: settings.audience)
        hostVerifiers = settings.hostAudiences.mapValues(verifier(of:))
    }

    /// Makes the keys that are due and begins to follow what is committed, here and elsewhere.
    package func start(logger: Logger) async throws {
        try await credentials.prepare()
        try await keys.maintain()
        try await upkeep.begin()
        try await follow(logger: logger)
    }

    /// Follows what is committed and changes nothing: for commands beside a server, whose settings they may not have.
    package func follow(logger: Logger) async throws {
        try await view.start(pollEvery: .milliseconds(40)) { error in
            logger.error("cannot read the database's changes", metadata: ["error": "\(error)"])
        }
    }

    package func close() async {
        await pool.close()
        await database.close()
    }
}
