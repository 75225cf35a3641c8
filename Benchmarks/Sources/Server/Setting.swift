import Foundation

/// Where everything is, and how long it may take.
struct Setting {
    /// The packages' folder of programs that were built with this one.
    let programs: String
    /// `Benchmarks/peers`.
    let peers: String
    /// Python of the benchmark's own environment.
    let python: String
    /// A folder for everything that is written.
    let scratch: String
    let isQuick: Bool

    var rounds: Int { isQuick ? 3 : 7 }
    var seconds: Double { isQuick ? 1 : 3 }
    var accounts: Int { isQuick ? 100_000 : 1_000_000 }

    func program(_ name: String) -> String { "\(programs)/\(name)" }

    func folder(_ name: String) throws -> String {
        let path = "\(scratch)/\(name)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    /// The server on a data folder, with limits that a benchmark does not run into and otherwise as it comes.
    func vidimus(_ data: String) throws -> Program {
        try Program(
            program("vidimus"), ["serve", "--port", "0", "--data", data], sign: "listens on",
            environment: [
                "VIDIMUS_LIMIT_ACCOUNT": "100000/1s", "VIDIMUS_LIMIT_ADDRESS": "100000/1s",
                "VIDIMUS_LIMIT_SIGN_UP": "100000/1s", "VIDIMUS_HASH_QUEUE": "1000",
            ])
    }

    /// A data folder with accounts and sessions in it, and nobody who has it open.
    func filled(_ name: String, accounts: Int) async throws -> String {
        let data = try folder(name)
        try vidimus(data).stop()
        try await Seed.fill("\(data)/vidimus.db", accounts: accounts)
        return data
    }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Says how far it is; the results are on standard output.
func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
