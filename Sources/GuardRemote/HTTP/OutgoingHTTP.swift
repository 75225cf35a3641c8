public import HTTPTypes

/// The way out: how requests to an issuer leave this process.
///
/// The one seam of this module: tests give an implementation that loses, delays and repeats.
public protocol OutgoingHTTP: Sendable {
    /// Sends a request and returns as soon as the head of the answer is there. It follows no redirect, and ends
    /// when its task is cancelled; so does the reading of the body.
    /// - Throws: whatever the connection does.
    func send(_ request: OutgoingRequest) async throws -> IncomingAnswer
}

/// A request to an issuer.
public struct OutgoingRequest: Sendable {
    /// GET or POST.
    public var method: HTTPRequest.Method
    /// The full address.
    public var address: String
    /// The header fields; one of them may be a credential.
    public var headers: HTTPFields
    /// The body; empty for none.
    public var body: [UInt8]

    /// A request; without fields and without a body if nothing is said.
    public init(
        _ method: HTTPRequest.Method, _ address: String, headers: HTTPFields = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
    }
}

/// The answer to a request: its head, and a body that is still to be read.
public struct IncomingAnswer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The header fields.
    public let headers: HTTPFields
    /// The body, in pieces of any size. It is read once.
    public let body: any AsyncSequence<[UInt8], any Error> & Sendable

    /// An answer whose body is still to be read.
    public init(status: Int, headers: HTTPFields, body: any AsyncSequence<[UInt8], any Error> & Sendable) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// An answer that was read to its end.
struct WholeAnswer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: [UInt8]
}

extension OutgoingHTTP {
    /// Sends a request and reads at most `limit` bytes, all of it within `time`.
    /// - Throws: `unreachable`, `too_large`, or that the task was cancelled.
    func fetch(_ request: OutgoingRequest, limit: Int, within time: Duration) async throws -> WholeAnswer {
        try await Self.within(time, request.address) {
            let answer = try await send(request)
            var body: [UInt8] = []
            for try await piece in answer.body {
                guard body.count + piece.count <= limit else {
                    throw RemoteError(
                        .tooLarge, "\(request.address) answered with more than \(limit) bytes")
                }
                body += piece
            }
            return WholeAnswer(status: answer.status, headers: answer.headers, body: body)
        }
    }

    /// Sends a request and returns with the head of the answer, within `time`.
    /// - Throws: `unreachable`, or that the task was cancelled.
    func open(_ request: OutgoingRequest, within time: Duration) async throws -> IncomingAnswer {
        try await Self.within(time, request.address) { try await send(request) }
    }

    private static func within<Result: Sendable>(
        _ time: Duration, _ address: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await withThrowingTaskGroup(of: Result.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: time)
                    throw RemoteError(.unreachable, "\(address) did not answer within \(time)")
                }
                defer { group.cancelAll() }
                guard let result = try await group.next() else { throw CancellationError() }
                return result
            }
        } catch let error as RemoteError {
            throw error
        } catch {
            try Task.checkCancellation()
            // Only the kind of what went wrong: a description could hold what was sent.
            throw RemoteError(.unreachable, "\(address) could not be reached (\(type(of: error)))")
        }
    }
}
