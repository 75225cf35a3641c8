import Foundation
import Glibc
import Synchronization

/// What a run has to take away again, also when it is told to stop in its midst.
package enum Leftovers {
    private struct State {
        var processes: Set<Int32> = []
        var folders: Set<String> = []
    }

    private static let state = Mutex(State())
    private static let clearing = Mutex(())

    static func add(process: Int32) { state.withLock { _ = $0.processes.insert(process) } }
    static func forget(process: Int32) { state.withLock { _ = $0.processes.remove(process) } }

    package static func add(folder: String) { state.withLock { _ = $0.folders.insert(folder) } }

    /// Ends the processes that still run, and removes the folders.
    ///
    /// One thread at a time: two that remove the same folder would each stop at what the other has removed.
    package static func clear() { clearing.withLock { _ in clearAll() } }

    private static func clearAll() {
        let (processes, folders) = state.withLock { ($0.processes, $0.folders) }
        for process in processes { kill(process, SIGTERM) }
        // PostgreSQL ends its children first, and writes into its folder until then.
        let deadline = Stopwatch.now() + 3
        while processes.contains(where: { kill($0, 0) == 0 }), Stopwatch.now() < deadline { usleep(10_000) }
        for process in processes where kill(process, 0) == 0 { kill(process, SIGKILL) }
        for folder in folders { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// From now on SIGTERM, SIGINT and SIGHUP clear before they end the run.
    static func clearWhenStopped() {
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number, SIG_IGN)
            let watch = DispatchSource.makeSignalSource(signal: number, queue: .global())
            watch.setEventHandler {
                clear()
                // Named here, so that it lives as long as its handler.
                watch.cancel()
                exit(128 + number)
            }
            watch.resume()
        }
    }
}
