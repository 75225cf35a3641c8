import HTTPTypes
import VidimusJOSE

/// Fetches an issuer's key set, once it has found out where that is.
struct KeySetFetch: Sendable {
    let issuer: IssuerAddress
    let http: any OutgoingHTTP
    let pace: Pace
    private var discovery: Discovery?
    private var tag: String?

    /// How large a key set may be, in bytes.
    static let maximumBytes = 262_144
    /// For how long a set is used that does not say it.
    static let usualAge = Duration.seconds(300)

    init(_ issuer: IssuerAddress, _ http: any OutgoingHTTP, _ pace: Pace) {
        self.issuer = issuer
        self.http = http
        self.pace = pace
    }

    /// What was fetched.
    struct Answer: Sendable {
        /// Nil if the set is the one fetched last.
        let keys: JWKSet?
        /// For how long it may be used without asking.
        let age: Duration
        let discovery: Discovery
    }

    /// Fetches the set if it is another one than last time.
    /// - Parameter change: the number of the last change that the issuer told of.
    /// - Throws: ``RemoteError``, or that the task was cancelled. Then everything is found out anew next time.
    mutating func fetch(after change: Int64? = nil) async throws -> Answer {
        do {
            return try await request(change)
        } catch {
            (discovery, tag) = (nil, nil)
            throw error
        }
    }

    private mutating func request(_ change: Int64?) async throws -> Answer {
        let discovery: Discovery
        if let known = self.discovery {
            discovery = known
        } else {
            discovery = try await Discovery.fetch(of: issuer, by: http, within: pace.request)
        }
        var headers: HTTPFields = [.accept: "application/jwk-set+json, application/json"]
        if let tag { headers[.ifNoneMatch] = tag }
        // A cache on the way must not keep a withdrawn key alive. Many do not ask because the client says so; but none has
        // seen the address before, with the number of the change in it.
        headers[.cacheControl] = "no-cache"
        let address =
            discovery.keySet
            + (change.map { (discovery.keySet.contains("?") ? "&" : "?") + "change=\($0)" } ?? "")
        let answer = try await http.fetch(
            OutgoingRequest(.get, address, headers: headers), limit: Self.maximumBytes, within: pace.request)
        let age = Self.age(answer.headers[.cacheControl])
        if answer.status == 304, tag != nil { return Answer(keys: nil, age: age, discovery: discovery) }
        guard answer.status == 200 else {
            throw RemoteError(.unexpectedAnswer, "\(discovery.keySet) answered \(answer.status)")
        }
        let keys: JWKSet
        do throws(JOSEError) {
            keys = try JWKSet(parsing: answer.body, publicOnly: true)
        } catch {
            throw RemoteError(.invalidKeys, "\(discovery.keySet): \(error.reason)")
        }
        // An issuer without keys cannot have issued anything; most likely somebody else answered.
        guard !keys.keys.isEmpty else {
            throw RemoteError(.invalidKeys, "\(discovery.keySet) has no key that verifies")
        }
        tag = answer.headers[.eTag]
        self.discovery = discovery
        return Answer(keys: keys, age: age, discovery: discovery)
    }

    /// `max-age` (RFC 9111 §5.2.2.1), at most a day.
    static func age(_ cacheControl: String?) -> Duration {
        for directive in (cacheControl ?? "").lowercased().split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map {
                $0.filter { $0 != " " && $0 != "\t" }
            }
            guard parts.first == "max-age", parts.count == 2, parts[1].utf8.count <= 10,
                let seconds = UInt32(parts[1])
            else { continue }
            return .seconds(min(seconds, 86_400))
        }
        return usualAge
    }
}
