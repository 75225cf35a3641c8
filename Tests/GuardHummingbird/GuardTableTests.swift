import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusGuardHummingbird
import VidimusJOSE
import VidimusStatusList

@Suite("The table role × scope × token state")
struct GuardTableTests {
    /// What came with a request.
    enum State: String, CaseIterable {
        case none, garbage, foreignSignature, good, expired, stale, suspended, revoked, unknownIndex
    }

    static let rows: [(role: String?, scope: String?, state: State)] = [nil, "admin", "editor"].flatMap {
        role in
        [nil, "orders:read", "orders:read orders:write"].flatMap { scope in
            State.allCases.map { (role, scope, $0) }
        }
    }

    @Test("Every row gets exactly the expected answer on every route", arguments: rows)
    func table(role: String?, scope: String?, state: State) async throws {
        let service = try Service()
        let headers = try headers(service, role: role, scope: scope, state: state)
        let refused = Self.refusal(of: state)
        let isAdmin = role == "admin"
        let mayWrite = scope?.contains("orders:write") ?? false
        let routes: [(HTTPRequest.Method, String, Bool)] = [
            (.get, "/me", true), (.get, "/admin", isAdmin), (.post, "/orders", mayWrite),
        ]
        try await service.run { client in
            // Twice: the second time the token is remembered, and the answer is the same.
            for (method, path, allowed) in routes + routes {
                let response = try await client.executeRequest(
                    uri: path, method: method, headers: headers, body: nil)
                let expected: (Int, String?) = refused ?? (allowed ? (200, nil) : (403, "insufficient_scope"))
                #expect(response.status.code == expected.0, "\(path)")
                #expect(response.code == expected.1, "\(path)")
                #expect((response.text == "alice") == (expected.0 == 200))
                #expect((response.headers[.wwwAuthenticate] != nil) == (expected.0 != 200))
                #expect(expected.0 == 200 || response.headers[.cacheControl] == "no-store")
            }
            let open = try await client.executeRequest(
                uri: "/open", method: .get, headers: headers, body: nil)
            #expect(open.text == "nobody")
        }
        #expect(service.refusals.codes.count == routes.filter { refused != nil || !$0.2 }.count * 2)
    }

    @Test(
        "A token without a status that can be checked gets 503 with Retry-After",
        arguments: [nil, 31] as [Int64?])
    func statusUnavailable(confirmed: Int64?) async throws {
        let service = try Service(confirmed: confirmed)
        let token = try service.token()
        try await service.run { client in
            let response = try await client.executeRequest(
                uri: "/me", method: .get, headers: [.authorization: "Bearer \(token)"], body: nil)
            #expect(response.status == .serviceUnavailable)
            #expect(response.code == "status_unavailable")
            #expect(response.headers[.retryAfter] == "5")
            #expect(response.headers[.wwwAuthenticate] == nil)
        }
    }

    private static func refusal(of state: State) -> (Int, String?)? {
        switch state {
        case .good: nil
        case .none: (401, "missing_token")
        case .garbage, .foreignSignature, .unknownIndex: (401, "invalid_token")
        case .expired, .stale, .suspended, .revoked: (401, state.rawValue)
        }
    }

    private func headers(_ service: Service, role: String?, scope: String?, state: State) throws -> HTTPFields
    {
        switch state {
        case .none: return [:]
        case .garbage: return [.authorization: "Bearer a.b.c"]
        case .stale: service.list.raise(1, to: .stale)
        case .suspended: service.list.raise(1, to: .suspended)
        case .revoked: service.list.raise(1, to: .revoked)
        case .good, .expired, .foreignSignature, .unknownIndex: break
        }
        var token = try service.token(
            role: role, scope: scope, expiresIn: state == .expired ? -61 : 900,
            index: state == .unknownIndex ? 64 : 1)
        if state == .foreignSignature {
            let stranger = try SigningKey.generate(.es256, id: "p256")
            let payload = try UnverifiedToken(token).unverifiedPayload
            token = try Token.sign(payload: payload, header: [.init("typ", "at+jwt")], with: stranger)
        }
        return [.authorization: "Bearer \(token)"]
    }
}
