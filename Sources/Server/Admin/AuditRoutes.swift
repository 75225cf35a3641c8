import Hummingbird
import VidimusGuardHummingbird
import VidimusIdentity
package import VidimusJOSE

/// `/v1/audit`: who did what, the newest first.
struct AuditRoutes {
    let services: Services

    func list(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let page = try PageQuery(request)
        var filter = AuditTrail.Filter(event: request.uri.queryParameters["event"].map(String.init))
        if let account = request.uri.queryParameters["account"] {
            guard let id = ID<Account>(String(account)) else {
                throw Problem(
                    .badRequest, "invalid_parameter", "The parameter 'account' is not an account's id.")
            }
            filter.account = id
        }
        let place = try page.place.map { time, id in
            guard let id = AuditID(id) else { throw PageQuery.wrongPlace }
            return AuditTrail.Place(at: time, id: id)
        }
        let records = try await services.audit.list(before: place, filter, limit: page.limit + 1)
        let shown = records.prefix(page.limit)
        let next =
            records.count > page.limit ? shown.last.map { PageQuery.cursor($0.at, $0.id.description) } : nil
        return .json(["records": .array(shown.map(\.json)), "next": next.map(JSON.string) ?? .null])
    }
}

extension AuditRecord {
    /// A record as the API and `--json` show it.
    package var json: JSON {
        [
            "id": .string(id.description), "at": .string(at.rfc3339), "event": .string(event),
            "account": account.map { .string($0.description) } ?? .null,
            "session": session.map { .string($0.description) } ?? .null,
            "actor": actor.map(JSON.string) ?? .null, "address": address.map(JSON.string) ?? .null,
            "detail": detail.map(JSON.string) ?? .null,
        ]
    }
}
