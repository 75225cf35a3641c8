/// Why a request was refused.
///
/// ``code``, ``detail`` and ``statusCode`` are for the client; ``reason`` is for the log only.
public struct Refusal: Error, Sendable, Equatable {
    /// A stable name for a kind of refusal; new ones may be added, old ones keep their meaning.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name in snake_case, as clients and metrics see it.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }

    /// The kind of refusal.
    public let code: Code
    /// One sentence for the log. It may name claims once the signature held, never the token. Not for the client.
    public let reason: String
    /// The scopes that the requirement asks for, for the challenge of `insufficient_scope`.
    public let scopes: [String]
    /// How old a sign-in may be, for the challenge of `insufficient_user_authentication`.
    public let maximumAge: Duration?

    /// The classes of sign-in that will do, for the same challenge; empty where it does not matter.
    public let authenticationClasses: [String]

    /// A refusal of a kind, with its sentence for the log.
    public init(
        _ code: Code, _ reason: String, scopes: [String] = [], maximumAge: Duration? = nil,
        authenticationClasses: [String] = []
    ) {
        self.code = code
        self.reason = reason
        self.scopes = scopes
        self.maximumAge = maximumAge
        self.authenticationClasses = authenticationClasses
    }
}

extension Refusal: CustomStringConvertible {
    /// `code: reason`, for the log.
    public var description: String { "\(code.rawValue): \(reason)" }
}

extension Refusal.Code {
    /// No token came.
    public static let missingToken = Self(rawValue: "missing_token")
    /// The request carries two credentials.
    public static let invalidRequest = Self(rawValue: "invalid_request")
    /// Everything before the signature held, and issuer, audience, type or claims after it.
    public static let invalidToken = Self(rawValue: "invalid_token")
    /// A token of ours whose time is over.
    public static let expired = Self(rawValue: "expired")
    /// A token of ours that is dead for good.
    public static let revoked = Self(rawValue: "revoked")
    /// A token of ours whose account is switched off.
    public static let suspended = Self(rawValue: "suspended")
    /// A token of ours whose account's rights changed: refresh.
    public static let stale = Self(rawValue: "stale")
    /// The guard's view of statuses is too old, or was never there.
    public static let statusUnavailable = Self(rawValue: "status_unavailable")
    /// A good token without the scope or role.
    public static let insufficientScope = Self(rawValue: "insufficient_scope")
    /// A good token whose sign-in is too long ago or of another class (RFC 9470).
    public static let insufficientUserAuthentication = Self(rawValue: "insufficient_user_authentication")
}

extension Refusal {
    /// One sentence for the client, the same for everything before the signature verified.
    public var detail: String {
        switch code {
        case .missingToken: "This needs an access token. Sign in."
        case .invalidRequest: "The request carries more than one credential. Send exactly one."
        case .expired: "The token has expired. Refresh it."
        case .revoked: "The token was revoked: its session has ended. Sign in again."
        case .suspended: "The token is suspended: the account is disabled."
        case .stale: "The token is stale: the account's rights changed. Refresh it."
        case .statusUnavailable:
            "Whether the token still holds cannot be checked right now. Try again shortly."
        case .insufficientScope: "The token does not carry the rights that this needs."
        case .insufficientUserAuthentication where !authenticationClasses.isEmpty:
            "This needs another sign-in, as acr_values says. Sign in again."
        case .insufficientUserAuthentication: "This needs a more recent sign-in. Sign in again."
        default: "The token is not accepted."
        }
    }

    /// The HTTP status: 400, 401, 403 or 503.
    public var statusCode: Int {
        switch code {
        case .invalidRequest: 400
        case .insufficientScope: 403
        case .statusUnavailable: 503
        default: 401
        }
    }

    /// When to try again, for `Retry-After`; nil where trying again does not help.
    public var retryAfter: Duration? {
        code == .statusUnavailable ? .seconds(5) : nil
    }
}
