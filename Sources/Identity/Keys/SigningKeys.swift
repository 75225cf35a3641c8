import VidimusDatabase
package import VidimusJOSE

/// The signing keys in the database, and the steps of their life.
package struct SigningKeys: Sendable {
    let seams: Seams
    let masterKeys: MasterKeys
    private let schedule: KeySchedule

    package init(_ seams: Seams, masterKeys: MasterKeys, schedule: KeySchedule) {
        self.seams = seams
        self.masterKeys = masterKeys
        self.schedule = schedule
    }

    /// How soon a rotation asked for takes effect.
    package enum Haste: Sendable {
        /// The next key is announced now and signs once every cache has it.
        case whenPublished
        /// The next key signs at once; the old one still verifies what it signed.
        case now
        /// A key was stolen: the next one signs at once and every older one verifies nothing any more.
        case emergency
    }

    /// Takes the steps that are due. Returns whether anything changed.
    @discardableResult
    package func maintain() async throws -> Bool {
        try await take(Origin()) { keys, now in schedule.due(keys, at: now) }
    }

    /// Replaces the active key. Returns the keys afterwards.
    package func rotate(_ haste: Haste, origin: Origin = Origin()) async throws -> [KeyRecord] {
        _ = try await take(origin) { keys, _ in
            let active = keys.filter { $0.state == .active }
            let announced = keys.filter { $0.state == .announced }
            // The command line need not know the server's settings: a rotation keeps the algorithms.
            let algorithms = active.isEmpty ? [schedule.algorithm] : active.map(\.algorithm)
            switch haste {
            case .whenPublished:
                return algorithms.filter { algorithm in !announced.contains { $0.algorithm == algorithm } }
                    .map { .announce($0) }
            case .now:
                return active.map { .retire($0.id) } + announced.map { .remove($0.id) }
                    + algorithms.map { .found($0) }
            case .emergency:
                return keys.filter { $0.state != .gone }.map { .remove($0.id) }
                    + algorithms.map { .found($0) }
            }
        }
        return try await records()
    }

    package func records() async throws -> [KeyRecord] {
        try await seams.database.read { try Self.rows(in: $0).map(\.record) }
    }

    /// When the database last saw a change, by the clock of whoever made it.
    package func latestChange() async throws -> Timestamp? {
        try await seams.database.read { transaction in
            try transaction.first(SQL("SELECT max(at) FROM changes"), [], { try $0.optionalTime(0) }) ?? nil
        }
    }

    /// When a key announced at a time will sign.
    package func signsFrom(_ announcedAt: Timestamp) -> Timestamp { announcedAt + schedule.announcedFor }

    /// Plans and makes keys outside the transaction, since making one takes a while, and takes the
    /// steps only if the keys are still the ones the plan was made for.
    private func take(
        _ origin: Origin, _ plan: @Sendable ([KeyRecord], Timestamp) -> [KeySchedule.Step]
    ) async throws -> Bool {
        for _ in 0..<5 {
            let rows = try await seams.database.read { try Self.rows(in: $0) }
            let keys = rows.map(\.record)
            let steps = plan(keys, seams.now())
            if steps.isEmpty { return false }
            let moves = try steps.map { try prepared($0, after: rows) }
            // After the making: a key is announced from when it is written, not from when its making began.
            let now = seams.now()
            let entry = AuditID(random: seams.random)
            let isTaken = try await seams.database.write { transaction in
                guard try Self.rows(in: transaction).map(\.record) == keys else { return false }
                for move in moves { try move.carryOut(now: now, in: transaction) }
                try Changes.append(.keys, now: now, in: transaction)
                try Audit.record(
                    .keysChanged, origin: origin, detail: steps.map(\.summary).joined(separator: ", "),
                    id: entry, at: now, in: transaction)
                return true
            }
            if isTaken { return true }
        }
        throw DatabaseError(.busy, "the keys kept changing while a step was prepared")
    }

    private func prepared(_ step: KeySchedule.Step, after keys: [StoredKey]) throws -> KeyMove {
        switch step {
        case .announce(let algorithm): try newKey(algorithm, as: .announced, after: keys)
        case .found(let algorithm): try newKey(algorithm, as: .active, after: keys)
        case .activate(let id): .move(id, to: .active)
        case .retire(let id): .move(id, to: .retired)
        case .remove(let id): .move(id, to: .gone)
        }
    }

    private func newKey(
        _ algorithm: SignatureAlgorithm, as state: KeyState, after keys: [StoredKey]
    ) throws -> KeyMove {
        let wanted = algorithm == schedule.algorithm ? schedule.algorithmName : nil
        let name = try wanted ?? nameBefore(algorithm, among: keys)
        let key = try SigningKey.generate(algorithm, algorithmName: name)
        let sealed = try SealedKey.seal(key, masterKeys: masterKeys, random: seams.random)
        return .insert(key.id, algorithm, state, sealed: sealed, by: masterKeys.current)
    }

    /// Keys that can take the place of the active ones, with their algorithms.
    func successors() async throws -> [KeyMove] {
        let keys = try await seams.database.read { try Self.rows(in: $0) }
        return try keys.filter { $0.record.state == .active }.map {
            try newKey($0.record.algorithm, as: .active, after: keys)
        }
    }

    /// No key that there is verifies anything any more, and none can be opened.
    static func removeAll(now: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(
            SQL(
                """
                UPDATE signing_keys SET state = 'gone', sealed = NULL, gone_at = $1
                WHERE state <> 'gone'
                """), [now])
    }

    /// What the active key calls the algorithm, if it is the same one.
    private func nameBefore(_ algorithm: SignatureAlgorithm, among keys: [StoredKey]) throws -> String? {
        guard let active = keys.last(where: { $0.record.state == .active }),
            active.record.algorithm == algorithm, let sealed = active.sealed
        else { return nil }
        return try SealedKey.open(
            sealed, kid: active.record.id, algorithm: algorithm, version: active.sealedBy,
            masterKeys: masterKeys
        ).algorithmName
    }

    /// A key's row.
    struct StoredKey {
        let record: KeyRecord
        /// Nil once the key is gone.
        let sealed: [UInt8]?
        let sealedBy: Int
    }

    static func rows(in transaction: any Transaction) throws -> [StoredKey] {
        try transaction.rows(
            SQL(
                """
                SELECT kid, algorithm, state, sealed, sealed_by, announced_at, activated_at, retired_at
                FROM signing_keys ORDER BY announced_at, kid
                """), [], { try StoredKey(row: $0) })
    }
}

