import VidimusJOSE

/// Mints access tokens (RFC 9068) for sessions.
package struct AccessTokens: Sendable {
    private let seams: Seams
    private let keys: KeyRing
    private let statuses: StatusRegister
    private let issuer: String
    private let audience: String
    private let policy: SessionPolicy

    package init(
        _ seams: Seams, keys: KeyRing, statuses: StatusRegister, issuer: String, audience: String,
        policy: SessionPolicy
    ) {
        self.seams = seams
        self.keys = keys
        self.statuses = statuses
        self.issuer = issuer
        self.audience = audience
        self.policy = policy
    }

    /// A token, how long it lives, and what to warn of.
    package struct Minted: Sendable {
        package let token: String
        /// Seconds.
        package let expiresIn: Int64
        /// The largest claim, if the token is over ``AccessTokens/budget``.
        package let oversizedBy: String?
    }

    /// Proxies and browsers bound a header; a token should leave room. Bytes of the compact form.
    package static let budget = 1024

    /// What a first-party session may do with its own account.
    package static let accountScope = "account"

    /// A token of a client's own (RFC 9068 §2.2, `sub` is the client): no session, no roles.
    package func mint(for client: Client, scopes: [Scope]) throws -> Minted {
        let now = seams.now()
        let expiry = now + policy.accessLifetime
        return try sign(
            [
                "iss": .string(issuer), "sub": .string(client.id.description), "aud": .string(audience),
                "exp": .integer(expiry.seconds), "iat": .integer(now.seconds),
                "jti": .string(Base64URL.encode(seams.random(16))),
                "client_id": .string(client.id.description),
                "scope": .string(scopes.map(\.description).joined(separator: " ")),
                "status": status(at: client.place),
            ], from: now, to: expiry)
    }

    package func mint(for grant: SessionGrant) throws -> Minted {
        let session = grant.session
        let now = seams.now()
        let expiry = min(now + policy.accessLifetime, session.expiresAt)
        let claims: JSON = [
            "iss": .string(issuer),
            "sub": .string(grant.account.id.description),
            "aud": .string(audience),
            "exp": .integer(expiry.seconds),
            "iat": .integer(now.seconds),
            "jti": .string(Base64URL.encode(seams.random(16))),
            "sid": .string(session.id.description),
            "client_id": .string(session.client),
            "scope": .string(Self.accountScope),
            "roles": .array(grant.account.roles.strings.map(JSON.string)),
            "auth_time": .integer(session.authenticatedAt.seconds),
            "acr": .string(session.methods.count > 1 ? "aal2" : "aal1"),
            "amr": .array(session.methods.map(JSON.string)),
            "status": status(at: session.place),
        ]
        return try sign(claims, from: now, to: expiry)
    }

    private func status(at place: StatusEntries.Place) -> JSON {
        [
            "status_list": [
                "idx": .integer(Int64(place.index)), "uri": .string(statuses.address(of: place.list)),
            ]
        ]
    }

    private func sign(_ claims: JSON, from now: Timestamp, to expiry: Timestamp) throws -> Minted {
        let token = try Token.sign(claims, type: "at+jwt", with: keys.signingKey())
        return Minted(
            token: token, expiresIn: max(0, expiry.seconds - now.seconds),
            oversizedBy: token.utf8.count > Self.budget ? largestClaim(of: claims) : nil)
    }

    private func largestClaim(of claims: JSON) -> String? {
        claims.object?.max { $0.value.encoded().count < $1.value.encoded().count }?.name
    }
}
