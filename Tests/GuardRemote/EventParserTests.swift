import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusGuardRemote

@Suite("The parser of server-sent events")
struct EventParserTests {
    static let cases: [(String, [ServerSentEvent])] = [
        ("", []),
        ("data: a\n\n", [.init(id: "", name: "message", data: "a")]),
        ("data: a\n", []),
        ("\n\n\n", []),
        ("event: x\n\n", []),
        ("event: x\n\ndata: a\n\n", [.init(id: "", name: "message", data: "a")]),
        ("id: 1\nevent: status\ndata: {}\n\n", [.init(id: "1", name: "status", data: "{}")]),
        ("id:1\r\nevent:status\r\ndata:{}\r\n\r\n", [.init(id: "1", name: "status", data: "{}")]),
        ("id: 1\revent: status\rdata: {}\r\r", [.init(id: "1", name: "status", data: "{}")]),
        (
            "data: a\r\n\r\ndata: b\r\r",
            [.init(id: "", name: "message", data: "a"), .init(id: "", name: "message", data: "b")]
        ),
        (
            "id: 1\ndata: a\n\ndata: b\n\n",
            [.init(id: "1", name: "message", data: "a"), .init(id: "1", name: "message", data: "b")]
        ),
        ("data: a\ndata: b\n\n", [.init(id: "", name: "message", data: "a\nb")]),
        ("data\ndata\n\n", [.init(id: "", name: "message", data: "\n")]),
        ("data:  two spaces\n\n", [.init(id: "", name: "message", data: " two spaces")]),
        (": a comment\n\n:\ndata: a\n\n", [.init(id: "", name: "message", data: "a")]),
        ("retry: 10\nfoo: bar\ndata: a\n\n", [.init(id: "", name: "message", data: "a")]),
        ("id: a\0b\ndata: a\n\n", [.init(id: "", name: "message", data: "a")]),
        ("\u{FEFF}data: a\n\n", [.init(id: "", name: "message", data: "a")]),
        ("data: ä€😀\n\n", [.init(id: "", name: "message", data: "ä€😀")]),
        (" data: a\n\n", []),
        ("DATA: a\n\n", []),
    ]

    @Test("It reads the same, wherever the pieces begin and end", arguments: cases.indices)
    func pieces(number: Int) throws {
        let (text, expected) = Self.cases[number]
        let bytes = Array(text.utf8)
        for size in 1...max(1, bytes.count) {
            var parser = EventParser()
            var events: [ServerSentEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                events += try parser.read(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(events == expected, "in pieces of \(size)")
        }
    }

    @Test("An event, a line, and lines that never become an event are bounded")
    func bounds() throws {
        for text in [
            "data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "data: aaaa\ndata: bbbb\ndata: cccc\ndata: dddd\ndata: ee",
        ] {
            var parser = EventParser(limit: 20)
            #expect(throws: RemoteError.self) { try parser.read(Array(text.utf8)) }
        }
        var parser = EventParser(limit: 20)
        for _ in 0..<1_000 { #expect(try parser.read(Array(": nothing\n".utf8)).isEmpty) }
        for _ in 0..<1_000 { #expect(try parser.read(Array("data: much\n\n".utf8)).count == 1) }
    }

    @Test("What is not UTF-8 ends the stream")
    func encoding() {
        var parser = EventParser()
        #expect(throws: RemoteError(.malformed, "the event stream is not UTF-8")) {
            try parser.read(Array("data: ".utf8) + [0xFF] + Array("\n\n".utf8))
        }
    }
}

@Suite("The events of a status stream")
struct StatusEventTests {
    static let good: [(ServerSentEvent, StatusEvent.Kind?)] = [
        (
            .init(id: "7", name: "heartbeat", data: #"{"head":7,"at":1800000000000}"#),
            .heartbeat(at: .init(seconds: 1_800_000_000))
        ),
        (
            .init(id: "7", name: "status", data: #"{"list":"l","changes":[[1,3],[2,1]],"more":true}"#),
            .status(list: "l", [.init(index: 1, status: .stale), .init(index: 2, status: .revoked)])
        ),
        (.init(id: "7", name: "status", data: #"{"list":"l","changes":[]}"#), .status(list: "l", [])),
        (.init(id: "7", name: "keys", data: "{}"), .keys),
        (.init(id: "7", name: "reset", data: "{}"), .reset),
        (.init(id: "", name: "message", data: "what?"), nil),
        (.init(id: "x", name: "later", data: "what?"), nil),
    ]

    @Test("Each kind is read, and what a later issuer may say is passed by", arguments: good.indices)
    func read(number: Int) throws {
        let (event, kind) = Self.good[number]
        #expect(try StatusEvent(event)?.kind == kind)
        #expect(try StatusEvent(event)?.number == kind.map { _ in 7 })
    }

    @Test(
        "What cannot be read ends the stream",
        arguments: [
            ("", "keys", "{}"), ("x", "keys", "{}"), ("-1", "keys", "{}"),
            ("99999999999999999999", "keys", "{}"),
            ("7", "keys", ""), ("7", "keys", "[]"), ("7", "heartbeat", "{}"),
            ("7", "heartbeat", #"{"head":8,"at":1}"#),
            ("7", "heartbeat", #"{"head":7,"at":"1"}"#), ("7", "status", #"{"list":1,"changes":[]}"#),
            ("7", "status", #"{"list":"l","changes":[[1]]}"#),
            ("7", "status", #"{"list":"l","changes":[[1,4]]}"#),
            ("7", "status", #"{"list":"l","changes":[[1,-1]]}"#),
            ("7", "status", #"{"list":"l","changes":[[1.5,1]]}"#),
            ("7", "status", #"{"list":"l","changes":[1,1]}"#),
        ])
    func malformed(id: String, name: String, data: String) {
        #expect(
            throws: RemoteError(.malformed, "the event stream sent an event '\(name)' that cannot be read")
        ) {
            try StatusEvent(.init(id: id, name: name, data: data))
        }
    }
}
