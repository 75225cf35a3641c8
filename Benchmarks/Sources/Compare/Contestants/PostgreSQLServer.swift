import Foundation
import Glibc
import Measuring

/// A PostgreSQL of our own, in a temporary folder, reached by a socket there; as Debian has it but for that.
final class PostgreSQLServer {
    let program: Program
    /// For libpq.
    let address: String

    init() throws {
        let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
        guard let version = versions.max(by: { (Double($0) ?? 0) < (Double($1) ?? 0) }) else {
            throw Unexpected("there is no PostgreSQL; scripts/setup compare installs it")
        }
        let programs = "/usr/lib/postgresql/\(version)/bin"
        // Short: a socket's name has 107 bytes at most.
        let folder = FileManager.default.temporaryDirectory.appending(path: "vidimus-pg-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.path()
        // It refuses to run as root.
        var becoming = ""
        if geteuid() == 0, let user = getpwnam("postgres") {
            chown(path, user.pointee.pw_uid, user.pointee.pw_gid)
            becoming = "setpriv --reuid=postgres --regid=postgres --clear-groups"
        }
        address = "host=\(path) user=postgres dbname=postgres"
        Leftovers.add(folder: path)
        _ = try Program.output(
            of: "/bin/sh",
            [
                "-c",
                "cd '\(path)' && exec \(becoming) '\(programs)/initdb' -D data -U postgres -A trust -E UTF8 "
                    + "--no-locale",
            ])
        program = try Program(
            "/bin/sh",
            [
                "-c",
                "exec \(becoming) '\(programs)/postgres' -D '\(path)/data' -k '\(path)' "
                    + "-c listen_addresses= 2>&1",
            ], sign: "ready to accept connections", folder: path)
    }

    func stop() { program.stop() }
}

/// A Redis of our own that is reached by a socket and writes nothing to the disk.
enum RedisServer {
    static func start(in folder: String) throws -> (program: Program, socket: String) {
        let socket = "\(folder)/redis.sock"
        let program = try Program(
            "/bin/sh",
            ["-c", "exec redis-server --port 0 --unixsocket '\(socket)' --dir '\(folder)' --save '' 2>&1"],
            sign: "ready to accept connections")
        return (program, socket)
    }
}
