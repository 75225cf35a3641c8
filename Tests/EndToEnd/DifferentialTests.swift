import Foundation
import Testing
import VidimusJOSE

@Suite("Spoiled tokens, judged by us and by others")
struct DifferentialTests {
    /// So many by `make test`; VIDIMUS_DIFFERENTIAL_COUNT and _SEED are `make differential`'s.
    private static let count = number("COUNT") ?? 6_000

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment["VIDIMUS_DIFFERENTIAL_\(name)"].flatMap(Int.init)
    }

    @Test(
        "We accept no token that PyJWT, joserfc, jwcrypto or jose refuse, and refuse none that one of them accepts but for reasons that are written down"
    )
    func judged() async throws {
        let program = Binary.packageRoot.appending(path: "Tests/Interop/differential").path
        let output = try await Child.run(
            Binary.python,
            [
                "-B", program, try Binary.path, "--count", "\(Self.count)", "--seed",
                "\(Self.number("SEED") ?? 1)",
            ])
        let report = try JSON.parse(Array((output.err.split(separator: "\n").last ?? "").utf8))
        print("differential: \(String(decoding: report.encoded(), as: UTF8.self))")
        for finding in output.lines.prefix(20) { Issue.record("\(finding)") }
        #expect(output.status == 0 && output.lines.isEmpty)
        let spoiled = try #require(report["spoiled"]?.integer)
        #expect(spoiled >= Int64(Self.count))
        // Were all refused, or none judged by the tool, this would be a test of nothing.
        for name in ["accepted", "refused by all"] {
            #expect(report[name]?.integer ?? 0 > spoiled / 10, "\(name)")
        }
        #expect(report["judged by jose"]?.integer ?? 0 >= 200)
    }
}
