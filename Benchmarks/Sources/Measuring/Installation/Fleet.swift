import Foundation
import Glibc

/// A server and services in processes of their own whose guards hear it.
package final class Fleet {
    /// The server's name and address.
    package let issuer: String
    package let server: Program
    package private(set) var guards: [Program] = []
    private let setting: Setting
    private let data: String
    private var credential: [String: String] = [:]

    /// Starts a server on a data folder.
    package init(_ setting: Setting, data: String, hash: Seed.Hash = .cheap) throws {
        self.setting = setting
        self.data = data
        let port = try Self.freePort()
        issuer = "http://127.0.0.1:\(port)"
        var settings = hash.settings
        settings["VIDIMUS_ISSUER"] = issuer
        settings["VIDIMUS_ACCESS_LIFETIME"] = "1h"
        settings["VIDIMUS_SESSION_LIMIT"] = "10000"
        server = try setting.vidimus(data, port: port, environment: settings)
    }

    /// What a guard does otherwise than usual.
    package enum Habit {
        case usual
        /// Remembers so many bytes of verified tokens.
        case remembers(Int)
        /// Listens to nobody.
        case deaf

        var arguments: [String] {
            switch self {
            case .usual: []
            case .remembers(let bytes): ["\(bytes)"]
            case .deaf: ["deaf"]
            }
        }
    }

    /// Starts so many guards.
    package func start(guards count: Int, _ habit: Habit = .usual) throws -> [Program] {
        if credential.isEmpty {
            let made = try command(["client", "create", "orders", "--scope", "status:read", "--json"])
            credential = [
                "VIDIMUS_CLIENT_ID": Requests.member("client_id", of: made[...]) ?? "",
                "VIDIMUS_CLIENT_SECRET": Requests.member("client_secret", of: made[...]) ?? "",
            ]
        }
        var started: [Program] = []
        for _ in 0..<count {
            let own = try Program(
                setting.program("GuardService"), [issuer] + habit.arguments,
                sign: "listens on", environment: credential)
            guards.append(own)
            started.append(own)
        }
        return started
    }

    /// What a command of the server's prints.
    @discardableResult
    package func command(_ arguments: [String]) throws -> [UInt8] {
        try Program.output(of: setting.program("vidimus"), arguments + ["--data", data])
    }

    package func stop() {
        Program.stop(guards)
        guards = []
        server.stop()
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard done else { throw Unexpected("there is no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
