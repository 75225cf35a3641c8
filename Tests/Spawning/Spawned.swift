import Foundation
import Glibc

/// A program that a test started.
///
/// By `posix_spawn`: Foundation's `Process.run` reads beyond its list of open files where there are many, which crashed
/// tests and which the address sanitizer saw.
package struct Spawned: Sendable {
    private let id: pid_t

    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter arguments: the first is the path of the program.
    package init(_ arguments: [String]) throws {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of a test block signals, which a child would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let words = [arguments, variables].map { texts in texts.map { strdup($0) } + [nil] }
        defer { for word in words.joined() { free(word) } }
        var id: pid_t = 0
        guard let program = arguments.first,
            posix_spawn(&id, program, nil, &attributes, words[0], words[1]) == 0
        else { throw Failed(description: "\(arguments) did not start") }
        self.id = id
    }

    /// Blocks until it has ended.
    /// - Returns: its status as `waitpid` gives it; 0 if all went well.
    package func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
