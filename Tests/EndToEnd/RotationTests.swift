import Foundation
import Testing
import VidimusJOSE

@Suite("Rotation under an outside verifier")
struct RotationTests {
    @Test(
        "Verifiers in Python that keep the key set for its max-age, and never ask earlier, refuse no good token while the server rotates its key twice in a row"
    )
    func twice() async throws {
        let (maxAge, period, lifetime) = (2, 8, 6)
        let arguments = [
            "--key-set-max-age", "\(maxAge)s", "--key-period", "\(period)s", "--access-lifetime",
            "\(lifetime)s",
        ]
        // Each sign-in is a session; the sessions of refreshes must not be the ones that end for new ones.
        try await RunningServer.with(arguments + ["--session-limit", "10000"]) { server in
            try await server.signUp("ada@example.com")
            let script = Binary.packageRoot.appending(path: "Tests/Interop/rotation.py").path
            let output = try await Child.run(
                Binary.python,
                [
                    script, server.address, try Binary.path, server.dataFolder, "ada@example.com",
                    RunningServer.password, "\(lifetime)",
                ])
            try #require(output.status == 0, "\(output.err)")
            let told = output.json
            let first = try #require(told["first"]?.array).compactMap(\.string)
            #expect(told["refused"]?.integer == 0, "\(first)")
            #expect(told["max_age"] == .integer(Int64(maxAge)))

            // It was as is claimed: three keys signed, of every one tokens were verified, by every way of issue, and
            // no verifier asked more often than max-age lets it.
            let signers = try #require(told["signers"]?.array).compactMap(\.string)
            #expect(Set(signers).count == 3)
            let records = try JSON.parse(
                Array(try await server.vidimus("key", "list", "--json").out.utf8))
            let states = try #require(records.array).reduce(into: [:]) {
                $0[$1["kid"]?.string ?? ""] = $1["state"]?.string
            }
            #expect(states[signers[0]] == "retired" && states[signers[1]] == "retired")
            for signer in signers {
                #expect(try #require(told["verified"]?[signer]?.integer) > 50, "\(signer)")
            }
            for way in ["sign-in", "refresh", "command"] {
                #expect(try #require(told["issued"]?[way]?.integer) >= 5, "\(way)")
            }
            for count in try #require(told["fetched"]?.array).compactMap(\.integer) {
                #expect((3...50 / Int64(maxAge) + 1).contains(count), "\(count)")
            }
        }
    }
}
