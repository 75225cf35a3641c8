public import VidimusJOSE

extension TokenVerifier {
    /// What a guard does when its view of statuses is older than it may be.
    public enum FailureMode: Sendable, Hashable {
        /// Refuse with 503 until the view is confirmed again.
        case failClosed
        /// Go on by the last view known. Without a first list it still refuses.
        case failOpen
    }

    /// What a verifier accepts. None of it comes from a token.
    public struct Configuration: Sendable {
        /// The one issuer whose tokens are accepted, compared byte for byte.
        public var issuer: String
        /// The name by which tokens mean this service; `aud` must hold it.
        public var audience: String
        /// The `typ` a token must have (RFC 8725 §3.11), upper and lower case and `application/` aside.
        public var type: String
        /// How far the issuer's clock may be from ours, for `exp`, `nbf` and `iat`.
        public var leeway: Duration
        /// How old the view of statuses may be.
        public var maxStaleness: Duration
        /// What to do when it is older.
        public var whenStale: FailureMode
        /// Whether a token without a status is refused.
        public var requiresStatus: Bool
        /// The most that the memory of verified tokens may hold, in bytes over all its parts; zero for none.
        public var memoryBytes: Int
        /// The algorithms accepted, or nil for whatever the keys are for.
        public var algorithms: Set<SignatureAlgorithm>?

        /// A configuration for the tokens of `issuer` that are meant for `audience`; the rest is as RFC 9068 and
        /// the promise have it.
        public init(
            issuer: String, audience: String, type: String = "at+jwt", leeway: Duration = .seconds(60),
            maxStaleness: Duration = .seconds(30), whenStale: FailureMode = .failClosed,
            requiresStatus: Bool = true, memoryBytes: Int = 8 << 20,
            algorithms: Set<SignatureAlgorithm>? = nil
        ) {
            self.issuer = issuer
            self.audience = audience
            self.type = type
            self.leeway = leeway
            self.maxStaleness = maxStaleness
            self.whenStale = whenStale
            self.requiresStatus = requiresStatus
            self.memoryBytes = memoryBytes
            self.algorithms = algorithms
        }
    }
}
