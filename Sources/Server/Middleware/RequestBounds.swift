import NIOCore
import NIOHTTPTypes

/// Bounds on one request that a dripping or flooding client cannot stretch: from its head on, a request
/// must be whole within `deadline` and `maximumBytes`. Otherwise the connection is closed.
///
/// Heads are bounded by the connection's idle time, which a part of a head does not renew.
final class RequestBounds: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let deadline: TimeAmount
    private let maximumBytes: Int
    private var timeout: Scheduled<Void>?
    private var received = 0

    init(deadline: TimeAmount, maximumBytes: Int) {
        self.deadline = deadline
        self.maximumBytes = maximumBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            received = 0
            timeout?.cancel()
            let channel = context.channel
            timeout = context.eventLoop.scheduleTask(in: deadline) { channel.close(promise: nil) }
        case .body(let buffer):
            received += buffer.readableBytes
            if received > maximumBytes {
                context.close(promise: nil)
                return
            }
        case .end:
            timeout?.cancel()
            timeout = nil
        }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timeout?.cancel()
    }
}
