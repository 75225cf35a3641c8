import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `GET /.well-known/jwks.json`: the public keys, cacheable for as long as the key schedule counts on.
struct KeySetRoute {
    let services: Services
    let maximumAge: Duration

    func respond(to request: Request, context: APIContext) -> Response {
        let body = (services.keyRing.verificationKeys()?.json ?? ["keys": []]).encoded()
        return .cached(body, type: "application/jwk-set+json", maximumAge: maximumAge, for: request)
    }
}
