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

    func write(_ id: ID<OneTimeTokens>, purpose: String, now: Timestamp, expiresAt: Timestamp) throws
        -> String
    {
        let claims: JSON = [
            "iss": .string(issuer), "aud": .string(issuer), "purpose": .string(purpose),
            "jti": .string(id.description), "iat": .integer(now.seconds), "exp": .integer(expiresAt.seconds),
        ]
        return try Token.sign(claims, type: Self.type, with: key)
    }

    /// The id of a good token for a purpose; nil for any other text.
    func read(_ text: String, purpose: String, now: Timestamp) -> ID<OneTimeTokens>? {
        guard let token = try? UnverifiedToken(text, maximumBytes: 4096),
            let verified = try? token.verified(by: key.verificationKey),
            let claims = try? verified.claims(policy, at: now),
            claims["purpose"]?.string == purpose
        else { return nil }
        return claims["jti"]?.string.flatMap { ID($0) }
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
