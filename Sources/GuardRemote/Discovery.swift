import HTTPTypes
import VidimusJOSE

/// Where an issuer has its keys, its lists and its tokens (RFC 8414), or where they are if it does not say.
struct Discovery: Sendable, Equatable {
    let keySet: String
    let statusLists: String
    let tokens: String

    /// How large a discovery document may be, in bytes.
    static let maximumBytes = 65_536

    /// Asks for the discovery document. Without one (404) the usual addresses below the issuer are taken; any other
    /// failure is one, because who cannot ask does not know.
    /// - Throws: `unreachable`, `unexpected_answer`, `malformed`, `wrong_issuer`, `invalid_address`, `too_large`.
    static func fetch(
        of issuer: IssuerAddress, by http: any OutgoingHTTP, within time: Duration
    ) async throws -> Discovery {
        let address = issuer.address("/.well-known/openid-configuration")
        let answer = try await http.fetch(
            OutgoingRequest(.get, address, headers: [.accept: "application/json"]), limit: maximumBytes,
            within: time)
        switch answer.status {
        case 200: return try Discovery(parsing: answer.body, issuer: issuer)
        case 404: return Discovery(defaultsOf: issuer)
        default: throw RemoteError(.unexpectedAnswer, "\(address) answered \(answer.status)")
        }
    }

    init(defaultsOf issuer: IssuerAddress) {
        keySet = issuer.address("/.well-known/jwks.json")
        statusLists = issuer.address("/status")
        tokens = issuer.address("/oauth/token")
    }

    init(parsing body: [UInt8], issuer: IssuerAddress) throws(RemoteError) {
        guard let json = try? JSON.parse(body, limits: .init(bytes: Self.maximumBytes)), json.object != nil
        else {
            throw RemoteError(.malformed, "the discovery document of \(issuer.issuer) is not a JSON object")
        }
        // RFC 8414 §3.3: whoever answers for another issuer is not believed.
        guard let said = json["issuer"]?.string, said.utf8.elementsEqual(issuer.issuer.utf8) else {
            throw RemoteError(.wrongIssuer, "the discovery document of \(issuer.issuer) is another issuer's")
        }
        let usual = Discovery(defaultsOf: issuer)
        keySet = json["jwks_uri"]?.string ?? usual.keySet
        statusLists = json["status_list_aggregation_endpoint"]?.string ?? usual.statusLists
        tokens = json["token_endpoint"]?.string ?? usual.tokens
        try IssuerAddress.check(keySet)
        // Statuses are the issuer's own word, and a secret is sent to the address of tokens.
        try issuer.checkOwn(statusLists)
        try issuer.checkOwn(tokens)
    }
}
