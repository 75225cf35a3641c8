import Foundation
import Glibc

/// The system's cache of files.
package enum Cache {
    /// Takes every file of a folder out of it.
    package static func evict(folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) { evict("\(folder)/\(name)") }
    }

    private static func evict(_ path: String) {
        let file = open(path, O_RDWR)
        guard file >= 0 else { return }
        fsync(file)
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        close(file)
    }
}
