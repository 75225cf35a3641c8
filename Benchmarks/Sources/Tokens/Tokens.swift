import Foundation
import Synchronization

/// One operation of one contestant, timed: `Tokens FIXTURE WHO TASK [--count N | --threads N]`.
///
/// Prints nanoseconds an operation, the least of many rounds: what else runs on the machine can only add to it.
/// With `--count` it runs so many times and says nothing, for callgrind. `tokens.py` runs it and makes the table.
@main
struct Tokens {
    static func main() async throws {
        #if DEBUG
            FileHandle.standardError.write(
                Data("a debug build measures nothing: build with --configuration release\n".utf8))
            exit(1)
        #else
            let arguments = CommandLine.arguments
            guard arguments.count >= 4, let task = Task(arguments[3]) else {
                throw Wrong("usage: Tokens FIXTURE WHO ALGORITHM-verify|sign [--count N | --threads N]")
            }
            let (fixture, who) = (Fixture(arguments[1]), arguments[2])
            let number = arguments.count > 5 ? Int(arguments[5]) ?? 1 : 1
            if who == "jwt-kit" {
                guard let operation = try await Peer.operation(task, fixture) else { return }
                if arguments.contains("--count") {
                    for _ in 0..<number { try await operation() }
                } else {
                    print(try await leastNanoseconds(operation))
                }
                return
            }
            if arguments.contains("--threads") {
                return print(try throughput(threads: number, who, task, fixture))
            }
            guard let operation = try operation(who, task, fixture) else { return }
            if arguments.contains("--count") {
                for _ in 0..<number { try operation() }
            } else {
                print(try leastNanoseconds(operation))
            }
        #endif
    }

    private static func operation(_ who: String, _ task: Task, _ fixture: Fixture) throws -> (
        () throws -> Void
    )? {
        switch who {
        case "bare": try Bare.operation(task, fixture)
        case "swift-crypto": try Bare.swiftCrypto(task, fixture)
        case "guard-hot", "guard-unseen": try Guarded.operation(who, task, fixture)
        default: try Ours.operation(who, task, fixture)
        }
    }

    private static let rounds = 40

    private static func leastNanoseconds(_ operation: () throws -> Void) throws -> Double {
        var least = Double.infinity
        var repetitions = 1
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<repetitions { try operation() }
            let time = (ContinuousClock.now - start) / .nanoseconds(1)
            least = min(least, time / Double(repetitions))
            // Rounds of about five milliseconds: short enough to lie between two interruptions now and then.
            repetitions = max(1, Int(5_000_000 / least))
        }
        return least
    }

    private static func leastNanoseconds(_ operation: @Sendable () async throws -> Void) async throws
        -> Double
    {
        var least = Double.infinity
        var repetitions = 1
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<repetitions { try await operation() }
            let time = (ContinuousClock.now - start) / .nanoseconds(1)
            least = min(least, time / Double(repetitions))
            repetitions = max(1, Int(5_000_000 / least))
        }
        return least
    }

    /// Operations a second of so many threads that share one key and one verifier, the most of many short rounds: on a
    /// machine that others use, some of them have all the processors for themselves.
    private static func throughput(threads: Int, _ who: String, _ task: Task, _ fixture: Fixture) throws
        -> Double
    {
        guard let operation = try operation(who, task, fixture) else { return 0 }
        nonisolated(unsafe) let shared = operation
        let repetitions = max(1, Int(3_000_000 / (try leastNanoseconds(operation))))
        var most = 0.0
        for _ in 0..<400 {
            let ready = Atomic<Int>(0)
            let times = Mutex<[Duration]>([])
            DispatchQueue.concurrentPerform(iterations: threads) { _ in
                // All begin together, and the slowest counts.
                ready.wrappingAdd(1, ordering: .acquiringAndReleasing)
                while ready.load(ordering: .acquiring) < threads {}
                let start = ContinuousClock.now
                for _ in 0..<repetitions { try? shared() }
                let time = ContinuousClock.now - start
                times.withLock { $0.append(time) }
            }
            let seconds = (times.withLock { $0.max() } ?? .zero) / .seconds(1)
            most = max(most, Double(threads * repetitions) / seconds)
        }
        return most
    }
}

/// What is measured: `HS256-verify`.
struct Task {
    let algorithm: String
    let isVerifying: Bool

    init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, parts[1] == "verify" || parts[1] == "sign" else { return nil }
        algorithm = String(parts[0])
        isVerifying = parts[1] == "verify"
    }
}

/// Keeps the compiler from leaving out work whose result nobody uses. Nothing is copied for it.
@inline(never) @_optimize(none)
func keep<Value>(_ value: Value) {}
