/// Why a token, key or document was refused.
///
/// `code` is stable and for programs; `reason` is one English sentence for the caller's log and command line.
/// Neither carries a secret. Do not send `reason` to whoever presented the token.
public struct JOSEError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable name for a kind of refusal; new ones may be added, old ones keep their meaning.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name in snake_case, as written to logs.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }

    /// The kind of refusal.
    public let code: Code
    /// One clear sentence, without secrets.
    public let reason: String

    /// A refusal of a kind, with its sentence.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// `code: reason`.
    public var description: String {
        "\(code.rawValue): \(reason)"
    }
}

extension JOSEError.Code {
    /// Not three parts, bad base64url, bad JSON, a header member of the wrong type, oversize, duplicate
    /// members.
    public static let malformed = Self(rawValue: "malformed")
    /// `alg` is `none` or one we do not have, or a key is of a kind we do not have.
    public static let unsupportedAlgorithm = Self(rawValue: "unsupported_algorithm")
    /// The header's `alg` is not the one the key carries.
    public static let algorithmMismatch = Self(rawValue: "algorithm_mismatch")
    /// The header asks for an extension (`crit`, `b64`, `zip`) that we do not have.
    public static let unsupportedCritical = Self(rawValue: "unsupported_critical")
    /// No key fits, or several do and the token names none.
    public static let unknownKey = Self(rawValue: "unknown_key")
    /// The signature is not this key's over this token.
    public static let invalidSignature = Self(rawValue: "invalid_signature")
    /// The token was not encrypted to this key, or was changed on the way; nothing tells which.
    public static let decryptionFailed = Self(rawValue: "decryption_failed")
    /// A JWK that is malformed, contradicts itself, or is not for this use.
    public static let invalidKey = Self(rawValue: "invalid_key")
    /// A key too short or degenerate to protect anything.
    public static let weakKey = Self(rawValue: "weak_key")
    /// The header's `typ` is not the one the policy asks for.
    public static let wrongType = Self(rawValue: "wrong_type")
    /// A claim that the policy requires is absent.
    public static let missingClaim = Self(rawValue: "missing_claim")
    /// A claim is of the wrong JSON type or out of range.
    public static let invalidClaim = Self(rawValue: "invalid_claim")
    /// `iss` is somebody else.
    public static let wrongIssuer = Self(rawValue: "wrong_issuer")
    /// `aud` does not name us.
    public static let wrongAudience = Self(rawValue: "wrong_audience")
    /// `exp` has passed.
    public static let expired = Self(rawValue: "expired")
    /// `nbf` is still to come.
    public static let notYetValid = Self(rawValue: "not_yet_valid")
    /// `iat` is still to come.
    public static let issuedInFuture = Self(rawValue: "issued_in_future")
}

extension String {
    /// Whether both hold the same code points. `==` would also accept canonically equivalent ones, which
    /// RFC 7519 §4.1 and RFC 8259 §8.3 do not: two names that differ in bytes are two names.
    func isIdentical(to other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.span.bytes.isIdentical(to: other.utf8.span.bytes)
    }

    /// The text in single quotes for a sentence: cut to 80 characters, everything but printable ASCII
    /// escaped, so that a token cannot write control sequences into somebody's terminal or lines into a log.
    var quoted: String {
        let shown = unicodeScalars.prefix(80)
        var text = "'"
        for scalar in shown {
            text += scalar.escaped(asASCII: true)
        }
        return text + (shown.endIndex == unicodeScalars.endIndex ? "'" : "…'")
    }
}
