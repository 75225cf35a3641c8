import HTTPTypes
import Hummingbird

extension Request {
    /// Whether the client has this representation already: `If-None-Match`, RFC 9110 §13.1.2, compared weakly.
    func isKnown(tag: String) -> Bool {
        let known = headers[values: .ifNoneMatch].joined(separator: ",").split(separator: ",").map(\.trimmed)
        return known.contains(tag) || known.contains("W/\(tag)") || known == ["*"]
    }
}
