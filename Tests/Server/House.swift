import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing
import VidimusDatabase
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

/// A whole server inside the test's process: a database of its own, a clock that moves when told, randomness that
/// is the same every time, cheap hashes.
final class House: Sendable {
    static let password = "four words that nobody guesses"
    static let masterKey = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    let services: Services
    let client: any TestClientProtocol
    let clock: StandingClock
    let log: RecordedLog

    private init(
        _ services: Services, _ client: any TestClientProtocol, _ clock: StandingClock, _ log: RecordedLog
    ) {
        self.services = services
        self.client = client
        self.clock = clock
        self.log = log
    }

    /// Opens a house, runs `body` in it and clears it away.
    ///
    /// - Parameters:
    ///   - started: whether keys are made and changes followed before `body`.
    ///   - mode: `.live` where the client's address matters.
    static func open(
        started: Bool = true, mode: TestingSetup = .router,
        settings change: @Sendable (inout Settings) -> Void = { _ in },
        _ body: @Sendable @escaping (House) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vidimus-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = Settings()
        settings.dataFolder = folder
        settings.hashCost = HashCost(memory: 64, iterations: 1, parallelism: 1)
        change(&settings)
        let (clock, log, random) = (StandingClock(), RecordedLog(), KnownRandomness())
        let database = try SQLiteDatabase(path: "\(folder)/vidimus.db")
        try await database.migrate()
        let services = try await Services(
            settings,
            seams: Seams(database: database, now: { clock.now }, random: { random.bytes($0) }),
            masterKeys: try MasterKeys(parsing: masterKey))
        var logger = Logger(label: "test") { _ in RecordingHandler(log: log) }
        logger.logLevel = .trace
        if started { try await services.start(logger: logger) }
        let application = Application(router: routes(services, settings), logger: logger)
        let failure = await Result {
            try await application.test(mode) { try await body(House(services, $0, clock, log)) }
        }
        await services.close()
        try failure.get()
    }

    /// Moves the clock; the statuses are as fresh as before.
    func advance(_ seconds: Int64) {
        clock.advance(.seconds(seconds))
        services.statuses.confirm(at: clock.now)
    }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// Time as the test says.
final class StandingClock: Sendable {
    static let start = Timestamp(seconds: 1_800_000_000)
    private let time = Mutex(start)

    var now: Timestamp { time.withLock { $0 } }

    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// SplitMix64 from a fixed seed.
private final class KnownRandomness: Sendable {
    private let state = Mutex<UInt64>(20_261_121)

    func bytes(_ count: Int) -> [UInt8] {
        state.withLock { state in
            (0..<count).map { _ in
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: mixed >> 32)
            }
        }
    }
}

/// Everything that was logged, as one text a line.
final class RecordedLog: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct RecordingHandler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        log.append("\(event.level) \(event.message) \(all)")
    }
}
