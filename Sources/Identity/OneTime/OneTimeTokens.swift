import Crypto
import VidimusDatabase
import VidimusJOSE

/// Signed, short-lived tokens for one purpose each, whose id is consumed once.
struct OneTimeTokens: Sendable {
    private let key: SigningKey
    private let policy: ClaimsPolicy
    private let issuer: String
    private static let type = "vidimus-one-time+jwt"

    init(masterKeys: MasterKeys, epoch: Int64, issuer: String) throws {
        guard let secret = masterKeys.derived(.oneTimeTokens(epoch: epoch), version: masterKeys.current)
        else {
            throw JOSEError(.invalidKey, "the master key ring has no current key")
        }
        let jwk: JSON = [
            "kty": "oct", "alg": "HS256", "kid": "one-time",
            "k": .string(Base64URL.encode(secret.withUnsafeBytes { Array($0) })),
        ]
        key = try SigningKey(JWK(jwk))
        policy = ClaimsPolicy(
            issuer: issuer, audience: issuer, type: Self.type, required: ["jti", "purpose", "exp"],
            leeway: .zero)
        self.issuer = issuer
    }

    /// - Parameter client: the client that asked for it; nil for a token of our own.
    func write(
        _ id: ID<OneTimeTokens>, purpose: String, client: ID<Client>? = nil, now: Timestamp,
        expiresAt: Timestamp
    ) throws -> String {
        var claims: [JSON.Member] = [
            .init("iss", .string(issuer)), .init("aud", .string(issuer)), .init("purpose", .string(purpose)),
            .init("jti", .string(id.description)), .init("iat", .integer(now.seconds)),
            .init("exp", .integer(expiresAt.seconds)),
        ]
        if let client { claims.append(.init("client_id", .string(client.description))) }
        return try Token.sign(.object(claims), type: Self.type, with: key)
    }

    /// The id of a good token for a purpose; nil for any other text.
    func read(_ text: String, purpose: String, now: Timestamp) -> ID<OneTimeTokens>? {
        guard let claims = claims(of: text, now: now), claims["purpose"]?.string == purpose,
            claims["client_id"] == nil
        else { return nil }
        return claims["jti"]?.string.flatMap { ID($0) }
    }

    /// The id and the client of a good token that a client asked for; nil for any other text, also for our own links.
    func readClients(_ text: String, now: Timestamp) -> (id: ID<OneTimeTokens>, client: ID<Client>)? {
        guard let claims = claims(of: text, now: now),
            let id = claims["jti"]?.string.flatMap({ ID<OneTimeTokens>($0) }),
            let client = claims["client_id"]?.string.flatMap({ ID<Client>($0) })
        else { return nil }
        return (id, client)
    }

    private func claims(of text: String, now: Timestamp) -> Claims? {
        guard let token = try? UnverifiedToken(text, maximumBytes: 4096),
            let verified = try? token.verified(by: key.verificationKey)
        else { return nil }
        return try? verified.claims(policy, at: now)
    }

    static func store(
        _ id: ID<OneTimeTokens>, purpose: String, expiresAt: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            SQL("INSERT INTO one_time_tokens (id, purpose, expires_at) VALUES ($1, $2, $3)"),
            [id, purpose, expiresAt])
    }

    /// Uses a token up; false when it was used, voided or ran out before.
    static func consume(
        _ id: ID<OneTimeTokens>, purpose: String, now: Timestamp, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            SQL(
                """
                UPDATE one_time_tokens SET consumed_at = $1
                WHERE id = $2 AND purpose = $3 AND consumed_at IS NULL AND expires_at > $1
                """), [now, id, purpose]) == 1
    }

    static func purge(now: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(
            SQL("DELETE FROM one_time_tokens WHERE expires_at < $1"), [now - .seconds(86_400)])
    }
}
