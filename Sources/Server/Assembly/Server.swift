import HummingbirdCore
import HummingbirdHTTP2
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import VidimusIdentity

/// The running server.
package struct Server: Service {
    private let settings: Settings
    private let services: Services
    private let logger: Logger
    private let isListening: @Sendable (Int) async -> Void

    /// - Parameter isListening: called with the port once connections are accepted.
    package init(
        _ settings: Settings, services: Services, logger: Logger,
        isListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        self.settings = settings
        self.services = services
        self.logger = logger
        self.isListening = isListening
    }

    /// Serves until asked to stop; then finishes the requests under way and closes the database.
    package func run() async throws {
        // Connections, and room for the database's files and our own.
        OpenFiles.raiseLimit(to: settings.connections + 256)
        let certificate = try settings.certificateFiles.map { try CurrentCertificate($0) }
        try await services.start(logger: logger)
        do {
            try await application(certificate).run()
        } catch let error as IOError {
            throw CannotListen(description: "cannot listen on \(settings.host):\(settings.port): \(error)")
        }
        await services.close()
        logger.info("stopped")
    }

    /// The address is taken, is not this machine's, or may not be used.
    package struct CannotListen: Error, CustomStringConvertible {
        package let description: String
    }

    private func application(_ certificate: CurrentCertificate?) -> some ApplicationProtocol {
        let requestBounds: @Sendable () -> [any RemovableChannelHandler] = {
            [
                RequestBounds(
                    deadline: .seconds(20), maximumBytes: 1 << 20, maximumFields: 100, patience: .seconds(10))
            ]
        }
        var connection = HTTP1Channel.Configuration(
            additionalChannelHandlers: requestBounds(), idleTimeout: .seconds(30))
        connection.httpDecoder.maxHeaderFieldSize = 16_384
        connection.httpDecoder.maxHeaderListSize = 32_768
        connection.httpDecoder.maxHeaderFieldCount = 100
        var services: [any Service] = [UpkeepService(services: self.services, logger: logger)]
        if let certificate { services.append(CertificateService(certificate: certificate, logger: logger)) }
        return Application(
            router: routes(self.services, settings), server: Self.connections(connection, certificate),
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: nil,
                availableConnectionsDelegate: .maximum(settings.connections, logger: logger)),
            services: services,
            onServerRunning: { channel in
                await isListening(channel.localAddress?.port ?? settings.port)
            },
            logger: logger)
    }

    /// Plain HTTP/1.1, or with a certificate HTTP/2 and HTTP/1.1, with the same bounds on every request.
    private static func connections(
        _ http1: HTTP1Channel.Configuration, _ certificate: CurrentCertificate?
    ) -> HTTPServerBuilder {
        guard let certificate else { return .http1(configuration: http1) }
        let configuration = HTTP2UpgradeChannel.Configuration(
            idleTimeout: .seconds(30), gracefulCloseTimeout: .seconds(30), streamConfiguration: http1)
        return HTTPServerBuilder { responder in
            try EncryptedConnections(certificate, configuration: configuration, responder: responder)
        }
    }
}

/// Keys that change station and rows that can go, every few seconds.
struct UpkeepService: Service {
    let services: Services
    let logger: Logger

    func run() async throws {
        var rounds = 0
        var unreadable: [String] = []
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await services.keys.maintain()
                if rounds % 60 == 0 { try await services.upkeep.run() }
                if unreadable != services.keyRing.unreadable() {
                    unreadable = services.keyRing.unreadable()
                    for problem in unreadable {
                        logger.error("a signing key is not in use", metadata: ["why": "\(problem)"])
                    }
                }
            } catch is CancellationError {
                // The process ends.
            } catch {
                logger.error("upkeep failed", metadata: ["error": "\(error)"])
            }
            rounds += 1
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
        }
    }
}
