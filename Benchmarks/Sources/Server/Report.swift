import Foundation
import Measuring

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
        var text = "Measured on \(Machine.description), on \(Machine.day).\n\n"
        text += figures.table
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
    func write(to page: MarkedPage) throws {
        try page.write(markdown, between: "server")
        try page.write(picture, beside: "benchmarks.svg")
    }
}
