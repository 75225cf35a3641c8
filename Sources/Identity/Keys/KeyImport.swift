import VidimusDatabase
package import VidimusJOSE

/// What a private key that was made elsewhere is to be here. See decision 34.
package enum KeyImportPurpose: Sendable, Equatable {
    /// The next key to sign with: announced like any other, or active at once where nothing has signed yet.
    case signing
    /// Published, so that what a former issuer signed is still verified; the former issuer signs with it for this long.
    case verifying(for: Duration)
}

/// How an import ended.
package enum KeyImportOutcome: Sendable, Equatable {
    case imported(KeyRecord)
    /// There is or was such a key, in this station. One that is gone never comes back: it may be gone because it was
    /// stolen.
    case known(KeyState)
    /// A shared secret is never published, so it would verify for this server alone, whoever else has it.
    case secret
    /// What the server signs with; only such a key can be the next.
    case otherAlgorithm([SignatureAlgorithm])
}

/// The rule of what may be imported. Pure.
struct KeyImportRule {
    let id: String
    /// Nil for a shared secret, whose thumbprint is a hash of it.
    let thumbprint: String?
    let algorithm: SignatureAlgorithm
    let purpose: KeyImportPurpose

    /// Why not; nil if it may be.
    /// - Parameter thumbprints: of the keys that can be opened, by their ids.
    func refusal(_ keys: [KeyRecord], thumbprints: [String: String]) -> KeyImportOutcome? {
        let same = keys.first { key in
            // Without a name of its own a key is named by its thumbprint.
            key.id == id || key.id == thumbprint || thumbprint != nil && thumbprints[key.id] == thumbprint
        }
        if let same { return .known(same.state) }
        switch purpose {
        case .verifying: return algorithm.isSymmetric ? .secret : nil
        case .signing:
            let active = keys.filter { $0.state == .active }.map(\.algorithm)
            return active.isEmpty || active.contains(algorithm) ? nil : .otherAlgorithm(active)
        }
    }

    /// The key as it enters.
    func record(among keys: [KeyRecord], at now: Timestamp) -> KeyRecord {
        switch purpose {
        case .verifying(let time):
            KeyRecord(id: id, algorithm: algorithm, state: .retired, announcedAt: now, retiredAt: now + time)
        case .signing where keys.contains { $0.state == .active }:
            KeyRecord(id: id, algorithm: algorithm, state: .announced, announcedAt: now)
        case .signing:
            KeyRecord(id: id, algorithm: algorithm, state: .active, announcedAt: now, activatedAt: now)
        }
    }
}

extension SigningKeys {
    /// Takes in a private key, sealed like our own, and tells every verifier; one transaction.
    package func take(
        in key: SigningKey, for purpose: KeyImportPurpose, origin: Origin
    ) async throws -> KeyImportOutcome {
        let thumbprint = key.algorithm.isSymmetric ? nil : try JWK(key.privateJWK).thumbprint()
        let rule = KeyImportRule(
            id: key.id, thumbprint: thumbprint, algorithm: key.algorithm, purpose: purpose)
        let sealed = try SealedKey.seal(key, masterKeys: masterKeys, random: seams.random)
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        return try await seams.database.write { [masterKeys] transaction in
            let rows = try Self.rows(in: transaction)
            let keys = rows.map(\.record)
            if let refusal = rule.refusal(keys, thumbprints: thumbprints(of: rows)) { return refusal }
            let record = rule.record(among: keys, at: now)
            // Nothing was signed with the one that waited.
            let replaced = keys.filter {
                record.state == .announced && $0.state == .announced && $0.algorithm == record.algorithm
            }
            for key in replaced { try KeyMove.move(key.id, to: .gone).carryOut(now: now, in: transaction) }
            try transaction.execute(
                SQL(
                    """
                    INSERT INTO signing_keys
                        (kid, algorithm, state, sealed, sealed_by, announced_at, activated_at, retired_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    """),
                [
                    record.id, record.algorithm.rawValue, record.state.rawValue, sealed, masterKeys.current,
                    record.announcedAt, record.activatedAt, record.retiredAt,
                ])
            try Changes.append(.keys, now: now, in: transaction)
            let steps = ["import \(record.state.rawValue) \(record.id) \(record.algorithm.rawValue)"]
            try Audit.record(
                .keysChanged, origin: origin,
                detail: (steps + replaced.map { "remove \($0.id)" }).joined(separator: ", "), id: entry,
                at: now, in: transaction)
            return .imported(record)
        }
    }

    /// A key, to be shown outside; nil if there is none, or it is gone. That the private half was given out is written
    /// down before it is.
    package func key(_ id: String, withPrivateHalf: Bool, origin: Origin) async throws -> SigningKey? {
        let rows = try await seams.database.read { try Self.rows(in: $0) }
        guard let row = rows.first(where: { $0.record.id == id }), let key = try opened(row) else {
            return nil
        }
        guard withPrivateHalf else { return key }
        let (entry, now) = (AuditID(random: seams.random), seams.now())
        try await seams.database.write { transaction in
            try Audit.record(
                .keyExported, origin: origin, detail: "private half of \(id)", id: entry, at: now,
                in: transaction)
        }
        return key
    }

    private func opened(_ row: StoredKey) throws -> SigningKey? {
        guard let sealed = row.sealed else { return nil }
        return try SealedKey.open(
            sealed, kid: row.record.id, algorithm: row.record.algorithm, version: row.sealedBy,
            masterKeys: masterKeys)
    }

    /// A key that cannot be opened is in no set either.
    private func thumbprints(of rows: [StoredKey]) -> [String: String] {
        let known = rows.compactMap { row -> (String, String)? in
            guard !row.record.algorithm.isSymmetric, let key = try? opened(row),
                let jwk = try? JWK(key.privateJWK)
            else { return nil }
            return (row.record.id, jwk.thumbprint())
        }
        return Dictionary(known) { first, _ in first }
    }
}
