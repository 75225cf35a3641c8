import Foundation
import Testing

/// The Python on the pages for users of other libraries, run with the versions in Tests/Interop/requirements.txt.
@Suite("The documentation's Python")
struct PythonPageTests {
    @Test("The blocks of a page run, one after the other", arguments: ["FromPyJWT", "FromAuthlib"])
    func runs(page: String) async throws {
        let text = try String(
            contentsOf: Binary.packageRoot.appending(path: "Sources/JOSE/VidimusJOSE.docc/\(page).md"),
            encoding: .utf8)
        let blocks = text.components(separatedBy: "```python\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```\n").first }
        try #require(blocks.count > 2)
        // authlib.jose says that it is old.
        let script = blocks.joined(separator: "\n")
        let output = try await Child.run(try Binary.python, ["-W", "ignore", "-"], input: script)
        #expect(output.status == 0, "\(output.err)")
    }

    @Test("PyJWT does what the page's table says of it")
    func table() async throws {
        let output = try await Child.run(
            try Binary.python,
            ["-W", "ignore", Binary.packageRoot.appending(path: "Tests/Interop/pyjwt_table.py").path])
        #expect(output.status == 0, "\(output.err)")
    }
}
