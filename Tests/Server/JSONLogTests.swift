import Logging
import Synchronization
import Testing
import VidimusJOSE

@testable import VidimusServer

@Suite("The log as JSON")
struct JSONLogTests {
    @Test("A line is one JSON object; what a client wrote cannot break out of its string")
    func line() throws {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "vidimus") { label in
            JSONLogHandler(label: label, level: .info) { line in lines.withLock { $0.append(line) } }
        }
        logger[metadataKey: "request"] = "1"
        logger.info("one", metadata: ["path": "/\n\"}", "level": "mine", "list": ["a", ["b": "c"]]])
        logger.debug("too quiet")
        let written = lines.withLock { $0 }
        #expect(written.count == 1)
        let json = try JSON.parse(Array(try #require(written.first).utf8))
        #expect(json["message"]?.string == "one")
        #expect(json["level"]?.string == "info")
        #expect(json["metadata.level"]?.string == "mine")
        #expect(json["path"]?.string == "/\n\"}")
        #expect(json["request"]?.string == "1")
        #expect(json["list"] == ["a", ["b": "c"]])
        #expect(written.first?.contains("\n") == false)
    }
}
