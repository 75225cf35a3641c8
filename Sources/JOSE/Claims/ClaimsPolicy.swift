/// What the claims of a token must say to be accepted (RFC 7519 §4.1, RFC 8725 §3.8–3.11).
///
/// Times are checked wherever a token has them; name `exp` in ``required`` to refuse tokens without one.
public struct ClaimsPolicy: Sendable {
    /// The only `iss` accepted, compared code point by code point; nil accepts any.
    public var issuer: String?
    /// What `aud` must name, compared code point by code point; nil accepts any.
    public var audience: String?
    /// The only `typ` accepted, compared as media types are; nil accepts any.
    public var type: String?
    /// Claims that must be present, and not null.
    public var required: [String] {
        get { presence.names }
        set { presence = Presence(newValue) }
    }
    /// How far clocks may differ; a negative one counts as none.
    public var leeway: Duration {
        get { tolerance.leeway }
        set { tolerance = Tolerance(newValue) }
    }
    private var presence: Presence
    private var tolerance: Tolerance

    /// A policy of these rules.
    public init(
        issuer: String? = nil, audience: String? = nil, type: String? = nil, required: [String] = [],
        leeway: Duration = .seconds(60)
    ) {
        self.issuer = issuer
        self.audience = audience
        self.type = type
        presence = Presence(required)
        tolerance = Tolerance(leeway)
    }

    private struct Presence {
        let names: [String]
        /// Whether `exp` is among them, which is found already: to look for it by its name is 0.02 µs a token.
        let needsExpiry: Bool
        let others: [String]

        init(_ names: [String]) {
            self.names = names
            others = names.filter { !$0.isIdentical(to: "exp") }
            needsExpiry = others.count < names.count
        }
    }

    private struct Tolerance {
        let leeway: Duration
        /// As it is added to times: a `Duration` has 128 bits, and taking them apart costs 0.1 µs a time.
        let milliseconds: Int64

        init(_ leeway: Duration) {
            self.leeway = leeway
            milliseconds = max(leeway, .zero).saturatedMilliseconds
        }
    }

    /// Checks the claims of a token at the time `now`.
    ///
    /// `typ` compares without regard to case, and "application/" in front of it may be missing (RFC 7515
    /// §4.1.9). A token is expired from `exp` plus leeway on, valid from `nbf` minus leeway on, and must not
    /// have an `iat` after `now` plus leeway. Registered claims of the wrong type are refused, whether the
    /// rules ask for them or not.
    /// - Throws: `wrong_type`, `missing_claim`, `invalid_claim`, `wrong_issuer`, `wrong_audience`, `expired`,
    ///   `not_yet_valid`, `issued_in_future`.
    public func check(
        _ claims: Claims, header: UnverifiedToken.Header, at now: Timestamp
    ) throws(JOSEError) {
        try checkType(header.type)
        try check(claims, at: now)
    }

    /// All but the type.
    func check(_ claims: Claims, at now: Timestamp) throws(JOSEError) {
        let (document, registered) = (claims.document, claims.registered)
        if presence.needsExpiry { try checkPresence(registered[.expiresAt], "exp", document) }
        for name in presence.others { try checkPresence(document.member(name), name, document) }
        try checkString(registered[.subject], "sub", claims)
        try checkString(registered[.tokenID], "jti", claims)
        try checkString(registered[.issuer], "iss", claims)
        try checkIssuer(claims)
        try checkAudience(claims)
        try checkTimes(claims, now)
    }

    private func checkPresence(
        _ node: Int?, _ name: String, _ document: JSONDocument
    ) throws(JOSEError) {
        guard let node, document.kind(node) != .null else {
            throw JOSEError(.missingClaim, "needs the claim \(name.quoted)")
        }
    }

    private func checkString(_ node: Int?, _ name: String, _ claims: Claims) throws(JOSEError) {
        guard let node, !claims.document.isString(node) else { return }
        throw claims.wrong(name, "a string")
    }

    /// The type alone.
    func checkType(_ said: String?) throws(JOSEError) {
        guard let type else { return }
        guard let said else {
            throw JOSEError(.wrongType, "has no typ, expected \(type.quoted)")
        }
        guard said.isIdentical(to: type) || said.asMediaType == type.asMediaType else {
            throw JOSEError(.wrongType, "typ is \(said.quoted), expected \(type.quoted)")
        }
    }

    private func checkIssuer(_ claims: Claims) throws(JOSEError) {
        guard let issuer else { return }
        guard let node = claims.registered[.issuer] else {
            throw JOSEError(.missingClaim, "needs the claim 'iss'")
        }
        guard claims.document.string(node, isIdenticalTo: issuer) else {
            let said = claims.document.string(node)
            throw JOSEError(.wrongIssuer, "issued by \(said.quoted), expected \(issuer.quoted)")
        }
    }

    private func checkAudience(_ claims: Claims) throws(JOSEError) {
        let node = claims.registered[.audience]
        // The common form, without making a string of it.
        if let audience, let node, claims.document.isString(node),
            claims.document.string(node, isIdenticalTo: audience)
        {
            return
        }
        let said = try claims.audience
        guard let audience else { return }
        guard node != nil else { throw JOSEError(.missingClaim, "needs the claim 'aud'") }
        guard said.contains(where: { $0.isIdentical(to: audience) }) else {
            let others = said.isEmpty ? "nobody" : said.prefix(5).map(\.quoted).joined(separator: ", ")
            throw JOSEError(.wrongAudience, "meant for \(others), expected \(audience.quoted)")
        }
    }

    private func checkTimes(_ claims: Claims, _ now: Timestamp) throws(JOSEError) {
        let latest = now.adding(milliseconds: tolerance.milliseconds)
        if let expiry = try claims.expiresAt, now >= expiry.adding(milliseconds: tolerance.milliseconds) {
            throw JOSEError(.expired, "expired \(now.duration(since: expiry).spoken) ago; \(note)")
        }
        if let start = try claims.notBefore, start > latest {
            throw JOSEError(
                .notYetValid, "not valid for another \(start.duration(since: now).spoken); \(note)")
        }
        if let issue = try claims.issuedAt, issue > latest {
            throw JOSEError(
                .issuedInFuture, "issued \(issue.duration(since: now).spoken) in the future; \(note)")
        }
    }

    private var note: String {
        "clocks may differ, leeway is \(Duration.milliseconds(tolerance.milliseconds).spoken)"
    }
}

extension String {
    /// In ASCII lower case, without "application/" in front if no other slash follows (RFC 7515 §4.1.9).
    fileprivate var asMediaType: [UInt8] {
        let lower = utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        let prefix = Array("application/".utf8)
        guard lower.starts(with: prefix), !lower[prefix.count...].contains(UInt8(ascii: "/")) else {
            return lower
        }
        return Array(lower[prefix.count...])
    }
}
