public import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Requests by async-http-client.
public struct HTTPConnections: OutgoingHTTP {
    private let client: HTTPClient

    /// The process's own client: no redirects, no waiting for a server that is away, connections in two seconds.
    public static let shared = HTTPConnections(
        HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration))

    /// Requests by a client of your own, for instance one that trusts a private authority. Begin with
    /// ``configuration``: a client that follows redirects would take keys from whoever the issuer points at.
    public init(_ client: HTTPClient) {
        self.client = client
    }

    /// How ``shared`` is configured.
    public static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(2)),
            connectionPool: .init(
                idleTimeout: .seconds(30), concurrentHTTP1ConnectionsPerHostSoftLimit: 1_024))
        // When to try again is decided by the feed, which has to be quick about it.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// Sends a request by the client, and waits 30 s at most for the head of the answer.
    /// - Throws: what the client does.
    @concurrent
    public func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        var outgoing = HTTPClientRequest(url: request.address)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headers { outgoing.headers.add(name: field.name.rawName, value: field.value) }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        // Time is bounded by whoever calls: this deadline is for the head alone.
        let response = try await client.execute(outgoing, timeout: .seconds(30))
        var headers = HTTPFields()
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        return IncomingAnswer(
            status: Int(response.status.code), headers: headers,
            body: response.body.map { Array(buffer: $0) })
    }
}
