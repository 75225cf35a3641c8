import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// Connections with TLS, and inside it HTTP/2 or HTTP/1.1, as the client prefers (ALPN).
///
/// A new connection takes the certificate that is current; those that are open keep theirs.
final class EncryptedConnections: ServerChildChannel {
    typealias Value = HTTP2UpgradeChannel.Value

    private let certificate: CurrentCertificate
    private let configuration: HTTP2UpgradeChannel.Configuration
    private let responder: HTTPChannelHandler.Responder
    /// Made anew for each certificate, with tickets of its own: nobody resumes past a replaced certificate.
    private let latest: Mutex<(channel: HTTP2UpgradeChannel, number: Int)>

    init(
        _ certificate: CurrentCertificate, configuration: HTTP2UpgradeChannel.Configuration,
        responder: @escaping HTTPChannelHandler.Responder
    ) throws {
        self.certificate = certificate
        self.configuration = configuration
        self.responder = responder
        let (tls, number) = certificate.current
        let channel = try HTTP2UpgradeChannel(
            tlsConfiguration: tls, configuration: configuration, responder: responder)
        latest = Mutex((channel, number))
    }

    private func channel() throws -> HTTP2UpgradeChannel {
        let (tls, number) = certificate.current
        return try latest.withLock { latest in
            if latest.number != number {
                let channel = try HTTP2UpgradeChannel(
                    tlsConfiguration: tls, configuration: configuration, responder: responder)
                latest = (channel, number)
            }
            return latest.channel
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        do {
            return try self.channel().setup(channel: channel, logger: logger).flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(
                    ConnectionBounds(), position: .after(pipeline.handler(type: NIOSSLServerHandler.self)))
                return value
            }
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    func handle(value: Value, logger: Logger) async {
        // The same for every certificate: the connection is set up already.
        await latest.withLock { $0.channel }.handle(value: value, logger: logger)
    }
}
