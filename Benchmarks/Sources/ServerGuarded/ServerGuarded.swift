import Foundation
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusJOSE
import VidimusStatusList

/// A service with one route twice: open, and behind the guard. Prints its port and a token that the guard accepts.
@main
struct ServerGuarded {
    static func main() async throws {
        let issuer = "https://id.example"
        let key = try SigningKey.generate(.es256)
        let now = Timestamp.systemClock()
        let statuses = LocalStatus()
        statuses.announce(StatusList(), at: "\(issuer)/status/1.1")
        statuses.confirm(at: now)
        let verifier = TokenVerifier(
            // The benchmark may take longer than a view may be old; nothing is confirmed anew here.
            .init(issuer: issuer, audience: issuer, maxStaleness: .seconds(86_400)),
            keys: LocalKeys(try JWKSet(keys: [key.verificationKey])), statuses: statuses)
        let token = try Token.sign(claims(issuer, now), type: "at+jwt", with: key)
        let application = Application(
            router: routes(verifier), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                FileHandle.standardOutput.write(
                    Data("127.0.0.1:\(channel.localAddress?.port ?? 0) \(token)\n".utf8))
            })
        try await application.runService()
    }

    static func routes(_ verifier: TokenVerifier) -> Router<BasicGuardedRequestContext> {
        let router = Router(context: BasicGuardedRequestContext.self)
        router.get("open") { _, _ in "hello" }
        router.guarded(by: verifier, .scope("account")).get("guarded") { _, _ in "hello" }
        return router
    }

    /// What the server puts into a token of its own.
    static func claims(_ issuer: String, _ now: Timestamp) -> JSON {
        [
            "iss": .string(issuer), "sub": "9f86d081884c7d659a2feaa0c55ad015", "aud": .string(issuer),
            "exp": .integer(now.seconds + 86_400), "iat": .integer(now.seconds),
            "jti": "K1x0y8xYvBqLr0cQ3sT5uw", "sid": "60303ae22b998861bce3b28f33eec1be",
            "client_id": "vidimus", "scope": "account", "roles": ["editor"],
            "auth_time": .integer(now.seconds), "acr": "aal1", "amr": ["pwd"],
            "status": ["status_list": ["idx": 4711, "uri": .string("\(issuer)/status/1.1")]],
        ]
    }
}
