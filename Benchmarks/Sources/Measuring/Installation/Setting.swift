import Foundation

/// Where everything is, and how long it may take.
package struct Setting {
    /// The packages' folder of programs that were built with this one.
    package let programs: String
    /// A folder for everything that is written.
    package let scratch: String
    package let isQuick: Bool

    package init(programs: String, scratch: String, isQuick: Bool) {
        self.programs = programs
        self.scratch = scratch
        self.isQuick = isQuick
    }

    package var rounds: Int { isQuick ? 3 : 7 }
    package var seconds: Double { isQuick ? 1 : 3 }
    package var accounts: Int { isQuick ? 100_000 : 1_000_000 }

    package func program(_ name: String) -> String { "\(programs)/\(name)" }

    package func folder(_ name: String) throws -> String {
        let path = "\(scratch)/\(name)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    /// The server on a data folder, with limits that a benchmark does not run into and otherwise as it comes.
    package func vidimus(_ data: String, port: Int = 0, environment: [String: String] = [:]) throws -> Program
    {
        let limits = [
            "VIDIMUS_LIMIT_ACCOUNT": "100000/1s", "VIDIMUS_LIMIT_ADDRESS": "100000/1s",
            "VIDIMUS_LIMIT_SIGN_UP": "100000/1s", "VIDIMUS_HASH_QUEUE": "1000",
        ]
        return try Program(
            program("vidimus"), ["serve", "--port", "\(port)", "--data", data], sign: "listens on",
            environment: limits.merging(environment) { $1 })
    }

    /// A data folder with accounts and sessions in it, and nobody who has it open.
    package func filled(_ name: String, accounts: Int, hash: Seed.Hash = .usual) async throws -> String {
        let data = try folder(name)
        try vidimus(data).stop()
        try await Seed.fill("\(data)/vidimus.db", accounts: accounts, hash: hash)
        return data
    }
}
