import VidimusIdentity
import VidimusJOSE

/// Values as people write them in flags, variables and files.
package enum Written {
    /// What a value should have been.
    package struct Wrong: Error {
        let expected: String
    }

    /// Longer than anything should live.
    static let tenYears = Duration.seconds(315_360_000)

    static func number(_ text: String, _ range: ClosedRange<Int>) throws(Wrong) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Wrong(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static let units: [(suffix: String, milliseconds: Int)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// `900`, `900s`, `15m`, `24h`, `14d`, `500ms`; a bare number is seconds.
    package static func duration(_ text: String, _ range: ClosedRange<Duration>) throws(Wrong) -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count)
        let unit = suffix.isEmpty ? 1000 : units.first { $0.suffix == suffix }?.milliseconds
        guard let count = Int(digits), let unit,
            case let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit), !overflow,
            range.contains(.milliseconds(milliseconds))
        else {
            throw Wrong(
                expected: "a duration such as 900s, 15m, 24h or 14d, from \(show(range.lowerBound)) to "
                    + show(range.upperBound))
        }
        return .milliseconds(milliseconds)
    }

    static func show(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let unit = units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
        return unit.map { "\(milliseconds / $0.milliseconds)\($0.suffix)" } ?? "\(milliseconds)ms"
    }

    /// `20/60s`: twenty at once, then one more every sixty seconds.
    static func rate(_ text: String) throws(Wrong) -> AttemptLimits.Rate {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let burst = parts.first.flatMap({ Int($0) }), (1...1_000_000).contains(burst),
            let last = parts.last,
            let interval = try? duration(String(last), .milliseconds(1) ... .seconds(86_400))
        else { throw Wrong(expected: "COUNT/INTERVAL such as 20/60s: 20 at once, then one every 60 s") }
        return AttemptLimits.Rate(burst: Double(burst), interval: interval)
    }

    static func algorithm(_ text: String) throws(Wrong) -> SignatureAlgorithm {
        guard let algorithm = SignatureAlgorithm(name: text) else {
            throw Wrong(
                expected: "one of " + SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return algorithm
    }

    static func choice<T>(_ text: String, _ choices: [String: T]) throws(Wrong) -> T {
        guard let value = choices[text] else {
            throw Wrong(expected: "one of " + choices.keys.sorted().joined(separator: ", "))
        }
        return value
    }

    static func ranges(_ text: String) throws(Wrong) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let range = AddressRange(String(part)) else {
                throw Wrong(
                    expected: "addresses or ranges such as 127.0.0.1 or 10.0.0.0/8, with commas between")
            }
            ranges.append(range)
        }
        return ranges
    }

    /// `HOST=AUDIENCE` entries; hosts in lower case and without a port, each once.
    static func hostAudiences(_ text: String) throws(Wrong) -> [String: String] {
        var audiences: [String: String] = [:]
        for entry in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let host = parts.first, let audience = parts.last, !audience.isEmpty,
                let name = ForwardedHost(String(host))?.name, name == host,
                audiences.updateValue(String(audience), forKey: name) == nil
            else {
                throw Wrong(
                    expected:
                        "HOST=AUDIENCE such as api.example.com=https://api.example.com, with commas between; "
                        + "each host once, in lower case, without a port")
            }
        }
        return audiences
    }

    static func header(_ text: String) throws(Wrong) -> String? {
        let isToken = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isToken, !["authorization", "cookie"].contains(text.lowercased()) else {
            throw Wrong(expected: "the name of a header of its own, such as x-access-token")
        }
        return text.isEmpty ? nil : text.lowercased()
    }

    /// Origins as browsers write them (RFC 6454 §6.2): nothing else would ever be equal to what they send.
    static func webOrigins(_ text: String) throws(Wrong) -> Set<String> {
        var origins: Set<String> = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) {
            let isDefaultPort =
                part.hasPrefix("https://") && part.hasSuffix(":443")
                || part.hasPrefix("http://") && part.hasSuffix(":80")
            guard (try? origin(part)) == part, part.filter({ $0 == "/" }).count == 2, !part.contains("*"),
                part == part.lowercased(), !isDefaultPort
            else {
                throw Wrong(
                    expected:
                        "exact origins such as https://app.example.com, with commas between: lower case, "
                        + "no path, no default port, no wildcard")
            }
            origins.insert(part)
        }
        return origins
    }

    /// `http://host[:port][/path]` or https, without a final slash, query or fragment (RFC 8414 §2).
    static func origin(_ text: String) throws(Wrong) -> String {
        let rest = ["https://", "http://"].lazy.filter(text.hasPrefix).map { text.dropFirst($0.count) }.first
        let isPlain = text.utf8.allSatisfy {
            (0x21...0x7E).contains($0) && !"?#\"<>\\^`{|}@".utf8.contains($0)
        }
        guard let rest, isPlain, !rest.isEmpty, !rest.hasPrefix("/"), !text.hasSuffix("/") else {
            throw Wrong(expected: "an address such as https://id.example.com, without a final slash")
        }
        return text
    }
}
