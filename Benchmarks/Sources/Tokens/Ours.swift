import VidimusJOSE

/// The ten claims as a type.
struct AccessClaims: Codable {
    var iss: String
    var sub: String
    var aud: Audience
    var exp: Timestamp
    var nbf: Timestamp
    var iat: Timestamp
    var jti: String
    var scope: String
    var roles: [String]
    var sid: String
}

extension AccessClaims {
    /// By hand, from the scanned claims.
    init(_ claims: borrowing Claims) throws(JOSEError) {
        try self.init(
            iss: claims.issuer ?? "", sub: claims.subject ?? "", aud: Audience(claims),
            exp: claims.expiresAt ?? .now, nbf: claims.notBefore ?? .now, iat: claims.issuedAt ?? .now,
            jti: claims.tokenID ?? "", scope: claims.string("scope") ?? "",
            roles: claims.strings("roles") ?? [], sid: claims.string("sid") ?? "")
    }
}

let issuer = "https://issuer.example"
let audience = "https://api.example"
let policy = ClaimsPolicy(issuer: issuer, audience: audience, required: ["exp"])

enum Ours {
    /// `vidimus`: verify, and all ten claims into a struct by name. `codable`: the same by `Codable`. `claims`: verify
    /// alone, the claims scanned but not taken out.
    static func operation(_ who: String, _ task: Task, _ fixture: Fixture) throws -> (() throws -> Void)? {
        let algorithm = task.algorithm
        let key = try SigningKey(JWK(fixture.jwk(algorithm)))
        let token = try fixture.token(algorithm)
        let verifier = Token.Verifier(try JWKSet(keys: [key.verificationKey]), policy)
        let claims = try verifier.verify(token)
        switch (who, task.isVerifying) {
        case ("vidimus", true): return { keep(try AccessClaims(verifier.verify(token))) }
        case ("codable", true): return { keep(try verifier.verify(token, as: AccessClaims.self)) }
        case ("claims", true): return { keep(try verifier.verify(token)) }
        case ("vidimus", false):
            let json = claims.json
            return { keep(try Token.sign(json, with: key)) }
        case ("codable", false):
            let typed = try AccessClaims(claims)
            return { keep(try Token.sign(typed, with: key)) }
        default: return nil
        }
    }
}
