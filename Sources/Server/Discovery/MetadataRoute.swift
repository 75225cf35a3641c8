import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `GET /.well-known/oauth-authorization-server` (RFC 8414), also at the address of OpenID Connect Discovery, where most
/// libraries look first: where everything is.
struct MetadataRoute {
    let issuer: String
    private static let clientAuthentication: JSON = ["client_secret_basic", "client_secret_post"]

    func respond(_ request: Request, _ context: APIContext) -> Response {
        let metadata: JSON = [
            "issuer": .string(issuer),
            "jwks_uri": .string("\(issuer)/.well-known/jwks.json"),
            "token_endpoint": .string("\(issuer)/oauth/token"),
            "token_endpoint_auth_methods_supported": Self.clientAuthentication,
            "introspection_endpoint": .string("\(issuer)/oauth/introspect"),
            "introspection_endpoint_auth_methods_supported": Self.clientAuthentication,
            "revocation_endpoint": .string("\(issuer)/oauth/revoke"),
            "revocation_endpoint_auth_methods_supported": Self.clientAuthentication,
            "grant_types_supported": .array(Client.Grant.allCases.map { .string($0.rawValue) }),
            "response_types_supported": [],
            "status_list_aggregation_endpoint": .string("\(issuer)/status"),
        ]
        return .cached(
            Representation(metadata.encoded()), type: "application/json", maximumAge: .seconds(300),
            for: request)
    }
}
