public import VidimusJOSE
import VidimusStatusList

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells who is asking by an access token, without I/O and without waiting for another thread.
///
/// On every request, in this order: parse, key, signature, type, issuer, audience, the claims that must be there,
/// `nbf` and `iat`, `exp`, the age of the view of statuses, the status, the requirement. Parse, key and signature of a
/// token that was good before are remembered; all the rest is looked at anew.
public final class TokenVerifier: Sendable {
    /// What this verifier accepts.
    public let configuration: Configuration

    let keys: any KeySource
    private let statuses: any StatusSource
    private let now: @Sendable () -> Timestamp
    private let type: String
    private let audience: SharedTexts
    let memory: TokenMemory

    /// A verifier over a source of keys and one of statuses.
    /// - Parameters:
    ///   - configuration: what it accepts.
    ///   - keys: where its keys come from.
    ///   - statuses: where its status lists come from.
    ///   - now: the clock; the machine's if nothing is said.
    public convenience init(
        _ configuration: Configuration, keys: any KeySource, statuses: any StatusSource,
        now: @escaping @Sendable () -> Timestamp = Timestamp.systemClock
    ) {
        // Twice as many shards as threads that can run at once, so that a free one is near.
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        self.init(configuration, keys: keys, statuses: statuses, shards: min(64, processors * 2), now: now)
    }

    init(
        _ configuration: Configuration, keys: any KeySource, statuses: any StatusSource, shards: Int,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.keys = keys
        self.statuses = statuses
        self.now = now
        type = Principal.tokenType(configuration.type)
        audience = SharedTexts([configuration.audience])
        memory = TokenMemory(
            bytes: configuration.memoryBytes, shards: shards, view: VerifierView(keys, statuses))
    }

    /// Verifies a compact token and a requirement.
    /// - Throws: a ``Refusal`` with every code but `missing_token` and `invalid_request`.
    public func verify(_ token: String, requiring requirement: Requirement = .signedIn) throws(Refusal)
        -> Principal
    {
        try verify(token.utf8.span, requiring: requirement)
    }

    /// Verifies a compact token, cut out of a header for instance, and a requirement.
    /// - Throws: as for a `String`.
    public func verify(_ token: Substring, requiring requirement: Requirement = .signedIn) throws(Refusal)
        -> Principal
    {
        try verify(token.utf8.span, requiring: requirement)
    }

    /// Verifies a compact token in ASCII and a requirement.
    /// - Throws: as for a `String`.
    public func verify(_ token: [UInt8], requiring requirement: Requirement = .signedIn) throws(Refusal)
        -> Principal
    {
        try verify(token.span, requiring: requirement)
    }

    /// Verifies a compact token in ASCII and a requirement.
    /// - Throws: as for a `String`.
    public func verify(_ token: Span<UInt8>, requiring requirement: Requirement = .signedIn) throws(Refusal)
        -> Principal
    {
        let now = now()
        // Before the status, so that a status is never older than the confirmation it is judged by.
        let confirmedAt = statuses.confirmedAt
        let hash = memory.hash(token)
        let principal: Principal
        switch recall(token, hash) {
        case .known(let known, let status):
            principal = known
            try checkOrigin(of: known)
            try judge(known, status, confirmedAt: confirmedAt, at: now)
        case .unknown(let view):
            principal = try read(token, keys: view.keys)
            let status = principal.status.flatMap(view.status(of:))
            try judge(principal, status, confirmedAt: confirmedAt, at: now)
            remember(token, hash, principal, verifiedBy: view)
        }
        if let refusal = requirement.check(principal, at: now) { throw refusal }
        return principal
    }

    /// How many verified tokens are remembered now, and how many bytes they are counted as; for metrics.
    public var memoryUse: (entries: Int, bytes: Int) { memory.use }
}

// Memory
extension TokenVerifier {
    private enum Recollection: Sendable {
        case known(Principal, Status?)
        case unknown(VerifierView)
    }

    private func recall(_ token: Span<UInt8>, _ hash: UInt64?) -> Recollection {
        let recollection = memory.withShard { shard -> Recollection in
            shard.refresh(keys, statuses)
            guard let hash, let known = shard.recall(token, hash: hash) else { return .unknown(shard.view) }
            return .known(known.principal, known.status)
        }
        return recollection ?? .unknown(VerifierView(keys, statuses))
    }

    private func remember(
        _ token: Span<UInt8>, _ hash: UInt64?, _ principal: Principal, verifiedBy view: VerifierView
    ) {
        guard let hash else { return }
        _ = memory.withShard { shard in
            shard.remember(token, hash: hash, principal: principal, keyGeneration: view.keyGeneration)
        }
    }
}

