import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import VidimusJOSE

/// The key set an issuer publishes, by its discovery document if it has one.
struct PublishedKeys {
    let issuer: String

    struct Unreachable: Error, CustomStringConvertible {
        let description: String
    }

    func fetch() async throws -> [UInt8] {
        guard issuer.hasPrefix("https://") || issuer.hasPrefix("http://") else {
            throw Unreachable(
                description: "unreachable: --issuer is an address such as https://id.example.com")
        }
        var configuration = HTTPClient.Configuration()
        // By default a refused connection is tried again until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(configuration: configuration)
        do {
            let keys = try await keys(by: client)
            try await client.shutdown()
            return keys
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func keys(by client: HTTPClient) async throws -> [UInt8] {
        if let document = try? await body(of: issuer + "/.well-known/openid-configuration", by: client),
            case let discovered = try JSON.parse(document), let address = discovered["jwks_uri"]?.string
        {
            // RFC 8414 §3.3: whoever answers for another issuer is not believed.
            guard discovered["issuer"]?.string == issuer else {
                throw Unreachable(description: "unreachable: the discovery document is another issuer's")
            }
            return try await body(of: address, by: client)
        }
        return try await body(of: issuer + "/.well-known/jwks.json", by: client)
    }

    private func body(of address: String, by client: HTTPClient) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "accept", value: "application/json, application/jwk-set+json")
        do {
            let response = try await client.execute(request, timeout: .seconds(10))
            guard response.status == .ok else {
                throw Unreachable(description: "unreachable: \(address) answered \(response.status.code)")
            }
            return Array(buffer: try await response.body.collect(upTo: 1 << 20))
        } catch let error as Unreachable {
            throw error
        } catch {
            throw Unreachable(description: "unreachable: \(address) could not be fetched")
        }
    }
}
