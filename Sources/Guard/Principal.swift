public import VidimusJOSE
public import VidimusStatusList

/// Who is asking: what a good access token says (RFC 9068 §2.2).
///
/// A value that cannot be made without a verifier. Copies share one immutable storage, so passing one on costs
/// one reference count.
public struct Principal: Sendable {
    private let said: Said

    /// `sub`: the account, or the client itself.
    public var subject: String { said.subject }
    /// `sid`: the session the token belongs to.
    public var sessionID: String? { said.sessionID }
    /// `client_id`: the client the token was issued to.
    public var clientID: String? { said.clientID }
    /// `jti`: the token's own name.
    public var tokenID: String { said.tokenID }
    /// `scope`, split at its spaces.
    public var scopes: [String] { said.scopes }
    /// `roles`, as the issuer wrote them.
    public var roles: [String] { said.roles }
    /// `iss`: who issued the token.
    public var issuer: String { said.issuer }
    /// `aud`: whom it is meant for, one or several.
    public var audience: [String] { said.audience }
    /// `iat`: when it was issued.
    public var issuedAt: Timestamp { said.issuedAt }
    /// `exp`: from then on, and the leeway, it is good no more.
    public var expiresAt: Timestamp { said.expiresAt }
    /// `nbf`: before then, less the leeway, it is not good yet; nil if absent.
    public var notBefore: Timestamp? { said.notBefore }
    /// `auth_time`: when the person last signed in.
    public var authenticatedAt: Timestamp? { said.authenticatedAt }
    /// `acr`: how strong that sign-in was.
    public var authenticationClass: String? { said.authenticationClass }
    /// `amr`: by what it was done.
    public var authenticationMethods: [String] { said.authenticationMethods }
    /// Where the token's status stands.
    public var status: StatusReference? { said.status }
    /// Every claim, also those that have a name here.
    public var claims: Claims { said.claims }

    /// The header's `typ`, as ``tokenType(_:)`` writes it; the verifier compares it on every request.
    var type: String? { said.type }

    /// Whether the token names this role, byte for byte.
    public func hasRole(_ role: String) -> Bool {
        said.roles.holds(role)
    }

    /// Whether the token carries this scope, byte for byte.
    public func hasScope(_ scope: String) -> Bool {
        said.scopes.holds(scope)
    }

    /// Reads the claims of a token whose signature held.
    /// - Throws: `missing_claim`, `invalid_claim`.
    init(_ claims: Claims, type: String?) throws(JOSEError) {
        said = try Said(claims, type: type)
    }

    /// A media type for comparing, by RFC 7515 §4.1.9: ASCII letters small, `application/` taken off.
    static func tokenType(_ type: String) -> String {
        let small = type.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        let prefix = "application/".utf8
        return String(
            decoding: small.starts(with: prefix) ? small.dropFirst(prefix.count) : small[...], as: UTF8.self)
    }

    private final class Said: Sendable {
        let subject: String
        let sessionID: String?
        let clientID: String?
        let tokenID: String
        let scopes: [String]
        let roles: [String]
        let issuer: String
        let audience: [String]
        let issuedAt: Timestamp
        let expiresAt: Timestamp
        let notBefore: Timestamp?
        let authenticatedAt: Timestamp?
        let authenticationClass: String?
        let authenticationMethods: [String]
        let status: StatusReference?
        let claims: Claims
        let type: String?

        init(_ claims: Claims, type: String?) throws(JOSEError) {
            self.claims = claims
            self.type = type
            issuer = try claims.required("iss", claims.string)
            audience = try claims.audience
            subject = try claims.required("sub", claims.string)
            expiresAt = try claims.required("exp", claims.time)
            issuedAt = try claims.required("iat", claims.time)
            tokenID = try claims.required("jti", claims.string)
            sessionID = try claims.string("sid")
            clientID = try claims.string("client_id")
            scopes = try claims.string("scope")?.split(separator: " ").map(String.init) ?? []
            roles = try claims.strings("roles") ?? []
            notBefore = try claims.time("nbf")
            authenticatedAt = try claims.time("auth_time")
            authenticationClass = try claims.string("acr")
            authenticationMethods = try claims.strings("amr") ?? []
            status = try claims.statusReference()
            guard !subject.isEmpty, !tokenID.isEmpty else {
                throw JOSEError(.invalidClaim, "'sub' and 'jti' must not be empty")
            }
        }
    }
}

extension Claims {
    fileprivate func required<Value>(
        _ name: String, _ read: (String) throws(JOSEError) -> Value?
    ) throws(JOSEError) -> Value {
        guard let value = try read(name) else { throw JOSEError(.missingClaim, "needs the claim '\(name)'") }
        return value
    }

    /// draft-ietf-oauth-status-list §6.1. A `status` of another mechanism only is as good as none.
    fileprivate func statusReference() throws(JOSEError) -> StatusReference? {
        guard let status = self["status"] else { return nil }
        guard status.object != nil else { throw JOSEError(.invalidClaim, "'status' must be an object") }
        guard let entry = status["status_list"] else { return nil }
        guard let index = entry["idx"]?.integer, let list = entry["uri"]?.string, index >= 0 else {
            throw JOSEError(
                .invalidClaim, "'status_list' must hold a number 'idx' from zero and a string 'uri'")
        }
        return StatusReference(list: list, index: Int(clamping: index))
    }
}

extension Principal: CustomStringConvertible {
    /// Who it is, and nothing else of what the token says.
    public var description: String { "Principal(\(subject.quoted))" }
}
