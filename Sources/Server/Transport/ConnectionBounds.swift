import NIOCore
import NIOTLS

/// Bounds on an encrypted connection where no request is under way: the handshake must be done in time, and
/// HTTP/2 must not keep a connection without streams.
///
/// After 30 s without streams the client is asked to go (GOAWAY); one that does not answer is cut here. HTTP/1.1
/// inside TLS is bounded by its idle time, as without TLS.
final class ConnectionBounds: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    static let handshake = TimeAmount.seconds(10)
    static let withoutStreams = TimeAmount.seconds(40)
    static let whenEnding = TimeAmount.seconds(5)

    private enum Station { case handshake, http1, http2 }

    private var station = Station.handshake
    private var streams = 0
    private var isEnding = false
    private var cut: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        cut(in: Self.handshake)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cut?.cancel()
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let agreed)? = event as? TLSUserEvent {
            station = agreed == "h2" ? .http2 : .http1
            cut(in: station == .http2 ? Self.withoutStreams : nil)
        } else if event is ChannelShouldQuiesceEvent {
            isEnding = true
            switch station {
            case .handshake: cut(in: .zero)
            case .http1: break
            case .http2: if streams == 0 { cut(in: Self.whenEnding) }
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func streamBegan() {
        streams += 1
        cut(in: nil)
    }

    func streamEnded() {
        streams -= 1
        if streams == 0 { cut(in: isEnding ? Self.whenEnding : Self.withoutStreams) }
    }

    private func cut(in time: TimeAmount?) {
        cut?.cancel()
        guard let context, let time else { return }
        let channel = context.channel
        cut = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
