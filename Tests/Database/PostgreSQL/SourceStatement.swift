import Foundation

/// An `SQL("…")` literal as it stands in a file of Sources.
struct SourceStatement: Sendable {
    /// The file and the line, fit for a file name: `Sessions.swift-33`.
    let place: String
    let text: String

    struct NotALiteral: Error, CustomStringConvertible {
        let place: String
        var description: String { "\(place): SQL( without a literal that the tests can read" }
    }

    /// Every statement of the package.
    static func all() throws -> [SourceStatement] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sources = root.appendingPathComponent("Sources").path
        let paths = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
        return try paths.sorted().filter { $0.hasSuffix(".swift") }.flatMap { path in
            try statements(in: String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8), of: path)
        }
    }

    static func statements(in source: String, of path: String) throws -> [SourceStatement] {
        let name = path.replacing("/", with: "_")
        return try source.matches(of: /(?:^|[^A-Za-z0-9_])SQL\(/).map { match in
            let line = source[..<match.range.upperBound].count { $0 == "\n" } + 1
            let rest = source[match.range.upperBound...]
            guard let text = multiline(rest) ?? oneLine(rest) else {
                throw NotALiteral(place: "\(name)-\(line)")
            }
            return SourceStatement(place: "\(name)-\(line)", text: text)
        }
    }

    private static func multiline(_ rest: Substring) -> String? {
        rest.prefixMatch(of: /\s*"""\n((?s).*?)\n\s*"""\s*\)/).map { String($0.1) }
    }

    private static func oneLine(_ rest: Substring) -> String? {
        rest.prefixMatch(of: /\s*"([^"\n]+)"\s*\)/).map { String($0.1) }
    }
}
