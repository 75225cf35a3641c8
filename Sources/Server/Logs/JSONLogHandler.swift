package import Logging
import VidimusIdentity
import VidimusJOSE

/// A log of one JSON object a line: `at`, `level`, `message`, and the metadata's members under their names.
package struct JSONLogHandler: LogHandler {
    private let label: String
    private let write: @Sendable (String) -> Void
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level

    /// - Parameter write: takes one line, without its end.
    package init(label: String, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let own: [(String, JSON)] = [
            ("at", .string(MonotoneClock().now().rfc3339)), ("level", .string(event.level.rawValue)),
            ("logger", .string(label)), ("message", .string(event.message.description)),
        ]
        let names = own.map(\.0)
        let more = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let members =
            own.map { JSON.Member($0.0, $0.1) }
            // A member named like one of ours would make the line ambiguous.
            + more.map { JSON.Member(names.contains($0.key) ? "metadata.\($0.key)" : $0.key, JSON($0.value)) }
        write(String(decoding: JSON.object(members).encoded(), as: UTF8.self))
    }
}

extension JSON {
    fileprivate init(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): self = .string(text)
        case .stringConvertible(let value): self = .string(value.description)
        case .array(let values): self = .array(values.map { JSON($0) })
        case .dictionary(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) })
        }
    }
}
