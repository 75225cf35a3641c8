import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate that new connections get, read again when its files change.
final class CurrentCertificate: Sendable {
    private let files: CertificateFiles
    private let state: Mutex<State>

    private struct State {
        var pair: CertificateFiles.Pair
        /// Rises with each pair.
        var number = 0
        /// Of the files as they were when last read, for better or worse.
        var marks: [CertificateFiles.Mark?]
    }

    init(_ files: CertificateFiles) throws(DataFolder.Refused) {
        self.files = files
        // Before reading: a write in between is then seen at the next look.
        let marks = files.marks
        state = Mutex(State(pair: try files.read(), marks: marks))
    }

    var current: (configuration: TLSConfiguration, number: Int) {
        state.withLock { ($0.pair.configuration, $0.number) }
    }

    /// Reads the files if they changed. What cannot be used is logged once, and the old pair stays.
    func renew(logger: Logger) {
        let marks = files.marks
        guard state.withLock({ $0.marks != marks }) else { return }
        do throws(DataFolder.Refused) {
            let pair = try files.read()
            state.withLock { state in
                state.pair = pair
                state.number += 1
                state.marks = marks
            }
            logger.notice(
                "new certificate",
                metadata: ["serial": "\(pair.serial)", "valid until": "\(pair.validUntil.rfc3339)"])
        } catch {
            state.withLock { $0.marks = marks }
            logger.error(
                "the new certificate cannot be used; the old one stays", metadata: ["error": "\(error)"])
        }
    }
}

/// Looks at the certificate's files every two seconds.
struct CertificateService: Service {
    let certificate: CurrentCertificate
    let logger: Logger

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(2)) }
            certificate.renew(logger: logger)
        }
    }
}
