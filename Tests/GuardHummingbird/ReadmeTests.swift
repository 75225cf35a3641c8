import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusGuardHummingbird
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
        let statuses = LocalStatus()
        let list = StatusList(size: 32)
        statuses.announce(list, at: Service.listAddress)
        list.raise(7, to: standing)
        // The snippet goes by the machine's clock, so the token and the view of statuses do, too.
        let now = Timestamp.systemClock()
        let token = try Token.sign(
            [
                "iss": "https://id.example", "aud": "https://api.example", "sub": "ada", "jti": "1",
                "iat": .integer(now.seconds), "exp": .integer(now.seconds + 900), "roles": [.string(role)],
                "status": ["status_list": ["idx": 7, "uri": .string(Service.listAddress)]],
            ], type: "at+jwt", with: key)
        let router = orders(keys: LocalKeys(try JWKSet(keys: [key.verificationKey])), statuses: statuses)
        try await Application(router: router).test(.router) { client in
            // Only now: on a busy machine a while may have passed.
            statuses.confirm(at: Timestamp.systemClock())
            let answer = try await client.executeRequest(
                uri: "/orders", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(answer.status.code == status)
            #expect(answer.code == code)
            #expect(status != 200 || answer.text == "the orders that ada may see")
        }
    }
}
