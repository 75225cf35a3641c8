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

    static func add(process: Int32) { state.withLock { _ = $0.processes.insert(process) } }
    static func forget(process: Int32) { state.withLock { _ = $0.processes.remove(process) } }

    package static func add(folder: String) { state.withLock { _ = $0.folders.insert(folder) } }

    /// Ends the processes that still run, and removes the folders.
    package static func clear() {
        let (processes, folders) = state.withLock { ($0.processes, $0.folders) }
        for process in processes { kill(process, SIGTERM) }
        // PostgreSQL ends its children and lets go of its files.
        if !processes.isEmpty { usleep(500_000) }
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
