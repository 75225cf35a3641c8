import CoreMetrics
import HTTPTypes
import Logging
import Testing
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

@testable import VidimusGuardRemote

@Suite("A list of a million entries")
struct LargeListTests {
    @Test(
        "It is read whole, also where nothing in it can be compressed, and merged into itself again and again"
    )
    func million() async throws {
        let key = try SigningKey.generate(.es256)
        let answers = try Self.answers(key)
        let remote = try RemoteIssuer(
            "https://id.example", clientID: nil, clientSecret: nil, pollEvery: .milliseconds(100),
            http: Canned(answers: answers), logger: Logger(label: "test"),
            metrics: NOOPMetricsHandler.instance,
            now: Timestamp.systemClock, pace: Pace())
        let running = Task { try await remote.run() }
        defer { running.cancel() }
        #expect(await remote.ready(within: .seconds(60)))
        try await Task.sleep(for: .milliseconds(500))
        let list = try #require(remote.statuses.lists()["https://id.example/status/1"])
        #expect(list.size == StatusList.standardSize)
        #expect(list.status(at: 1_000_003) == Self.status(of: 1_000_003))
    }

    /// What an issuer would say, by path.
    private static func answers(_ key: SigningKey) throws -> [String: [UInt8]] {
        let list = StatusList()
        for index in 0..<list.size { list.raise(index, to: status(of: index)) }
        let now = Timestamp.systemClock()
        let token = StatusListToken(
            address: "https://id.example/status/1", issuedAt: now, expiresAt: now + .seconds(3600),
            timeToLive: .seconds(60), change: 1, list: list)
        let keys = try JWKSet(keys: [key.verificationKey])
        return [
            "/.well-known/openid-configuration": Array(#"{"issuer":"https://id.example"}"#.utf8),
            "/.well-known/jwks.json": keys.json.encoded(),
            "/status": Array(#"{"status_lists":["https://id.example/status/1"]}"#.utf8),
            "/status/1": Array(try Token.sign(token.claims(), type: StatusListToken.type, with: key).utf8),
        ]
    }

    /// As good as random, so that nothing can be compressed.
    private static func status(of index: Int) -> Status {
        var value = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 29
        value = value &* 0xBF58_476D_1CE4_E5B9
        return Status(rawValue: UInt8(value >> 62)) ?? .valid
    }
}

/// A network on which every request has its one answer.
private struct Canned: OutgoingHTTP {
    let answers: [String: [UInt8]]

    func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        let body = answers[String(request.address.dropFirst("https://id.example".count))]
        return IncomingAnswer(
            status: body == nil ? 404 : 200, headers: [:],
            body: AsyncThrowingStream { continuation in
                continuation.yield(body ?? [])
                continuation.finish()
            })
    }
}
