import VidimusGuard
import VidimusJOSE
import VidimusStatusList

/// The guard: an access token as the server makes it, with a status that is looked up.
enum Guarded {
    /// `hot`: one token that was seen before. `unseen`: tokens in turn, more than the guard has memory for, so that each
    /// is verified, remembered, and forgotten again before its next turn.
    static func operation(_ who: String, _ task: Task, _ fixture: Fixture) throws -> (() throws -> Void)? {
        guard task.isVerifying else { return nil }
        let key = try SigningKey(JWK(fixture.jwk(task.algorithm)))
        let now = Timestamp.now
        let statuses = LocalStatus()
        statuses.announce(StatusList(), at: list)
        statuses.confirm(at: now)
        let isHot = who == "guard-hot"
        let verifier = TokenVerifier(
            // The benchmark takes longer than a view may be old; nothing is confirmed anew here.
            .init(
                issuer: issuer, audience: audience, maxStaleness: .seconds(86_400),
                memoryBytes: isHot ? 8 << 20 : 1 << 16),
            keys: LocalKeys(try JWKSet(keys: [key.verificationKey])), statuses: statuses)
        let tokens = try (0..<(isHot ? 1 : 64)).map { number in
            Array(try Token.sign(claims(number, now), type: "at+jwt", with: key).utf8)
        }
        var next = 0
        return {
            keep(try verifier.verify(tokens[next]))
            if !isHot { next = (next + 1) % tokens.count }
        }
    }

    private static let list = "\(issuer)/status/1.1"

    private static func claims(_ number: Int, _ now: Timestamp) -> JSON {
        [
            "iss": .string(issuer), "sub": "9f86d081884c7d659a2feaa0c55ad015", "aud": .string(audience),
            "exp": .integer(now.seconds + 86_400), "iat": .integer(now.seconds),
            "jti": .string("token-\(number)"),
            "sid": "60303ae22b998861bce3b28f33eec1be", "scope": "account", "roles": ["editor"],
            "status": ["status_list": ["idx": .integer(Int64(number)), "uri": .string(list)]],
        ]
    }
}
