import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("The status list, read by PyJWT and zlib")
struct StatusListInteropTests {
    /// What becomes of a token, in the order of the draft's numbers 0, 1, 2, 3.
    private static let fates = ["valid", "revoked", "suspended", "stale"]

    @Test("A reader without code of ours finds each of 0, 1, 2 and 3 where a mixed list has it")
    func mixed() async throws {
        try await RunningServer.with { server in
            // An order in which no byte of four entries is like the next.
            let order = [0, 1, 2, 3, 3, 0, 2, 1, 1, 1, 0, 3, 2, 0, 0, 3, 1]
            var tokens: [String] = []
            for place in order.indices {
                tokens.append(try await server.person("p\(place)@example.com").access)
            }
            for (place, fate) in order.enumerated() {
                let email = "p\(place)@example.com"
                switch fate {
                case 1:
                    let answer = try await server.call(.POST, "/v1/logout", token: tokens[place])
                    #expect(answer.status == 204)
                case 2: #expect(try await server.vidimus("user", "disable", email).status == 0)
                case 3: #expect(try await server.vidimus("user", "roles", email, "editor").status == 0)
                default: break
                }
            }
            for (place, fate) in order.enumerated() {
                let summary = fate == 0 ? "200" : "401 \(Self.fates[fate])"
                #expect(try await server.time(until: summary, for: tokens[place]) < .seconds(5))
            }
            let output = try await Child.run(
                Binary.python,
                [Binary.packageRoot.appending(path: "Tests/Interop/status_list.py").path, server.address],
                input: tokens.map { $0 + "\n" }.joined())
            #expect(output.status == 0, "\(output.err)")
            let read = try output.lines.map { try JSON.parse(Array($0.utf8))["status"]?.integer }
            #expect(read == order.map { Int64($0) })
        }
    }

    @Test("The guide shows the reader that this test runs")
    func shown() throws {
        func read(_ name: String) throws -> String {
            try String(contentsOf: Binary.packageRoot.appending(path: name), encoding: .utf8)
        }
        let file = try read("Tests/Interop/status_list.py")
        let guide = try read("docs/guides/other-languages.md")
        let begin = try #require(file.range(of: "class StatusLists:"))
        let end = try #require(file.range(of: "\n\n\nif __name__"))
        #expect(guide.contains(file[begin.lowerBound..<end.lowerBound] + "\n```"))
    }
}
