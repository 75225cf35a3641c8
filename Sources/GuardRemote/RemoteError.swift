/// Why something could not be had from an issuer.
///
/// It is for the log and for metrics: a guard goes on with what it knows.
public struct RemoteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable name for a kind of failure; new ones may be added, old ones keep their meaning.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name in snake_case, as logs and metrics see it.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence without secrets.
    public let reason: String

    /// A failure of a kind, with its sentence.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// `code: reason`.
    public var description: String { "\(code.rawValue): \(reason)" }
}

extension RemoteError.Code {
    /// An address that is neither https nor this machine's, or that does not belong to the issuer.
    public static let invalidAddress = Self(rawValue: "invalid_address")
    /// No answer, none in time, or a connection that broke or fell silent.
    public static let unreachable = Self(rawValue: "unreachable")
    /// An answer with another status than expected, a redirect among them.
    public static let unexpectedAnswer = Self(rawValue: "unexpected_answer")
    /// The issuer does not take our credential, or it may not listen.
    public static let credentialRefused = Self(rawValue: "credential_refused")
    /// An answer or an event beyond its bound.
    public static let tooLarge = Self(rawValue: "too_large")
    /// An answer or an event that is not what it should be.
    public static let malformed = Self(rawValue: "malformed")
    /// The discovery document is another issuer's.
    public static let wrongIssuer = Self(rawValue: "wrong_issuer")
    /// A key set without a key for us, or one that is refused.
    public static let invalidKeys = Self(rawValue: "invalid_keys")
    /// A status list with another signature, type, address, issuer or size than it should have.
    public static let invalidList = Self(rawValue: "invalid_list")
    /// The issuer's clock is too far ahead of ours.
    public static let clockAhead = Self(rawValue: "clock_ahead")
}
