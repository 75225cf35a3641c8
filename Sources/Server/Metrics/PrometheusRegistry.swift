package import CoreMetrics
import Synchronization

/// A swift-metrics back end that keeps every series in memory and writes them as Prometheus text
/// (exposition format 0.0.4). Labels and dimensions are ours alone, so their number is bounded by the code.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    private let series = Mutex<[SeriesName: Series]>([:])

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        find(label, dimensions, .counter)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        find(label, dimensions, .counter)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        find(label, dimensions, .gauge)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        find(label, dimensions, aggregate ? .summary : .gauge)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        find(label, dimensions, .summary)
    }

    /// A series that was made once stays: what was counted is not forgotten because nobody holds it.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func find(_ label: String, _ dimensions: [(String, String)], _ kind: Series.Kind) -> Series {
        let name = SeriesName(label: label, dimensions: dimensions.map { "\($0)=\"\(Self.escaped($1))\"" })
        return series.withLock { series in
            if let known = series[name] { return known }
            let new = Series(kind)
            series[name] = new
            return new
        }
    }

    /// Every series, sorted, with a TYPE line for each metric.
    package func text() -> String {
        let all = series.withLock { $0 }.sorted {
            ($0.key.label, $0.key.selector) < ($1.key.label, $1.key.selector)
        }
        var text = ""
        var last = ""
        for (name, series) in all {
            if name.label != last { text += "# TYPE \(name.label) \(series.kind.rawValue)\n" }
            last = name.label
            let (sum, count) = series.reading
            if series.kind == .summary {
                text +=
                    "\(name.label)_sum\(name.selector) \(sum)\n\(name.label)_count\(name.selector) \(count)\n"
            } else {
                text += "\(name.label)\(name.selector) \(Self.number(sum))\n"
            }
        }
        return text
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            if character == "\\" || character == "\"" { escaped += "\\" }
            escaped += character == "\n" ? "\\n" : String(character)
        }
    }
}

private struct SeriesName: Hashable {
    let label: String
    let dimensions: [String]

    var selector: String { dimensions.isEmpty ? "" : "{\(dimensions.joined(separator: ","))}" }
}

/// One series. A summary counts and sums what it is told; a counter sums; a gauge keeps the last.
private final class Series: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler, Sendable
{
    enum Kind: String {
        case counter
        case gauge
        case summary
    }

    let kind: Kind
    private let values = Mutex((sum: 0.0, count: 0))

    init(_ kind: Kind) { self.kind = kind }

    var reading: (sum: Double, count: Int) { values.withLock { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { values.withLock { $0 = (value, 1) } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { kind == .gauge ? set(value) : add(value) }
    func recordNanoseconds(_ duration: Int64) { add(Double(duration) / 1e9) }
    func reset() { values.withLock { $0 = (0, 0) } }

    private func add(_ amount: Double) {
        values.withLock { $0 = ($0.sum + amount, $0.count + 1) }
    }
}
