import Foundation

/// A page of the documents in which a program writes what it measured.
package struct MarkedPage {
    let path: String

    package init(_ path: String) { self.path = path }

    package struct NoPlace: Error, CustomStringConvertible { package let description: String }

    /// Puts a text between two marks of the page, `<!-- name: begin -->` and `<!-- name: end -->`.
    package func write(_ text: String, between name: String) throws {
        let (begin, end) = ("<!-- \(name): begin -->", "<!-- \(name): end -->")
        let old = try String(contentsOfFile: path, encoding: .utf8)
        guard let from = old.range(of: begin), let to = old.range(of: end), from.upperBound <= to.lowerBound
        else { throw NoPlace(description: "\(path) has no marks '\(begin)' and '\(end)'") }
        let new = old[..<from.upperBound] + "\n" + text + old[to.lowerBound...]
        try String(new).write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Writes a file into the folder of the page.
    package func write(_ text: String, beside name: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
}
