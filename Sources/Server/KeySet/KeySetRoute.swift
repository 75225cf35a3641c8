import Hummingbird
import Synchronization
import VidimusIdentity
import VidimusJOSE

/// `GET /.well-known/jwks.json`: the public keys, cacheable for as long as the key schedule counts on.
final class KeySetRoute: Sendable {
    private let keys: KeyRing
    private let maximumAge: Duration
    /// The answer, the same until the keys change.
    private let published = Mutex<(generation: UInt64, representation: Representation)?>(nil)

    init(services: Services, maximumAge: Duration) {
        keys = services.keyRing
        self.maximumAge = maximumAge
    }

    func respond(to request: Request, context: APIContext) -> Response {
        .cached(current(), type: "application/jwk-set+json", maximumAge: maximumAge, for: request)
    }

    private func current() -> Representation {
        // Before the keys: a change in between is seen at the next request.
        let generation = keys.generation
        if let known = published.withLock({ $0 }), known.generation == generation {
            return known.representation
        }
        let made = Representation((keys.verificationKeys()?.json ?? ["keys": []]).encoded())
        published.withLock { $0 = (generation, made) }
        return made
    }
}
