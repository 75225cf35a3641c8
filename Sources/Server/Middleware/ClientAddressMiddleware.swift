import HTTPTypes
import Hummingbird
import VidimusIdentity

/// Finds the client's address: the peer, unless the peer is a trusted proxy.
///
/// Behind trusted proxies the last address in `X-Forwarded-For` that is not itself a trusted proxy
/// counts; what stands before it is the client's own word.
struct ClientAddressMiddleware: RouterMiddleware {
    let trusted: [AddressRange]

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard !trusted.isEmpty, let name = HTTPField.Name("X-Forwarded-For") else {
            return try await next(request, context)
        }
        var context = context
        context.isFromTrustedProxy = context.clientAddress.map(isTrusted) ?? false
        context.clientAddress = client(
            peer: context.clientAddress, forwarded: request.headers[values: name].joined(separator: ","))
        return try await next(request, context)
    }

    func client(peer: String?, forwarded: String) -> String? {
        guard let peer, isTrusted(peer) else { return peer }
        var address = peer
        for hop in forwarded.split(separator: ",").suffix(16).reversed().map(\.trimmed) {
            guard IPAddress(hop) != nil else { return address }
            address = hop
            if !isTrusted(hop) { return hop }
        }
        return address
    }

    private func isTrusted(_ text: String) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return trusted.contains { $0.contains(address) }
    }
}
