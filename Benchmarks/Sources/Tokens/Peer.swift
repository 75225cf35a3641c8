import Foundation
import JWTKit

/// jwt-kit, as its documentation says: one collection of keys, claims by `Codable`, checks in `verify(using:)`.
enum Peer {
    struct Payload: JWTPayload {
        var iss: IssuerClaim
        var sub: SubjectClaim
        var aud: AudienceClaim
        var exp: ExpirationClaim
        var nbf: NotBeforeClaim
        var iat: IssuedAtClaim
        var jti: IDClaim
        var scope: String
        var roles: [String]
        var sid: String

        func verify(using algorithm: some JWTAlgorithm) throws {
            try exp.verifyNotExpired()
            try nbf.verifyNotBefore()
            try aud.verifyIntendedAudience(includes: audience)
            guard iss.value == issuer else { throw Wrong("another issuer") }
        }
    }

    static func operation(_ task: Task, _ fixture: Fixture) async throws -> (
        @Sendable () async throws -> Void
    )? {
        let keys = JWTKeyCollection()
        let id = JWKIdentifier(string: "\(task.algorithm)-1")
        switch task.algorithm {
        case "HS256":
            await keys.add(
                hmac: HMACKey(from: Data(try fixture.number("k", of: "HS256"))), digestAlgorithm: .sha256,
                kid: id)
        case "RS256" where task.isVerifying:
            await keys.add(
                rsa: try Insecure.RSA.PublicKey(pem: fixture.text("RS256.public.pem")),
                digestAlgorithm: .sha256, kid: id)
        case "RS256":
            await keys.add(
                rsa: try Insecure.RSA.PrivateKey(pem: fixture.text("RS256.private.pem")),
                digestAlgorithm: .sha256,
                kid: id)
        case "ES256" where task.isVerifying:
            await keys.add(ecdsa: try ES256PublicKey(pem: fixture.text("ES256.public.pem")), kid: id)
        case "ES256":
            await keys.add(ecdsa: try ES256PrivateKey(pem: fixture.text("ES256.private.pem")), kid: id)
        case "Ed25519" where task.isVerifying:
            await keys.add(
                eddsa: try EdDSA.PublicKey(
                    x: Data(fixture.number("x", of: "Ed25519")).base64EncodedString(), curve: .ed25519),
                kid: id)
        case "Ed25519":
            await keys.add(
                eddsa: try EdDSA.PrivateKey(
                    d: Data(fixture.number("d", of: "Ed25519")).base64EncodedString(), curve: .ed25519),
                kid: id)
        default: return nil
        }
        // "EdDSA" is the only name of the algorithm that it knows.
        let token = try fixture.text(task.algorithm == "Ed25519" ? "EdDSA.jwt" : "\(task.algorithm).jwt")
        if task.isVerifying { return { keep(try await keys.verify(token, as: Payload.self)) } }
        let now = Date()
        let payload = Payload(
            iss: IssuerClaim(value: issuer), sub: "0f8fad5b-d9cb-469f-a165-70867728950e",
            aud: AudienceClaim(value: audience),
            exp: ExpirationClaim(value: now + 900), nbf: NotBeforeClaim(value: now),
            iat: IssuedAtClaim(value: now),
            jti: "7c9e6679-7425-40de-944b", scope: "account", roles: ["editor", "admin"], sid: "s-4711")
        return { keep(try await keys.sign(payload, kid: id)) }
    }
}
