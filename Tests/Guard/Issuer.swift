import Synchronization
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    func advance(seconds: Int64) {
        milliseconds.withLock { $0 += seconds * 1_000 }
    }
}

/// An issuer with fixed keys, one status list and a clock of its own.
struct Issuer {
    static let name = "https://id.example"
    static let audience = "https://api.example"
    static let list = "https://id.example/status/1"

    let clock = TestClock()
    let key: SigningKey
    let keys: LocalKeys
    let statuses = LocalStatus()
    let list = StatusList(size: 1_024)

    init(confirmed: Bool = true) throws {
        key = try Self.p256()
        keys = LocalKeys(try JWKSet(keys: [key.verificationKey]))
        statuses.announce(list, at: Self.list)
        if confirmed { statuses.confirm(at: clock.now) }
    }

    /// RFC 7515 A.3.
    static func p256(id: String = "p256") throws -> SigningKey {
        try SigningKey(
            JWK([
                "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": .string(id),
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
            ]))
    }

    /// RFC 8037 A.1.
    static func ed25519() throws -> SigningKey {
        try SigningKey(
            JWK([
                "kty": "OKP", "crv": "Ed25519", "kid": "ed25519",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            ]))
    }

    var configuration: TokenVerifier.Configuration {
        TokenVerifier.Configuration(issuer: Self.name, audience: Self.audience)
    }

    func verifier(_ change: (inout TokenVerifier.Configuration) -> Void = { _ in }) -> TokenVerifier {
        var configuration = configuration
        change(&configuration)
        return TokenVerifier(configuration, keys: keys, statuses: statuses, now: { [clock] in clock.now })
    }

    /// A good token, but for the claims given; `.null` takes a claim away.
    func token(
        _ changes: [String: JSON] = [:], index: Int64 = 1, type: String? = "at+jwt", key: SigningKey? = nil
    ) throws -> String {
        let now = clock.now.seconds
        var claims: [String: JSON] = [
            "iss": .string(Self.name), "aud": .string(Self.audience), "sub": "alice", "sid": "session-1",
            "client_id": "web", "jti": .string("token-\(index)"), "iat": .integer(now),
            "exp": .integer(now + 900),
            "auth_time": .integer(now - 30), "acr": "pwd", "amr": ["pwd"],
            "scope": "orders:read orders:write", "roles": ["editor", "author"],
            "status": ["status_list": ["idx": .integer(index), "uri": .string(Self.list)]],
        ]
        claims.merge(changes) { $1 }
        let members = claims.filter { !$0.value.isNull }.sorted { $0.key < $1.key }
        return try Token.sign(
            .object(members.map { JSON.Member($0.key, $0.value) }), type: type, with: key ?? self.key)
    }
}

extension TokenVerifier {
    /// What is refused about a token; nil if nothing is.
    func refusal(_ token: String, requiring requirement: Requirement = .signedIn) -> Refusal? {
        do throws(Refusal) {
            _ = try verify(token, requiring: requirement)
            return nil
        } catch {
            return error
        }
    }
}