extension SigningKeys.StoredKey {
    fileprivate init(row: any Row) throws {
        guard let algorithm = SignatureAlgorithm(rawValue: try row.text(1)),
            let state = KeyState(rawValue: try row.text(2))
        else {
            throw DatabaseError(.unexpectedValue, "a signing key's row names an unknown algorithm or state")
        }
        record = KeyRecord(
            id: try row.text(0), algorithm: algorithm, state: state, announcedAt: try row.time(5),
            activatedAt: try row.optionalTime(6), retiredAt: try row.optionalTime(7))
        sealed = try row.optionalBytes(3)
        sealedBy = Int(try row.integer(4))
    }
}

extension KeySchedule.Step {
    fileprivate var summary: String {
        switch self {
        case .announce(let algorithm): "announce \(algorithm.rawValue)"
        case .found(let algorithm): "found \(algorithm.rawValue)"
        case .activate(let id): "activate \(id)"
        case .retire(let id): "retire \(id)"
        case .remove(let id): "remove \(id)"
        }
    }
}

/// A step with all it needs, ready to be written.
enum KeyMove: Sendable {
    case insert(String, SignatureAlgorithm, KeyState, sealed: [UInt8], by: Int)
    case move(String, to: KeyState)

    func carryOut(now: Timestamp, in transaction: any Transaction) throws {
        switch self {
        case .insert(let id, let algorithm, let state, let sealed, let version):
            try transaction.execute(
                SQL(
                    """
                    INSERT INTO signing_keys
                        (kid, algorithm, state, sealed, sealed_by, announced_at, activated_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """),
                [
                    id, algorithm.rawValue, state.rawValue, sealed, version, now,
                    state == .active ? now : nil,
                ])
        case .move(let id, .active):
            try transaction.execute(
                SQL("UPDATE signing_keys SET state = 'active', activated_at = $1 WHERE kid = $2"), [now, id])
        case .move(let id, .retired):
            try transaction.execute(
                SQL("UPDATE signing_keys SET state = 'retired', retired_at = $1 WHERE kid = $2"), [now, id])
        case .move(let id, _):
            // Gone means gone: the private half is erased with the step.
            try transaction.execute(
                SQL("UPDATE signing_keys SET state = 'gone', sealed = NULL, gone_at = $1 WHERE kid = $2"),
                [now, id])
        }
    }
}
