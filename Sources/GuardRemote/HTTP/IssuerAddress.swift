#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An issuer, and which addresses may be asked in its name.
struct IssuerAddress: Sendable {
    /// As configured, for comparing byte for byte.
    let issuer: String
    private let base: String
    private let origin: Origin

    private struct Origin: Equatable {
        let scheme: String
        let host: String
        let port: Int
    }

    /// - Throws: `invalid_address`.
    init(_ issuer: String) throws(RemoteError) {
        self.issuer = issuer
        base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        origin = try Self.origin(of: issuer)
        guard !issuer.contains("?") else {
            throw RemoteError(.invalidAddress, "the issuer \(issuer) has a query")
        }
    }

    /// An address below the issuer.
    func address(_ path: String) -> String { base + path }

    /// Refuses an address that is neither https nor on this machine.
    static func check(_ address: String) throws(RemoteError) { _ = try origin(of: address) }

    /// Refuses an address of another origin than the issuer's.
    func checkOwn(_ address: String) throws(RemoteError) {
        guard try Self.origin(of: address) == origin else {
            throw RemoteError(.invalidAddress, "\(address.prefix(200)) is not of the issuer \(issuer)")
        }
    }

    private static func origin(of address: String) throws(RemoteError) -> Origin {
        guard address.utf8.count <= 2_048, address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            let host = url.host()?.lowercased(), !host.isEmpty, url.user() == nil, url.password() == nil,
            url.fragment() == nil
        else {
            throw RemoteError(
                .invalidAddress, "\(address.prefix(200)) is not an address such as https://id.example")
        }
        switch scheme {
        case "https": return Origin(scheme: scheme, host: host, port: url.port ?? 443)
        case "http" where isLoopback(host): return Origin(scheme: scheme, host: host, port: url.port ?? 80)
        default:
            throw RemoteError(
                .invalidAddress, "\(address.prefix(200)) is neither https nor http on this machine")
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let isLoopback4 = parts.count == 4 && parts.first == 127 && !parts.contains(nil)
        return host == "localhost" || host == "::1" || host == "[::1]" || isLoopback4
    }
}
