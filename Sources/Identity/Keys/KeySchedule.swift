package import VidimusJOSE

/// The stations of a signing key's life.
package enum KeyState: String, Sendable {
    /// Published, so that verifiers know it, but not signing yet.
    case announced
    /// Signs.
    case active
    /// Signs no more; what it signed may still be out.
    case retired
    /// Verifies nothing; its private half is erased.
    case gone
}

/// A signing key as the schedule sees it.
package struct KeyRecord: Sendable, Equatable {
    package let id: String
    package let algorithm: SignatureAlgorithm
    package var state: KeyState
    package let announcedAt: Timestamp
    package var activatedAt: Timestamp?
    package var retiredAt: Timestamp?

    package init(
        id: String, algorithm: SignatureAlgorithm, state: KeyState, announcedAt: Timestamp,
        activatedAt: Timestamp? = nil, retiredAt: Timestamp? = nil
    ) {
        self.id = id
        self.algorithm = algorithm
        self.state = state
        self.announcedAt = announcedAt
        self.activatedAt = activatedAt
        self.retiredAt = retiredAt
    }
}

/// When keys change their station. The rule alone: no I/O, no clock, no key material.
package struct KeySchedule: Sendable, Equatable {
    /// What new tokens are to be signed with.
    package var algorithm: SignatureAlgorithm = .es256
    /// What new keys of that algorithm write into `alg`, where it has two names; nil for the name of the
    /// key before, or the registered one.
    package var algorithmName: String?
    /// How long a key signs.
    package var period: Duration = .seconds(90 * 86_400)
    /// How long verifiers may keep the published set: `max-age` of the key set. No key signs before it
    /// was published for that long.
    package var publishedFor: Duration = .seconds(300)
    /// How long an answer with the set before may be on its way, from the writing of a new key to the moment from
    /// which a verifier counts `max-age`.
    package var delivery: Duration = .seconds(1)
    /// How long a retired key still verifies: the longest life of what it signed, and leeway.
    package var retiredFor: Duration = .seconds(900 + 120)

    package init() {}

    /// How long a key is announced before it signs: no verifier holds a set without it any more.
    package var announcedFor: Duration { publishedFor + delivery }

    package enum Step: Sendable, Equatable {
        /// Make a key that is published but does not sign yet.
        case announce(SignatureAlgorithm)
        /// Make a key that signs at once: nobody can hold an older set.
        case found(SignatureAlgorithm)
        case activate(String)
        case retire(String)
        case remove(String)
    }

    /// What status lists are signed with: always so that others can verify it. Where tokens are signed by HMAC, a key
    /// of its own lives beside theirs for this.
    package static let listAlgorithm = SignatureAlgorithm.es256

    /// The steps that are due, in the order to take them.
    package func due(_ keys: [KeyRecord], at now: Timestamp) -> [Step] {
        var steps: [Step] = []
        for key in keys where key.state == .retired {
            if let retired = key.retiredAt, now.duration(since: retired) >= retiredFor {
                steps.append(.remove(key.id))
            }
        }
        guard algorithm.isSymmetric else { return steps + due(algorithm, among: keys, at: now) }
        let ofLists = keys.filter { $0.algorithm == Self.listAlgorithm }
        let ofTokens = keys.filter { $0.algorithm != Self.listAlgorithm }
        return steps + due(algorithm, among: ofTokens, at: now)
            + due(Self.listAlgorithm, among: ofLists, at: now)
    }

    /// The steps by which one active key of an algorithm follows the other.
    private func due(_ algorithm: SignatureAlgorithm, among keys: [KeyRecord], at now: Timestamp) -> [Step] {
        let actives = keys.filter { $0.state == .active }
        guard let active = actives.first(where: { $0.algorithm == algorithm }) ?? actives.first else {
            return [.found(algorithm)]
        }
        var steps = actives.filter { $0 != active }.map { Step.retire($0.id) }
        let announced = keys.filter { $0.state == .announced }
        // The setting changed back before the key was used: nothing was signed with it.
        steps += announced.filter { $0.algorithm != algorithm }.map { .remove($0.id) }
        if let next = announced.first(where: { $0.algorithm == algorithm }) {
            if now.duration(since: next.announcedAt) >= announcedFor {
                steps += [.retire(active.id), .activate(next.id)]
            }
        } else if active.algorithm != algorithm || isLate(active, at: now) {
            steps.append(.announce(algorithm))
        }
        return steps
    }

    private func isLate(_ active: KeyRecord, at now: Timestamp) -> Bool {
        let since = active.activatedAt ?? active.announcedAt
        return now.duration(since: since) >= period - announcedFor
    }
}
