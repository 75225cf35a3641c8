import VidimusJOSE

/// Reads the settings from where they were given and remembers from where each came.
package struct SettingsSources: Sendable {
    package private(set) var settings = Settings()
    /// By setting's name: `flag`, `environment` or `file`; what is missing is a default.
    package private(set) var origins: [String: String] = [:]
    /// What is odd but not refused, to be told at start.
    package private(set) var warnings: [String] = []

    /// A value or a name that was not understood, in one sentence.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    /// Flags over environment over file over defaults.
    ///
    /// - Parameters:
    ///   - flags: by setting's name
    ///   - environment: all variables; those that start with `VIDIMUS_` are ours
    ///   - file: the configuration file's bytes, and its path for messages
    package init(
        flags: [String: String], environment: [String: String], file: (path: String, bytes: [UInt8])?
    ) throws(Refused) {
        if let file {
            for (name, value) in try Self.values(in: file) {
                try take(name, value, from: "file", called: "\(file.path): \(name)")
            }
        }
        for (variable, value) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix("VIDIMUS_") {
            guard let setting = SettingsTable.all.first(where: { $0.variable == variable }) else {
                // Other programs of the family read variables of this prefix too.
                warnings.append(
                    "\(variable) is not a setting of ours and was ignored"
                        + Self.suggestion(variable, among: SettingsTable.all.map(\.variable)))
                continue
            }
            try take(setting.name, value, from: "environment", called: variable)
        }
        for (name, value) in flags.sorted(by: { $0.key < $1.key }) {
            let flag = SettingsTable.all.first { $0.name == name }?.flag ?? name
            try take(name, value, from: "flag", called: flag)
        }
        if let contradiction = settings.contradiction() { throw Refused(description: contradiction) }
    }

    private mutating func take(_ name: String, _ value: String, from origin: String, called: String)
        throws(Refused)
    {
        guard let setting = SettingsTable.all.first(where: { $0.name == name }) else {
            throw Refused(
                description: "\(called) is not a setting"
                    + Self.suggestion(name, among: SettingsTable.all.map(\.name)))
        }
        do {
            try setting.read(value, &settings)
        } catch let wrong as Written.Wrong {
            let given = setting.isSecret ? "the value" : "'\(value)'"
            throw Refused(description: "\(called): \(given) is not \(wrong.expected)")
        } catch {
            throw Refused(description: "\(called): \(error)")
        }
        origins[name] = origin
    }

    /// The file is one JSON object; numbers and true/false may be written as such. A line that begins with `//` is a
    /// remark: no line of JSON can, since a string cannot go over the end of a line (RFC 8259 §7).
    private static func values(in file: (path: String, bytes: [UInt8])) throws(Refused) -> [(String, String)]
    {
        let json: JSON
        do {
            json = try JSON.parse(withoutRemarks(file.bytes))
        } catch {
            throw Refused(description: "\(file.path): \(error.reason)")
        }
        guard let members = json.object else {
            throw Refused(description: "\(file.path): is not a JSON object")
        }
        var values: [(String, String)] = []
        for member in members {
            switch member.value {
            case .string(let text): values.append((member.name, text))
            case .integer(let number): values.append((member.name, String(number)))
            case .array(let items) where items.allSatisfy({ $0.string != nil }):
                values.append((member.name, items.compactMap(\.string).joined(separator: ",")))
            default:
                throw Refused(description: "\(file.path): \(member.name) is neither text nor a whole number")
            }
        }
        return values
    }

    private static func withoutRemarks(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let kept = lines.map { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            return text.starts(with: "//".utf8) ? [] : line
        }
        return Array(kept.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static func suggestion(_ name: String, among names: [String]) -> String {
        nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    }
}

/// The name that is the fewest edits away, if that is few enough to be meant.
func nearest(to name: String, among names: [String]) -> String? {
    let scored = names.map { (name: $0, distance: editDistance(Array(name.utf8), Array($0.utf8))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }),
        best.distance <= max(2, name.utf8.count / 3)
    else { return nil }
    return best.name
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var previous = Array(0...right.count)
    for (row, a) in left.prefix(64).enumerated() {
        var current = [row + 1]
        for (column, b) in right.enumerated() {
            let substitution = previous[column] + (a == b ? 0 : 1)
            current.append(min(previous[column + 1] + 1, current[column] + 1, substitution))
        }
        previous = current
    }
    return previous.last ?? 0
}
