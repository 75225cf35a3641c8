import HTTPTypes
import VidimusGuard
import VidimusJOSE
import VidimusStatusList

/// Fetches the lists that an issuer names, and checks each one (draft-ietf-oauth-status-list §8.3).
struct ListFetch: Sendable {
    let issuer: IssuerAddress
    let http: any OutgoingHTTP
    let pace: Pace
    let keys: RemoteKeys
    let now: @Sendable () -> Timestamp

    /// How many lists an issuer may name.
    static let mostLists = 256
    /// How large the list of lists may be, in bytes.
    static let maximumNames = 65_536
    /// How large a list may be as it is sent, in bytes: 2^24 entries that cannot be compressed, encoded twice.
    static let maximumBytes = 8 << 20

    /// Fetches every list that is not the same as before.
    /// - Throws: ``RemoteError``, or that the task was cancelled.
    func fetch(tags: (String) -> String?) async throws -> [HeardStatuses.Copy] {
        let discovery = try await keys.discovered()
        var copies: [HeardStatuses.Copy] = []
        for address in try await names(at: discovery.statusLists) {
            copies.append(try await copy(of: address, tag: tags(address)))
        }
        return copies
    }

    private func names(at address: String) async throws -> [String] {
        let answer = try await http.fetch(
            OutgoingRequest(
                .get, address, headers: [.accept: "application/json", .cacheControl: "no-cache"]),
            limit: Self.maximumNames, within: pace.request)
        guard answer.status == 200 else {
            throw RemoteError(.unexpectedAnswer, "\(address) answered \(answer.status)")
        }
        guard let json = try? JSON.parse(answer.body),
            let named = json[StatusListToken.aggregationMember]?.array
        else { throw RemoteError(.malformed, "\(address) does not name status lists") }
        let names = named.compactMap(\.string)
        guard names.count == named.count, Set(names).count == names.count, names.count <= Self.mostLists
        else {
            throw RemoteError(
                .malformed, "\(address) does not name at most \(Self.mostLists) lists, each once")
        }
        for name in names { try issuer.checkOwn(name) }
        return names
    }

    private func copy(of address: String, tag: String?) async throws -> HeardStatuses.Copy {
        var headers: HTTPFields = [.accept: StatusListToken.mediaType, .cacheControl: "no-cache"]
        if let tag { headers[.ifNoneMatch] = tag }
        let answer = try await http.fetch(
            OutgoingRequest(.get, address, headers: headers), limit: Self.maximumBytes, within: pace.request)
        if answer.status == 304, tag != nil { return .same(address: address) }
        guard answer.status == 200 else {
            throw RemoteError(.unexpectedAnswer, "\(address) answered \(answer.status)")
        }
        let token = try await read(answer.body, from: address)
        return .new(token, tag: answer.headers[.eTag])
    }

    private func read(_ body: [UInt8], from address: String) async throws -> StatusListToken {
        let unverified: UnverifiedToken
        do throws(JOSEError) {
            unverified = try UnverifiedToken(body, maximumBytes: Self.maximumBytes)
        } catch {
            throw Self.refused(address, error)
        }
        // A key that is new since the set was fetched: then the set is fetched once more.
        if let keyID = unverified.header.keyID, !keys.keys().holds(keyID) { await keys.refetch() }
        do throws(JOSEError) {
            return try check(unverified, from: address)
        } catch {
            throw Self.refused(address, error)
        }
    }

    private func check(_ unverified: UnverifiedToken, from address: String) throws(JOSEError)
        -> StatusListToken
    {
        guard !unverified.header.algorithm.isSymmetric else {
            throw JOSEError(.unsupportedAlgorithm, "a list that anybody who verifies it could have signed")
        }
        let verified = try unverified.verified(by: keys.keys())
        // Larger than the claims of a token for access may be; the bound is the one on the whole list.
        let claims = try Claims(parsing: verified.payload, limits: .init(bytes: Self.maximumBytes))
        try ClaimsPolicy(type: StatusListToken.type).check(claims, header: verified.header, at: now())
        if let said = try claims.string("iss"), !said.utf8.elementsEqual(issuer.issuer.utf8) {
            throw JOSEError(.wrongIssuer, "a list of another issuer")
        }
        return try StatusListToken(claims, fetchedFrom: address, at: now())
    }

    private static func refused(_ address: String, _ error: JOSEError) -> RemoteError {
        RemoteError(.invalidList, "the list \(address) is refused: \(error.description)")
    }
}
