import Crypto
import HTTPTypes
import Hummingbird
import VidimusIdentity
import VidimusJOSE

/// `GET /.well-known/jwks.json`: the public keys, cacheable for as long as the key schedule counts on.
struct KeySetRoute {
    let services: Services
    let maximumAge: Duration

    func respond(to request: Request, context: APIContext) -> Response {
        let body = (services.keyRing.verificationKeys()?.json ?? ["keys": []]).encoded()
        let tag = "\"\(Base64URL.encode(Array(SHA256.hash(data: body).prefix(16))))\""
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: "public, max-age=\(Int(maximumAge / .seconds(1)))",
        ]
        if request.isKnown(tag: tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = "application/jwk-set+json"
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
