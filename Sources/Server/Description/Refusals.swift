import VidimusJOSE

/// The refusals a route can answer: the stable codes of each status.
struct Refusals: Sendable, ExpressibleByDictionaryLiteral {
    let codes: [Int: [String]]

    init(dictionaryLiteral elements: (Int, [String])...) {
        codes = Dictionary(elements) { $0 + $1 }
    }

    private init(codes: [Int: [String]]) { self.codes = codes }

    static func + (left: Refusals, right: Refusals) -> Refusals {
        Refusals(
            codes: left.codes.merging(right.codes) { old, new in
                old + new.filter { !old.contains($0) }
            })
    }

    /// Of every route.
    static let always: Refusals = [400: ["missing_host", "invalid_host"], 500: ["internal_error"]]
    /// Of what reads or writes the database.
    static let database: Refusals = [503: ["unavailable"]]
    /// Of `JSONBody` and the members read from it.
    static let body: Refusals = [
        400: ["malformed_json"], 413: ["body_too_large"], 415: ["unsupported_media_type"],
        422: ["invalid_field"],
    ]
    /// Of a body with a member that must be there.
    static let requiredBody = body + [422: ["missing_field"]]
    /// Of a token that is looked at.
    static let token: Refusals = [
        400: ["invalid_request"],
        401: ["missing_token", "invalid_token", "expired", "revoked", "suspended", "stale"],
        503: ["status_unavailable"],
    ]
    /// Of a guard before a route.
    static let guarded = token + [403: ["insufficient_scope"]]
    /// Of a limit on attempts.
    static let limited: Refusals = [429: ["too_many_attempts"]]
    /// Of a password that is hashed.
    static let hashed = limited + database + [503: ["overloaded"]]
    /// Of `NewAccount`.
    static let newAccount: Refusals = [422: ["malformed_email", "weak_password"]]
}

extension Refusals {
    static func summary(_ codes: [String]) -> String {
        "Refused: " + codes.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// Problem details with one of the codes.
    static func schema(_ status: Int, _ codes: [String]) -> JSON {
        [
            "allOf": [
                Schemas.reference("Problem"),
                [
                    "properties": [
                        "status": ["const": .integer(Int64(status))],
                        "code": ["enum": .array(codes.map(JSON.string))],
                    ]
                ],
            ]
        ]
    }

    /// What a refusal with a status carries beside its body.
    static func headers(_ status: Int, _ codes: [String]) -> [JSON.Member] {
        guard !codes.isEmpty else { return [] }
        switch status {
        case 401:
            return [header("WWW-Authenticate", "The challenge (RFC 6750 §3).", ["type": "string"])]
        case 429, 503:
            return [header("Retry-After", "Seconds to wait.", ["type": "integer", "minimum": 1])]
        default: return []
        }
    }

    private static func header(_ name: String, _ summary: JSON, _ schema: JSON) -> JSON.Member {
        .init(name, ["description": summary, "schema": schema])
    }
}
