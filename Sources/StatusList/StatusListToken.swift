public import VidimusJOSE

/// What a published status list says: the claims of a *Status List Token*, draft-ietf-oauth-status-list §5.1.
///
/// Every name that the draft may still change is in this file, and in ``StatusReference``.
public struct StatusListToken: Sendable {
    /// `typ` of the token, §5.1.
    public static let type = "statuslist+jwt"
    /// The media type of an answer that is one, §8.2.
    public static let mediaType = "application/statuslist+jwt"
    /// The member of the list of lists that holds their addresses, §9.3.
    public static let aggregationMember = "status_lists"

    /// `sub`: the address at which tokens refer to the list.
    public let address: String
    /// `iat`: when the issuer last confirmed the list with its database.
    public let issuedAt: Timestamp
    /// `exp`: from then on the token says nothing any more.
    public let expiresAt: Timestamp
    /// `ttl`: for how long a copy may be used before it should be fetched again; whole seconds.
    public let timeToLive: Duration
    /// The number of the last change that is in the list, by which it is put in order with the event stream; a claim
    /// of ours, `change`. Nil in a list of somebody else.
    public let change: Int64?
    /// The list itself.
    public let list: StatusList

    /// A list as published at a moment.
    public init(
        address: String, issuedAt: Timestamp, expiresAt: Timestamp, timeToLive: Duration, change: Int64?,
        list: StatusList
    ) {
        self.address = address
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.timeToLive = timeToLive
        self.change = change
        self.list = list
    }

    /// How many entries a list read from outside may have: 2^24, which is 4 MiB.
    public static let maximumEntries = 1 << 24

    /// The claims to sign. A list of a million entries takes about 2 ms to compress.
    /// - Throws: `malformed` if zlib has no memory left.
    public func claims() throws(JOSEError) -> JSON {
        let compressed = try Deflate.compressed(list.packed(), in: .zlib)
        var members: [JSON.Member] = [
            .init("sub", .string(address)), .init("iat", .integer(issuedAt.seconds)),
            .init("exp", .integer(expiresAt.seconds)), .init("ttl", .integer(timeToLive.components.seconds)),
        ]
        if let change { members.append(.init("change", .integer(change))) }
        members.append(.init("status_list", ["bits": 2, "lst": .string(Base64URL.encode(compressed))]))
        return .object(members)
    }

    /// Reads the claims of a token whose signature and type were checked.
    ///
    /// - Parameters:
    ///   - claims: those of a token whose signature held.
    ///   - address: where it was fetched from; `sub` must be the same, byte for byte (§8.3).
    ///   - now: the time at which `exp` is looked at.
    /// - Throws: `missing_claim`, `invalid_claim`, `expired`, `malformed`. Lists of other than two bits an entry are
    ///   refused, and such as come to more than ``maximumEntries``.
    public init(_ claims: Claims, fetchedFrom address: String, at now: Timestamp) throws(JOSEError) {
        let subject = try claims.string("sub")
        guard let subject, subject.utf8.elementsEqual(address.utf8) else {
            throw JOSEError(.invalidClaim, "the list at \(address) calls itself \(subject ?? "nothing")")
        }
        guard let issuedAt = try claims.time("iat") else {
            throw JOSEError(.missingClaim, "needs the claim 'iat'")
        }
        let expiresAt = try claims.time("exp")
        if let expiresAt, now >= expiresAt { throw JOSEError(.expired, "the status list has expired") }
        guard case .object? = claims["status_list"], let bits = claims["status_list"]?["bits"]?.integer,
            let text = claims["status_list"]?["lst"]?.string
        else { throw JOSEError(.invalidClaim, "'status_list' is not an object with 'bits' and 'lst'") }
        guard bits == 2 else { throw JOSEError(.invalidClaim, "a list of \(bits) bits an entry, needs 2") }
        guard let compressed = Base64URL.decode(text),
            let packed = try? Deflate.inflated(compressed, in: .zlib, limit: Self.maximumEntries / 4)
        else {
            throw JOSEError(
                .malformed, "'lst' is not a compressed list of at most \(Self.maximumEntries) entries")
        }
        let seconds = try claims.integer("ttl") ?? 0
        guard (0...31_536_000).contains(seconds) else {
            throw JOSEError(.invalidClaim, "'ttl' is out of range")
        }
        self.init(
            address: address, issuedAt: issuedAt, expiresAt: expiresAt ?? Timestamp(milliseconds: .max),
            timeToLive: .seconds(seconds), change: try claims.integer("change"),
            list: StatusList(packed: packed))
    }
}
