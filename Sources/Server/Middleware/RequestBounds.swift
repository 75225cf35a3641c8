import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Bounds on one request that a dripping or flooding client cannot stretch: from its head on, a request
/// must be whole within `deadline` and `maximumBytes`. Otherwise the connection (of HTTP/2: the stream) is closed.
///
/// Heads are bounded by the connection's idle time, which a part of a head does not renew. And an answer must be read:
/// who leaves it for `patience`, so that nothing more can be written, is closed.
final class RequestBounds: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let deadline: TimeAmount
    private let maximumBytes: Int
    private let maximumFields: Int
    private let patience: TimeAmount
    private var timeout: Scheduled<Void>?
    private var unread: Scheduled<Void>?
    private var received = 0
    /// Of the HTTP/2 connection whose stream this is; nil for HTTP/1.1.
    private var connection: ConnectionBounds?

    init(deadline: TimeAmount, maximumBytes: Int, maximumFields: Int, patience: TimeAmount) {
        self.patience = patience
        self.deadline = deadline
        self.maximumBytes = maximumBytes
        self.maximumFields = maximumFields
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // The parent of a stream is its connection, on the same loop. That of a connection listens, on any loop.
        guard let parent = context.channel.parent, parent.eventLoop.inEventLoop else { return }
        connection = try? parent.pipeline.syncOperations.handler(type: ConnectionBounds.self)
        connection?.streamBegan()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard head.headerFields.count <= maximumFields else {
                context.close(promise: nil)
                return
            }
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

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unread?.cancel()
        unread = nil
        if !context.channel.isWritable {
            let channel = context.channel
            unread = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timeout?.cancel()
        unread?.cancel()
        connection?.streamEnded()
        connection = nil
    }
}
