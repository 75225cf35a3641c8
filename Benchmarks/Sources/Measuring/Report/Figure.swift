import Foundation

/// One thing that was promised or is worth knowing, as it was measured.
package struct Figure {
    package let name: String
    package let value: Double
    package let unit: String
    package let goal: Goal?
    /// What it was made of.
    package let detail: String

    package init(
        name: String, value: Double, unit: String = "", goal: Goal? = nil, detail: String = ""
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.goal = goal
        self.detail = detail
    }

    package enum Goal {
        case atMost(Double)
        case atLeast(Double)
    }

    package var isMet: Bool {
        switch goal {
        case .atMost(let bound): value <= bound
        case .atLeast(let bound): value >= bound
        case nil: true
        }
    }

    package var goalText: String {
        switch goal {
        case .atMost(let bound): "at most \(Figure.text(bound))\(unit)"
        case .atLeast(let bound): "at least \(Figure.text(bound))\(unit)"
        case nil: ""
        }
    }

    package static func text(_ value: Double) -> String {
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

extension [Figure] {
    /// The figures as a Markdown table.
    package var table: String {
        var text = "| figure | measured | promised | | of which |\n|---|---:|---|---|---|\n"
        for figure in self {
            let verdict = figure.goal == nil ? "" : figure.isMet ? "met" : "**missed**"
            text += "| \(figure.name) | \(Figure.text(figure.value))\(figure.unit) | \(figure.goalText) "
            text += "| \(verdict) | \(figure.detail) |\n"
        }
        return text
    }
}
