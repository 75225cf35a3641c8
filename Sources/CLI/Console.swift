import ArgumentParser
import Glibc
import VidimusJOSE

/// What the commands print, and how they end.
enum Console {
    /// A line on standard output, at once even when that is a pipe.
    static func line(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// A line on standard error.
    static func note(_ text: String) { write(text, to: STDERR_FILENO) }

    static func json(_ json: JSON) { line(String(decoding: json.encoded(), as: UTF8.self)) }

    /// A table with its columns aligned.
    static func table(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows
        let widths = header.indices.map { column in
            all.compactMap { $0.indices.contains(column) ? $0[column].count : nil }.max() ?? 0
        }
        for row in all {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
            line(String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()))
        }
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether somebody types standard input.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// Says what is read from standard input, where that is a terminal and nothing would show that we wait.
    static func announceInput(_ what: String) {
        guard isInteractive else { return }
        note("Reading \(what), from this terminal. Ctrl-D ends it.")
    }

    /// Ends the command with exit code 1 and a sentence.
    static func failure(_ sentence: String) -> ExitCode {
        note("vidimus: \(sentence)")
        return .failure
    }

    private static func write(_ text: String, to file: Int32) {
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            // Whoever closed the pipe does not want the rest.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Secrets that come from a person or a pipe.
enum SecretInput {
    /// The first line of standard input, without its end.
    static func line() -> String? { readLine(strippingNewline: true) }

    /// Asked for on the terminal, not shown; nil when there is no terminal.
    static func prompt(_ question: String) -> String? {
        guard isatty(STDIN_FILENO) == 1, let text = getpass(question) else { return nil }
        return String(cString: text)
    }
}