// Checks
extension TokenVerifier {
    /// Parses a token, verifies its signature and reads its claims. Whatever fails is `invalid_token`, and the client
    /// is not told what.
    private func read(_ token: Span<UInt8>, keys: JWKSet) throws(Refusal) -> Principal {
        do throws(JOSEError) {
            let verified = try keys.verified(token)
            let header = verified.header
            if let allowed = configuration.algorithms, !allowed.contains(header.algorithm) {
                throw JOSEError(
                    .unsupportedAlgorithm, "the algorithm \(header.algorithm.rawValue) is not accepted here")
            }
            let claims = try verified.claims()
            let type = header.type.map(Principal.tokenType)
            try checkOrigin(type: type, issuer: claims.issuer, audience: claims.audience)
            let principal = try Principal(claims, type: type)
            guard principal.status != nil || !configuration.requiresStatus else {
                throw JOSEError(.missingClaim, "needs the claim 'status' with a 'status_list'")
            }
            return principal
        } catch {
            throw Refusal(.invalidToken, error.description)
        }
    }

    /// The same for a token that is remembered.
    private func checkOrigin(of known: Principal) throws(Refusal) {
        do throws(JOSEError) {
            try checkOrigin(type: known.type, issuer: known.issuer, audience: known.audience)
        } catch {
            throw Refusal(.invalidToken, error.description)
        }
    }

    /// Type, issuer and audience.
    private func checkOrigin(type: String?, issuer: String?, audience: [String]) throws(JOSEError) {
        guard let type, type.isIdentical(to: self.type) else {
            throw JOSEError(.wrongType, "of type \(type?.quoted ?? "none"), expected \(self.type.quoted)")
        }
        guard let issuer, issuer.isIdentical(to: configuration.issuer) else {
            throw JOSEError(
                .wrongIssuer,
                "issued by \(issuer?.quoted ?? "nobody"), expected \(configuration.issuer.quoted)")
        }
        guard self.audience.areAll(among: audience.span) else { throw wrongAudience(audience) }
    }

    private func wrongAudience(_ audience: [String]) -> JOSEError {
        let meant = audience.prefix(4).map(\.quoted).joined(separator: ", ")
        return JOSEError(.wrongAudience, "meant for [\(meant)], expected \(configuration.audience.quoted)")
    }

    /// What time decides: `nbf`, `iat`, `exp`, then the status.
    private func judge(
        _ principal: Principal, _ status: Status?, confirmedAt: Timestamp?, at now: Timestamp
    ) throws(Refusal) {
        let latest = now + configuration.leeway
        if let notBefore = principal.notBefore, notBefore > latest {
            throw Refusal(
                .invalidToken,
                "not_yet_valid: not valid for another \(notBefore.duration(since: now).spoken); \(leewayNote)"
            )
        }
        guard principal.issuedAt <= latest else {
            throw Refusal(
                .invalidToken,
                "issued_in_future: issued \(principal.issuedAt.duration(since: now).spoken) in the future; "
                    + leewayNote)
        }
        guard now < principal.expiresAt + configuration.leeway else {
            throw Refusal(
                .expired, "expired \(now.duration(since: principal.expiresAt).spoken) ago; \(leewayNote)")
        }
        guard let reference = principal.status else { return }
        try checkView(confirmedAt: confirmedAt, at: now)
        switch status {
        case .valid: return
        case .revoked: throw Refusal(.revoked, "revoked by \(reference)")
        case .suspended: throw Refusal(.suspended, "suspended by \(reference)")
        case .stale: throw Refusal(.stale, "made stale by \(reference)")
        case nil: throw Refusal(.invalidToken, "no such status: \(reference)")
        }
    }

    /// Whether statuses are known well enough to go by.
    ///
    /// A confirmation from the future means that a clock was set back; such a view may be of any age.
    private func checkView(confirmedAt: Timestamp?, at now: Timestamp) throws(Refusal) {
        guard let confirmedAt else { throw Refusal(.statusUnavailable, "there was no first status list yet") }
        if configuration.whenStale == .failOpen { return }
        let age = now.duration(since: confirmedAt)
        guard age <= configuration.maxStaleness, age >= .zero - configuration.maxStaleness else {
            let when = age < .zero ? "in the future: a clock was set back" : "ago"
            throw Refusal(
                .statusUnavailable,
                "statuses were confirmed \(age.spoken) \(when); at most \(configuration.maxStaleness.spoken) allowed"
            )
        }
    }

    private var leewayNote: String { "clocks may differ, leeway is \(configuration.leeway.spoken)" }
}
