import Foundation
import Synchronization

/// Threads that each own a connection and take what is to be done from one queue.
final class WorkerPool<Connection>: Sendable {
    private typealias Job = @Sendable (Connection) -> Void

    private let waiting = Mutex<[Job]>([])
    private let signal = DispatchSemaphore(value: 0)

    init(workers: Int, connect: @escaping @Sendable () throws -> Connection) {
        for _ in 0..<workers {
            Thread.detachNewThread { [self] in
                guard let connection = try? connect() else {
                    FileHandle.standardError.write(Data("the store cannot be reached\n".utf8))
                    exit(1)
                }
                while true {
                    signal.wait()
                    let job = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                    job?(connection)
                }
            }
        }
    }

    func run<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            waiting.withLock { waiting in
                waiting.append { connection in
                    continuation.resume(with: Swift.Result { try body(connection) })
                }
            }
            signal.signal()
        }
    }
}
