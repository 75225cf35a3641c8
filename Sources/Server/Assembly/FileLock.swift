import Glibc

/// Keeps other processes out while something is begun that only one may begin.
struct FileLock {
    private let file: Int32

    /// Waits until nobody else holds the lock. The file stays: removing it would let two in.
    init(_ path: String) throws(DataFolder.Refused) {
        file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX) == 0 else {
            throw DataFolder.Refused(description: "cannot lock \(path): \(String(cString: strerror(errno)))")
        }
    }

    func release() { close(file) }
}
