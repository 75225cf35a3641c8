import Measuring

/// What came of one contestant.
struct Outcome {
    let name: String
    let perSecond: Double
    /// Microseconds of CPU a request.
    let verifiers: Double
    let store: Double
    /// Seconds from the answer of a sign-out to refusal everywhere, in order; nil: when it expires.
    let refusals: [Double]?
    /// Seconds for all verifiers to be asked once and answer, the median.
    let asking: Double

    var cpu: Double { verifiers + store }
    var isOurs: Bool { name.hasPrefix("Vidimus") }

    init(_ contestant: Contestant, _ cost: Requesting.Cost, _ times: SigningOut.Times) {
        name = contestant.name
        perSecond = median(cost.perSecond)
        verifiers = median(cost.verifiers)
        store = median(cost.store)
        refusals = times.refusals
        asking = median(times.asking)
    }

    /// Milliseconds within which a share of sign-outs held everywhere.
    func refusal(_ share: Double) -> Double? { refusals.map { quantile(share, of: $0) * 1000 } }
}

extension [Outcome] {
    /// As a Markdown table.
    func table(_ setting: Setting) -> String {
        var text =
            "Measured on \(Machine.description), on \(Machine.day): \(Field.live(setting)) live sessions, "
        text += "\(Field.verifiers) verifier processes, \(Field.visitors) clients in turn, "
        text += "\(Field.leaving(setting)) sign-outs each. "
        text +=
            "To ask all \(Field.verifiers) once took \(Figure.text(median(map(\.asking)) * 1000)) ms at the median.\n\n"
        text += "| | requests/s | CPU µs a request | of which verifiers | of which store or issuer "
        text += "| sign-out to refusal at all ten: median ms | 99 % within ms | most ms |\n"
        text += "|---|---:|---:|---:|---:|---:|---:|---:|\n"
        for outcome in self {
            let costs = [outcome.perSecond, outcome.cpu, outcome.verifiers, outcome.store].map(Figure.text)
            let refusals =
                outcome.refusals == nil
                ? ["when it expires", "–", "–"]
                : [0.5, 0.99, 1].map { Figure.text(outcome.refusal($0) ?? 0) }
            text += "| \(outcome.name) | \((costs + refusals).joined(separator: " | ")) |\n"
        }
        return text
    }
}
