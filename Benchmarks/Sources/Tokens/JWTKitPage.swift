import Foundation
import JWTKit

// The jwt-kit half of the page "From jwt-kit" (FromJWTKit.md in Sources/JOSE/VidimusJOSE.docc), compiled here because
// only this package has jwt-kit. `PagesTests` compares the two.

struct OrderPayload: JWTPayload {
    var iss: IssuerClaim
    var sub: SubjectClaim
    var aud: AudienceClaim
    var exp: ExpirationClaim
    var admin: Bool

    func verify(using key: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
        try aud.verifyIntendedAudience(includes: "orders")
        guard iss.value == "https://id.example" else {
            throw JWTError.claimVerificationFailure(failedClaim: iss, reason: "another issuer")
        }
    }
}

enum JWTKitPage {
    static func secret(_ secret: String, _ payload: OrderPayload) async throws -> OrderPayload {
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256, kid: "a")
        let token = try await keys.sign(payload, kid: "a")
        let order = try await keys.verify(token, as: OrderPayload.self)
        return order
    }

    static func pem(_ privatePEM: String, _ publicPEM: String) async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: try ES256PrivateKey(pem: privatePEM), kid: "mine")
        await keys.add(
            rsa: try Insecure.RSA.PublicKey(pem: publicPEM), digestAlgorithm: .sha256, kid: "theirs")
        return keys
    }

    static func keySet(_ json: String, _ token: String) async throws -> OrderPayload {
        let keys = try await JWTKeyCollection().add(jwksJSON: json)
        let order = try await keys.verify(token, as: OrderPayload.self)
        return order
    }

    static func refusal(_ token: String, by keys: JWTKeyCollection) async throws -> String {
        var answer = "welcome"
        do {
            _ = try await keys.verify(token, as: OrderPayload.self)
        } catch let error as JWTError where error.errorType == .claimVerificationFailure {
            answer = error.failedClaim is ExpirationClaim ? "sign in again" : "no"
        }
        return answer
    }

    static func unverified(_ token: String, _ keys: JWTKeyCollection) async throws -> OrderPayload {
        let order = try await keys.unverified(token, as: OrderPayload.self)
        return order
    }
}
