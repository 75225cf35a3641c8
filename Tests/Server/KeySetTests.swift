import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("The published keys, and health")
struct KeySetTests {
    private static let path = "/.well-known/jwks.json"

    @Test(
        "The set has the key that signs and nothing private, whatever the algorithm",
        arguments: [SignatureAlgorithm.es256, .es384, .es512, .rs256, .ps256, .ed25519])
    func set(algorithm: SignatureAlgorithm) async throws {
        try await House.open(settings: { $0.keys.algorithm = algorithm }) { house in
            let answer = try await house.call(.get, Self.path)
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/jwk-set+json")
            #expect(answer.headers[.cacheControl] == "public, max-age=300")
            let keys = answer.json["keys"]
            #expect(keys?.array?.count == 1)
            let key = try #require(keys?.element(0))
            let token = try UnverifiedToken(try await house.person().access)
            #expect(key["kid"]?.string == token.header.keyID)
            #expect(key["alg"]?.string == algorithm.rawValue)
            #expect(key["use"] == "sig")
            for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] { #expect(key[name] == nil, "\(name)") }
            _ = try token.verified(by: JWKSet(parsing: Array(answer.text.utf8)))
        }
    }

    @Test(
        "A symmetric key stays inside: the set has the key of the lists only, and the server verifies its own tokens"
    )
    func symmetric() async throws {
        try await House.open(settings: { $0.keys.algorithm = .hs512 }) { house async throws in
            let keys = try #require(try await house.call(.get, Self.path).json["keys"]?.array)
            #expect(keys.map { $0["alg"] } == ["ES256"])
            let access = try await house.person().access
            #expect(try UnverifiedToken(access).header.algorithm == .hs512)
            #expect(try await house.me(access) == Answer(200, nil))
        }
    }

    @Test("Whoever has the set is answered 304, until it changes")
    func notModified() async throws {
        try await House.open { house in
            let tag = try #require(try await house.call(.get, Self.path).headers[.eTag])
            for condition in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let answer = try await house.call(.get, Self.path, headers: [("If-None-Match", condition)])
                #expect(answer.status == .notModified)
                #expect(answer.headers[.eTag] == tag)
                #expect(answer.headers[.cacheControl] == "public, max-age=300")
                #expect(answer.text.isEmpty)
            }
            for condition in ["\"x\"", "x", ""] {
                let answer = try await house.call(.get, Self.path, headers: [("If-None-Match", condition)])
                #expect(answer.status == .ok)
            }
            _ = try await house.services.keys.rotate(.whenPublished)
            let changed = try await house.call(.get, Self.path, headers: [("If-None-Match", tag)])
            #expect(changed.status == .ok)
            #expect(changed.json["keys"]?.array?.count == 2)
        }
    }

    @Test(
        "The next key is in the set for a whole max-age before it signs, and the old one until its tokens are out"
    )
    func rotation() async throws {
        try await House.open { house in
            func kids() async throws -> Set<String> {
                let keys = try await house.call(.get, Self.path).json["keys"]?.array ?? []
                return Set(keys.compactMap { $0["kid"]?.string })
            }
            func signer() async throws -> String? {
                try UnverifiedToken(try Grant(try await house.signIn("ada@example.com")).access).header.keyID
            }
            let first = try UnverifiedToken(try await house.person().access).header.keyID
            _ = try await house.services.keys.rotate(.whenPublished)
            #expect(try await kids().count == 2)
            house.advance(300)
            try await house.services.keys.maintain()
            #expect(try await signer() == first)
            house.advance(1)
            try await house.services.keys.maintain()
            let second = try await signer()
            #expect(second != first)
            house.advance(1019)
            try await house.services.keys.maintain()
            #expect(try await kids().count == 2)
            house.advance(1)
            try await house.services.keys.maintain()
            #expect(try await kids() == Set([second].compactMap(\.self)))
        }
    }

    @Test("An emergency refuses every older token at once; a refresh brings a good one")
    func emergency() async throws {
        try await House.open { house in
            let person = try await house.person()
            #expect(try await house.me(person.access) == Answer(200, nil))
            _ = try await house.services.keys.rotate(.emergency)
            #expect(try await house.me(person.access) == Answer(401, "invalid_token"))
            let next = try Grant(try await house.refresh(person.grant.refresh))
            #expect(try await house.me(next.access) == Answer(200, nil))
        }
    }

    @Test("Healthy is who answers; ready is who has a key, a database and fresh statuses")
    func health() async throws {
        try await House.open { house in
            #expect(try await house.call(.get, "/healthz").json == ["status": "ok"])
            let ready = try await house.call(.get, "/readyz")
            #expect(ready.status == .ok)
            #expect(ready.json["status"] == "ready")
        }
        try await House.open(started: false) { house in
            #expect(try await house.call(.get, "/healthz").status == .ok)
            let answer = try await house.call(.get, "/readyz")
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.json["signing_key"]?.bool == false)
            #expect(answer.json["database"]?.bool == true)
            #expect(answer.json["statuses"]?.bool == false)
        }
    }
}
