import HTTPTypes
import Synchronization
import VidimusGuardRemote

/// A way to a server that can be cut, holds what the stream says, and gives out old lists again.
final class UnreliableHTTP: OutgoingHTTP {
    struct Faults: Sendable {
        var losesStream = false
        var losesEverything = false
        /// The lists are answered as they were the first time.
        var repeatsLists = false
        /// Events wait until ``UnreliableHTTP/say(_:)`` says them; heartbeats pass.
        var holdsEvents = false
    }

    private struct State {
        var faults = Faults()
        var firstLists: [String: (headers: HTTPFields, body: [UInt8])] = [:]
        var streams: [Int: AsyncThrowingStream<[UInt8], any Error>.Continuation] = [:]
        var nextStream = 0
        var held: [String] = []
        var repeated = 0
        var opened = 0
    }

    private let state = Mutex(State())

    struct Lost: Error {}

    var faults: Faults {
        get { state.withLock { $0.faults } }
        set {
            let cut = state.withLock { state -> [AsyncThrowingStream<[UInt8], any Error>.Continuation] in
                state.faults = newValue
                guard newValue.losesStream || newValue.losesEverything else { return [] }
                defer { state.streams = [:] }
                return Array(state.streams.values)
            }
            for stream in cut { stream.finish(throwing: Lost()) }
        }
    }

    /// The events that wait.
    var held: [String] { state.withLock { $0.held } }

    /// How often an old list was given out again.
    var repeated: Int { state.withLock { $0.repeated } }

    /// How many streams were opened.
    var opened: Int { state.withLock { $0.opened } }

    /// Says something on every stream that is open.
    func say(_ events: [String]) {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams { for event in events { stream.yield(Array(event.utf8)) } }
    }

    func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        let isStream = request.address.hasSuffix("/status/events")
        let isList = request.address.contains("/status/") && !isStream
        let old = try state.withLock { state -> (headers: HTTPFields, body: [UInt8])? in
            if state.faults.losesEverything || isStream && state.faults.losesStream { throw Lost() }
            guard isList, state.faults.repeatsLists, let old = state.firstLists[request.address] else {
                return nil
            }
            state.repeated += 1
            return old
        }
        if let old { return Self.answer(200, old.headers, old.body) }
        let answer = try await HTTPConnections.shared.send(request)
        if isStream, answer.status == 200 {
            return IncomingAnswer(status: 200, headers: answer.headers, body: passed(answer.body))
        }
        guard isList, answer.status == 200 else { return answer }
        var body: [UInt8] = []
        for try await piece in answer.body { body += piece }
        let whole = (headers: answer.headers, body: body)
        state.withLock { if $0.firstLists[request.address] == nil { $0.firstLists[request.address] = whole } }
        return Self.answer(200, whole.headers, whole.body)
    }

    private static func answer(_ status: Int, _ headers: HTTPFields, _ body: [UInt8]) -> IncomingAnswer {
        let (pieces, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        continuation.yield(body)
        continuation.finish()
        return IncomingAnswer(status: status, headers: headers, body: pieces)
    }

    /// The stream of the server, event by event.
    private func passed(_ body: any AsyncSequence<[UInt8], any Error> & Sendable)
        -> AsyncThrowingStream<[UInt8], any Error>
    {
        let (pieces, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let id = state.withLock { state in
            state.nextStream += 1
            state.opened += 1
            state.streams[state.nextStream] = continuation
            return state.nextStream
        }
        let reading = Task {
            var text = ""
            do {
                for try await piece in body {
                    text += String(decoding: piece, as: UTF8.self)
                    while let end = text.firstRange(of: "\n\n")?.upperBound {
                        pass(String(text[..<end]), on: continuation)
                        text.removeSubrange(..<end)
                    }
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { [self] _ in
            reading.cancel()
            state.withLock { $0.streams[id] = nil }
        }
        return pieces
    }

    private func pass(_ event: String, on stream: AsyncThrowingStream<[UInt8], any Error>.Continuation) {
        let isHeld = state.withLock { state in
            guard state.faults.holdsEvents, !event.contains("event: heartbeat") else { return false }
            state.held.append(event)
            return true
        }
        if !isHeld { stream.yield(Array(event.utf8)) }
    }
}
