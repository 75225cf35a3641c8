import Foundation
import Testing

/// The DocC pages of all public modules and the examples in `///` comments, compared with code that is compiled.
///
/// What a page shows must stand in one of the files here, line for line, no matter how far indented.
@Suite("The documentation's Swift")
struct PagesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    /// Where code lies that is compiled: the tests of pages, the README's snippet, and for jwt-kit the benchmarks.
    private static let compiled = [
        "Tests/JOSE/Documentation", "Tests/GuardHummingbird/Documentation",
        "Tests/GuardHummingbird/ReadmeSnippet.swift", "Benchmarks/Sources/Tokens/JWTKitPage.swift",
    ]
    private static let modules = ["JOSE", "StatusList", "Guard", "GuardRemote", "GuardHummingbird"]

    private struct Block {
        let place: String
        let lines: [[UInt8]]
    }

    @Test("Each block of a page, or of a comment, is code that is compiled")
    func areCompiled() throws {
        let sources = try Self.compiled.flatMap { try Self.files(under: $0, "swift") }.map(Self.lines)
        let blocks = try Self.blocks()
        #expect(blocks.count > 40)
        for block in blocks {
            let isThere = sources.contains { Self.shows($0, block.lines) }
            #expect(
                isThere,
                """
                \(block.place): put these lines, in this order, into a file of Tests/*/Documentation:
                \(String(decoding: Array(block.lines.joined(separator: "\n".utf8)), as: UTF8.self))
                """)
        }
    }

    private static func blocks() throws -> [Block] {
        try modules.flatMap { module in
            let pages = try files(under: "Sources/\(module)", "md").flatMap { file in
                blocks(of: try lines(of: file), in: file.lastPathComponent)
            }
            let comments = try files(under: "Sources/\(module)", "swift").flatMap { file in
                // What is no comment becomes a line that ends every block.
                blocks(of: try lines(of: file).map { comment($0) ?? fence }, in: file.lastPathComponent)
            }
            return pages + comments
        }
    }

    /// The text of a `///` line.
    private static func comment(_ line: [UInt8]) -> [UInt8]? {
        let text = line.drop { $0 == space }
        guard text.starts(with: "///".utf8) else { return nil }
        return Array(text.dropFirst(text.starts(with: "/// ".utf8) ? 4 : 3))
    }

    private static func blocks(of lines: [[UInt8]], in name: String) -> [Block] {
        var blocks: [Block] = []
        var open: [[UInt8]]?
        for (number, line) in lines.enumerated() {
            if let block = open, line == fence {
                blocks.append(Block(place: "\(name):\(number + 1 - block.count)", lines: block))
                open = nil
            } else if open != nil {
                open?.append(line)
            } else if line == fence + Array("swift".utf8) {
                open = []
            }
        }
        return blocks
    }

    /// Whether the lines stand in a source one after the other, all indented by the same.
    private static func shows(_ source: [[UInt8]], _ block: [[UInt8]]) -> Bool {
        guard let first = block.first, source.count >= block.count else { return block.isEmpty }
        return (0...source.count - block.count).contains { start in
            let indentation = source[start].count - first.count
            guard indentation >= 0, source[start].prefix(indentation).allSatisfy({ $0 == space }) else {
                return false
            }
            let margin = [UInt8](repeating: space, count: indentation)
            return zip(source[start...], block).allSatisfy { line, shown in
                line == (shown.isEmpty ? [] : margin + shown)
            }
        }
    }

    private static let fence = Array("```".utf8)
    private static let space = UInt8(ascii: " ")

    private static func lines(of file: URL) throws -> [[UInt8]] {
        try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map(Array.init)
    }

    private static func files(under path: String, _ kind: String) throws -> [URL] {
        let place = root.appending(path: path)
        guard place.pathExtension != kind else { return [place] }
        let found = try FileManager.default.subpathsOfDirectory(atPath: place.path)
        return found.sorted().filter { $0.hasSuffix(".\(kind)") }.map { place.appending(path: $0) }
    }
}
