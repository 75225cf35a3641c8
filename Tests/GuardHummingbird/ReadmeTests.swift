import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusGuardHummingbird
import VidimusGuardRemote
import VidimusJOSE
import VidimusStatusList

@Suite("The README's library snippet")
struct ReadmeTests {
    @Test("It is the code that is compiled here, byte for byte")
    func sameText() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let compiled = try String(contentsOf: folder.appending(path: "ReadmeSnippet.swift"), encoding: .utf8)
        let readme = try String(contentsOf: folder.appending(path: "../../README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst()
        #expect(blocks.count == 1)
        let block = try #require(blocks.first?.components(separatedBy: "```\n").first)
        let isSame = block.utf8.elementsEqual(compiled.utf8)
        #expect(isSame, "Put the text of ReadmeSnippet.swift into the README's swift block.")
    }

    @Test(
        "It lets in who has the role, and nobody by a token that was revoked",
        arguments: [
            ("clerk", Status.valid, 200, nil), ("cook", .valid, 403, "insufficient_scope"),
            ("clerk", .stale, 401, "stale"), ("clerk", .revoked, 401, "revoked"),
        ] as [(String, Status, Int, String?)])
    func guards(role: String, standing: Status, status: Int, code: String?) async throws {
        let key = try SigningKey.generate(.es256)
        let list = StatusList(size: 32)
        list.raise(7, to: standing)
        let now = Timestamp.systemClock()
        let published = StatusListToken(
            // A little ahead: on a busy machine a while passes before the request, and the view may be 30 s old.
            address: Service.listAddress, issuedAt: now + .seconds(20), expiresAt: now + .seconds(60),
            timeToLive: .seconds(60), change: 1, list: list)
        let remote = try RemoteIssuer(
            "https://id.example",
            http: Published(
                answers: [
                    "https://id.example/.well-known/jwks.json":
                        try JWKSet(keys: [key.verificationKey]).json.encoded(),
                    "https://id.example/status": Array(#"{"status_lists":["\#(Service.listAddress)"]}"#.utf8),
                    Service.listAddress: Array(
                        try Token.sign(published.claims(), type: StatusListToken.type, with: key).utf8),
                ]))
        let token = try Token.sign(
            [
                "iss": "https://id.example", "aud": "https://api.example", "sub": "ada", "jti": "1",
                "iat": .integer(now.seconds), "exp": .integer(now.seconds + 900), "roles": [.string(role)],
                "status": ["status_list": ["idx": 7, "uri": .string(Service.listAddress)]],
            ], type: "at+jwt", with: key)
        try await orders(heardFrom: remote).test(.router) { client in
            #expect(await remote.ready(within: .seconds(60)))
            let answer = try await client.executeRequest(
                uri: "/orders", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(answer.status.code == status)
            #expect(answer.code == code)
            #expect(status != 200 || answer.text == "the orders that ada may see")
        }
    }
}

/// The answers of an issuer, without a network.
private struct Published: OutgoingHTTP {
    let answers: [String: [UInt8]]

    func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        let body = answers[request.address]
        return IncomingAnswer(
            status: body == nil ? 404 : 200, headers: [:],
            body: AsyncThrowingStream { continuation in
                continuation.yield(body ?? [])
                continuation.finish()
            })
    }
}
