import Hummingbird
import VidimusGuardHummingbird
package import VidimusIdentity
package import VidimusJOSE

/// `/v1/keys`: the signing keys and the station of each, and the next one. Their private halves are nobody's to see here.
struct KeyRoutes {
    let services: Services

    func list(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        Self.answer(try await services.keys.records())
    }

    func rotate(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request, mayBeEmpty: true)
        let written = try body.optionalString("haste") ?? "published"
        guard let haste = Self.hastes[written] else {
            throw JSONBody.wrong("haste", "one of published, now, emergency")
        }
        return Self.answer(try await services.keys.rotate(haste, origin: context.origin))
    }

    private static let hastes: [String: SigningKeys.Haste] = [
        "published": .whenPublished, "now": .now, "emergency": .emergency,
    ]

    private static func answer(_ keys: [KeyRecord]) -> Response {
        .json(["keys": .array(keys.map(\.json))])
    }
}

extension KeyRecord {
    /// A key as the API and `--json` show it.
    package var json: JSON {
        [
            "kid": .string(id), "algorithm": .string(algorithm.rawValue), "state": .string(state.rawValue),
            "announced_at": .string(announcedAt.rfc3339),
            "activated_at": activatedAt.map { .string($0.rfc3339) } ?? .null,
            "retired_at": retiredAt.map { .string($0.rfc3339) } ?? .null,
        ]
    }
}
