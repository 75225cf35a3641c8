import Foundation
import NIOHTTP1
import Testing
import VidimusJOSE

@Suite("schemathesis and /openapi.json")
struct DescriptionTests {
    /// Less than a minute by one seed, so that an unlucky draw stops nobody's change; `make fuzz` sets more, by any.
    private static let extent: [String] = {
        if let seconds = ProcessInfo.processInfo.environment["VIDIMUS_FUZZ_SECONDS"] {
            return ["--max-time", seconds]
        }
        return ["--max-time", "45", "--seed", "18"]
    }()

    @Test("It finds no server error, and no answer that is not described")
    func schemathesis() async throws {
        try await RunningServer.with(environment: [
            // A header of nothing but the token would be a second credential beside the administrator's.
            "VIDIMUS_TOKEN_HEADER": "", "VIDIMUS_LIMIT_ADDRESS": "1000000/1s",
        ]) { server in
            let email = "root@example.com"
            let created = try await server.call(
                .POST, "/setup",
                [
                    "token": .string(try await server.setUpToken()), "email": .string(email),
                    "password": .string(RunningServer.password),
                ])
            try #require(created.status == 201)
            let folder = Binary.packageRoot.appending(path: "Tests/Interop").path
            let output = try await Child.run(
                Binary.python,
                [
                    "-B", "-m", "schemathesis.cli", "--config-file", "\(folder)/schemathesis.toml", "run",
                    "\(server.address)/openapi.json", "--url", server.address, "--checks", "all",
                    "--no-color",
                ] + Self.extent,
                environment: [
                    "SCHEMATHESIS_HOOKS": "\(folder)/administrator.py", "VIDIMUS_URL": server.address,
                    "VIDIMUS_EMAIL": email,
                    "VIDIMUS_PASSWORD": RunningServer.password,
                ])
            #expect(output.status == 0, "\(output.out)\n\(output.err)")
        }
    }
}
