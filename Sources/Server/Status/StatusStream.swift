import Hummingbird
import NIOCore
import ServiceLifecycle
import VidimusGuard
import VidimusIdentity
import VidimusJOSE
import VidimusStatusList

/// One listener's stream, until it may not, or does not, or cannot listen any more.
struct StatusStream: Sendable {
    let services: Services
    let principal: Principal
    let first: ChangeFeed.Listener
    let written: WrittenEvents

    /// Writes until the stream is over. Whoever listened comes back with the last number it has.
    @concurrent
    func run(_ writer: inout any ResponseBodyWriter) async throws {
        let feed = services.view.feed
        defer { feed.leave(first) }
        let watcher = Task { await self.watch() }
        defer { watcher.cancel() }
        var listener = first
        var wakes = listener.wakes.makeAsyncIterator()
        do {
            while await wakes.next() != nil {
                while case let number = listener.number, case let events = feed.next(for: &listener),
                    !events.isEmpty
                {
                    // Who does not read is closed by ``RequestBounds``.
                    try await writer.write(written.bytes(of: events, after: number))
                }
            }
        } catch {
            // The listener is gone: the usual end, and nothing to tell anybody.
        }
    }

    /// What ends a stream from outside.
    private func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            if Task.isShuttingDownGracefully || services.now() >= principal.expiresAt || isRevoked {
                services.view.feed.leave(first)
                return
            }
        }
    }

    private var isRevoked: Bool {
        guard let reference = principal.status else { return true }
        return services.statuses.lists()[reference.list]?.status(at: reference.index) != .valid
    }
}

extension ChangeFeed.Event {
    var name: String {
        switch self {
        case .statuses: "status"
        case .keys: "keys"
        case .reset: "reset"
        case .confirmed: "heartbeat"
        }
    }

    /// JSON on one line.
    func data(_ number: Int64) -> String {
        let json: JSON =
            switch self {
            case .statuses(let changes, let list):
                [
                    "list": .string(list),
                    "changes": .array(
                        changes.map { [.integer(Int64($0.index)), .integer(Int64($0.status.rawValue))] }),
                ]
            case .keys, .reset: [:]
            case .confirmed(let time): ["head": .integer(number), "at": .integer(time.milliseconds)]
            }
        return String(decoding: json.encoded(), as: UTF8.self)
    }
}
