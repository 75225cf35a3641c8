// swift-certificates, beneath JOSE, loads CoreFoundation, whose headers then own `stat`: see decision 17.
import CoreFoundation
import Glibc
import VidimusIdentity

/// The folder with the database and the generated master key: 0700, its files 0600, and ours.
package struct DataFolder: Sendable {
    package let path: String

    /// What is wrong with the folder or a file in it, and what to do.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    /// Makes the folder if it is not there; refuses one that belongs to somebody else.
    package init(path: String) throws(Refused) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw Refused(description: "cannot make the data folder \(path): \(Self.lastError)")
        }
        try Self.requireOwn(path, mode: 0o700)
    }

    /// The mode is mended silently; an owner cannot be.
    private static func requireOwn(_ path: String, mode: mode_t) throws(Refused) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Refused(description: "cannot look at \(path): \(lastError)")
        }
        guard status.st_uid == geteuid() else {
            throw Refused(
                description: "\(path) belongs to user \(status.st_uid), not to the one vidimus runs as "
                    + "(\(geteuid())); run it as that user, or give --data a folder of its own")
        }
        if status.st_mode & 0o077 != 0, chmod(path, mode) != 0 {
            throw Refused(description: "cannot close \(path) to others: \(lastError)")
        }
    }

    /// Makes sure a file is there, empty if new, and nobody else's.
    package static func prepareFile(_ path: String) throws(Refused) {
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Refused(description: "cannot open \(path): \(lastError)") }
        close(file)
        try requireOwn(path, mode: 0o600)
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The text of a file with a secret in it; refused unless it is ours alone.
    package static func readSecret(_ path: String) throws(Refused) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Refused(description: "cannot read \(path): \(lastError)")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o077 == 0 else {
            throw Refused(
                description:
                    "\(path) holds a secret, but others can read it; `chmod 600` it, as the user that "
                    + "vidimus runs as")
        }
        return try read(path)
    }

    /// The text of a file, at most a megabyte.
    package static func read(_ path: String) throws(Refused) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Refused(description: "cannot read \(path): \(lastError)") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= 1 << 20 {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else { throw Refused(description: "cannot read \(path): \(lastError)") }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
        throw Refused(description: "\(path) is larger than a megabyte")
    }

    /// Writes a file 0600 in one step: it is whole or not there. Replaces one that is.
    package static func writeSecret(_ text: String, to path: String) throws(Refused) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        defer { unlink(temporary) }
        let file = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Refused(description: "cannot write \(temporary): \(lastError)") }
        let bytes = Array(text.utf8)
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        close(file)
        guard isWritten, rename(temporary, path) == 0 else {
            throw Refused(description: "cannot write \(path): \(lastError)")
        }
        syncFolder(of: path)
    }

    /// A name is durable only when its folder is: a power cut must not take a key from what it sealed.
    private static func syncFolder(of path: String) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
