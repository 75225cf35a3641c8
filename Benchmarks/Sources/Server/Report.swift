import Foundation

/// One thing that was promised or is worth knowing, as it was measured.
struct Figure {
    let name: String
    let value: Double
    var unit = ""
    var goal: Goal?
    /// What it was made of.
    var detail = ""

    enum Goal {
        case atMost(Double)
        case atLeast(Double)
    }

    var isMet: Bool {
        switch goal {
        case .atMost(let bound): value <= bound
        case .atLeast(let bound): value >= bound
        case nil: true
        }
    }

    var goalText: String {
        switch goal {
        case .atMost(let bound): "at most \(Figure.text(bound))\(unit)"
        case .atLeast(let bound): "at least \(Figure.text(bound))\(unit)"
        case nil: ""
        }
    }

    static func text(_ value: Double) -> String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 0.1 ? 2 : 3
        let text = String(format: "%.\(digits)f", value)
        return text.contains(".") ? text.trimmingZeros : text
    }
}

extension String {
    fileprivate var trimmingZeros: String {
        var text = self
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

/// One server beside the others, under the same load on the same machine.
struct PeerRow {
    let name: String
    /// CPU milliseconds of a sign-in beyond the bare hash.
    var signInBeyondHash = 0.0
    var refreshesPerSecond = 0.0
    /// CPU milliseconds.
    var refreshCPU = 0.0
    var guardedPerSecond = 0.0
    var guardedCPU = 0.0
    /// MB.
    var idle = 0.0
    /// Milliseconds.
    var start = 0.0
}

/// The results as Markdown tables and a picture.
struct Report {
    var figures: [Figure] = []
    var peers: [PeerRow] = []

    var markdown: String {
        var text = "Measured on \(Self.machine), on \(Self.day).\n\n"
        text += "| figure | measured | promised | | of which |\n|---|---:|---|---|---|\n"
        for figure in figures {
            let verdict = figure.goal == nil ? "" : figure.isMet ? "met" : "**missed**"
            text += "| \(figure.name) | \(Figure.text(figure.value))\(figure.unit) | \(figure.goalText) "
            text += "| \(verdict) | \(figure.detail) |\n"
        }
        if peers.isEmpty { return text }
        text += "\n| | sign-in: CPU ms beyond the hash | refreshes/s | CPU ms a refresh | guarded GETs/s "
        text +=
            "| CPU ms a guarded GET | idle MB | ready after ms |\n|---|---:|---:|---:|---:|---:|---:|---:|\n"
        for row in peers {
            let numbers = [
                row.signInBeyondHash, row.refreshesPerSecond, row.refreshCPU, row.guardedPerSecond,
                row.guardedCPU, row.idle, row.start,
            ].map(Figure.text).joined(separator: " | ")
            text += "| \(row.name) | \(numbers) |\n"
        }
        return text
    }

    /// Bars of CPU time for the peers: what one core does in a second.
    var picture: String {
        let bars =
            peers.map { ("refresh, \($0.name)", 1000 / $0.refreshCPU) }
            + peers.map { ("guarded GET, \($0.name)", 1000 / $0.guardedCPU) }
        let largest = bars.map(\.1).max() ?? 1
        let height = bars.count * 26 + 46
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 \(height)" font-family="sans-serif" font-size="13">
            <rect width="720" height="\(height)" fill="#fff"/>
            <text x="10" y="22" font-size="15">Requests for one second of the server's CPU (logarithmic)</text>

            """
        for (index, bar) in bars.enumerated() {
            let y = 36 + index * 26
            let width = max(2, Int(380 * log10(max(1, bar.1)) / log10(max(10, largest))))
            let color = bar.0.hasSuffix("Vidimus") ? "#2a6f97" : "#b8b8b8"
            svg += """
                <text x="250" y="\(y + 15)" text-anchor="end">\(bar.0)</text>
                <rect x="258" y="\(y)" width="\(width)" height="20" fill="\(color)"/>
                <text x="\(264 + width)" y="\(y + 15)">\(Int(bar.1))</text>

                """
        }
        return svg + "</svg>\n"
    }

    /// Puts the tables between the two marks of the page, and the picture beside it.
    func write(to page: String) throws {
        let (begin, end) = ("<!-- server: begin -->", "<!-- server: end -->")
        let old = try String(contentsOfFile: page, encoding: .utf8)
        guard let from = old.range(of: begin), let to = old.range(of: end), from.upperBound <= to.lowerBound
        else {
            throw NoPlace(description: "\(page) has no marks '\(begin)' and '\(end)'")
        }
        let new = old[..<from.upperBound] + "\n" + markdown + old[to.lowerBound...]
        try String(new).write(toFile: page, atomically: true, encoding: .utf8)
        let folder = URL(filePath: page).deletingLastPathComponent()
        try picture.write(to: folder.appending(path: "benchmarks.svg"), atomically: true, encoding: .utf8)
    }

    struct NoPlace: Error, CustomStringConvertible { let description: String }

    private static var day: String {
        String(ISO8601DateFormatter().string(from: Date()).prefix(10))
    }

    /// Cores, memory and system; no names.
    private static var machine: String {
        func line(_ path: String, _ name: String, _ separator: Character) -> String {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            let found = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
            return (found.split(separator: separator, maxSplits: 1).dropFirst().first.map(String.init) ?? "?")
                .trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let memory = Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824
        let system = line("/etc/os-release", "PRETTY_NAME", "=")
        let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? "?"
        return "\(cores) cores (\(line("/proc/cpuinfo", "model name", ":"))), \(Int(memory.rounded())) GiB, "
            + "\(system), Linux \(kernel.split(separator: ".").prefix(2).joined(separator: "."))"
    }
}
