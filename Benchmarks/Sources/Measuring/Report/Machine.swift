import Foundation

/// The machine that measured, and the day.
package enum Machine {
    package static var day: String {
        String(ISO8601DateFormatter().string(from: Date()).prefix(10))
    }

    /// Cores, memory and system; no names.
    package static var description: String {
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
