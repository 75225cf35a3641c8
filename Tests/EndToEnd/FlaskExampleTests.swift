import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("Examples/flask")
struct FlaskExampleTests {
    /// The example's own process, on a port that the system chose.
    private func withExample<T>(
        of server: RunningServer, _ body: (_ address: String) async throws -> T
    ) async throws -> T {
        let app = Binary.packageRoot.appending(path: "Examples/flask/app.py").path
        let child = try Child(
            Binary.python, ["-B", "-m", "flask", "--app", app, "run", "--port", "0"],
            environment: ["VIDIMUS_ISSUER": server.address, "FLASK_SKIP_DOTENV": "1"])
        defer { child.signal(SIGKILL) }
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, child.isRunning {
            if let line = child.err.split(separator: "\n").first(where: { $0.contains("Running on http://") }
            ),
                let address = line.split(separator: " ").last
            {
                return try await body(String(address))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Binary.Missing(description: "the example did not start: \(child.err)")
    }

    /// The status and what was said, by curl as in the example's README.
    private func get(_ url: String, _ fields: [String] = []) async throws -> (status: String, text: String) {
        let output = try await Child.run(
            "/usr/bin/curl",
            ["-sS", "--max-time", "30", "-w", "\n%{http_code}", url] + fields.flatMap { ["-H", $0] })
        try #require(output.status == 0, "\(output.err)")
        let lines = output.out.components(separatedBy: "\n")
        return (lines.last ?? "", lines.dropLast().joined(separator: "\n"))
    }

    @Test("It lets in who has a token and the role, by either header, and says why it lets nobody else in")
    func decorator() async throws {
        try await RunningServer.with { server in
            let person = try await server.person()
            try await withExample(of: server) { address in
                let (token, header) = (person.access, "x-access-token: \(person.access)")
                let bearer = "Authorization: Bearer \(token)"
                let (orders, all) = (address + "/orders", address + "/orders/all")
                let id = try #require(try await server.call(.GET, "/v1/me", token: token).json["id"]?.string)

                for field in [bearer, header] {
                    let answer = try await get(orders, [field])
                    #expect(answer.status == "200", "\(answer.text)")
                    #expect(answer.text == "the orders that \(id) may see")
                }
                let forged = "Authorization: Bearer " + token.dropLast(8) + "AAAAAAAA"
                let refusals: [(String, [String], String, String)] = [
                    (orders, [], "401", "missing_token"), (orders, [forged], "401", "invalid_token"),
                    (orders, ["x-access-token: nonsense"], "401", "invalid_token"),
                    (orders, [bearer, header], "400", "invalid_request"),
                    (orders + "?token=\(token)", [], "401", "missing_token"),
                    (all, [bearer], "403", "insufficient_scope"),
                ]
                for (url, fields, status, code) in refusals {
                    let answer = try await get(url, fields)
                    #expect(answer.status == status, "\(code): \(answer.text)")
                    #expect(answer.text.contains("\"\(code)\""), "\(answer.text)")
                }

                #expect(try await server.vidimus("user", "roles", "ada@example.com", "clerk").status == 0)
                let clerk = try Grant(try await server.signIn("ada@example.com")).access
                #expect(try await get(all, ["Authorization: Bearer \(clerk)"]).status == "200")
                // The half of the promise that its README says is missing: the old token is stale, and let in.
                #expect(try await server.time(until: "401 stale", for: token) < .seconds(5))
                #expect(try await get(orders, [bearer]).status == "200")
            }
        }
    }
}
