import Foundation
import Measuring

/// Two charts side by side: what a request costs, and how long a sign-out takes to hold.
struct Plot {
    let outcomes: [Outcome]
    /// How long a token lives that nobody can take back: fifteen minutes, as ours do.
    private static let lifetime = 900_000.0
    private static let (ours, others, store) = ("#2a6f97", "#8a8a8a", "#d5b48c")

    var svg: String {
        let height = outcomes.count * 28 + 96
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 \(height)" font-family="sans-serif" font-size="13">
            <rect width="940" height="\(height)" fill="#fff"/>
            <text x="262" y="22" font-size="15">CPU of a request, µs</text>
            <text x="620" y="22" font-size="15">Sign-out to refusal at all ten, ms</text>
            <rect x="262" y="32" width="12" height="12" fill="\(Self.others)"/><text x="280" y="43">verifier</text>
            <rect x="346" y="32" width="12" height="12" fill="\(Self.store)"/><text x="364" y="43">store or issuer</text>
            <text x="620" y="43">99 of 100 within; logarithmic</text>

            """
        let costliest = outcomes.map(\.cpu).max() ?? 1
        for (index, outcome) in outcomes.enumerated() {
            let y = 56 + index * 28
            let color = outcome.isOurs ? Self.ours : Self.others
            text += "<text x=\"254\" y=\"\(y + 15)\" text-anchor=\"end\">\(outcome.name)</text>\n"
            let own = 260 * outcome.verifiers / costliest
            let asked = 260 * outcome.store / costliest
            text += bar(262, y, own, color) + bar(262 + own, y, asked, Self.store)
            text += label(268 + own + asked, y, Figure.text(outcome.cpu))
            if let refusal = outcome.refusal(0.99) {
                let width = Self.logarithmic(refusal)
                text += bar(620, y, width, color) + label(626 + width, y, Figure.text(refusal))
            } else {
                let width = Self.logarithmic(Self.lifetime)
                text += bar(620, y, width, "#b3402a") + label(626 + width, y, "when it expires")
            }
        }
        let y = 56 + outcomes.count * 28 + 20
        text += "<text x=\"620\" y=\"\(y)\" font-size=\"11\">the red bars end at 15 minutes</text>\n"
        return text + "</svg>\n"
    }

    /// From a tenth of a millisecond on.
    private static func logarithmic(_ milliseconds: Double) -> Double {
        max(2, 200 * log10(max(0.1, milliseconds) / 0.1) / log10(lifetime / 0.1))
    }

    private func bar(_ x: Double, _ y: Int, _ width: Double, _ color: String) -> String {
        "<rect x=\"\(Int(x))\" y=\"\(y)\" width=\"\(max(0, Int(width)))\" height=\"20\" fill=\"\(color)\"/>\n"
    }

    private func label(_ x: Double, _ y: Int, _ text: String) -> String {
        "<text x=\"\(Int(x))\" y=\"\(y + 15)\">\(text)</text>\n"
    }
}
