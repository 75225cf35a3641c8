import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/oauth/token, by client credentials")
struct TokenRouteTests {
    struct Service: Sendable {
        let id: String
        let secret: String

        var basic: String { "Basic " + Self.base64("\(id):\(secret)") }

        static func base64(_ text: String) -> String {
            let url = Base64URL.encode(Array(text.utf8))
            let plain = String(url.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
            return plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        }
    }

    private func service(_ house: House, scopes: [String] = ["status:read", "b"]) async throws -> Service {
        let administrator = try await house.person("root@example.com", roles: ["admin"])
        let answer = try await house.call(
            .post, "/v1/clients", ["name": "orders", "scopes": .array(scopes.map(JSON.string))],
            token: administrator.access)
        #expect(answer.status == .created)
        return Service(
            id: try #require(answer.json["client_id"]?.string),
            secret: try #require(answer.json["client_secret"]?.string))
    }

    private func ask(
        _ house: House, _ form: String, authorization: String?,
        type: String? = "application/x-www-form-urlencoded"
    ) async throws -> TestResponse {
        var fields = HTTPFields()
        fields[.contentType] = type
        fields[.authorization] = authorization
        let answer = try await house.client.executeRequest(
            uri: "/oauth/token", method: .post, headers: fields, body: .init(string: form))
        DescribedAnswers.check(.post, "/oauth/token", answer)
        return answer
    }

    @Test(
        "A client that authenticates by Basic or in the form gets a token with the scopes it asked for, or all"
    )
    func granted() async throws {
        try await House.open { house in
            let service = try await service(house)
            let inForm = "&client_id=\(service.id)&client_secret=\(service.secret)"
            for (form, basic, scope) in [
                ("grant_type=client_credentials", service.basic, "b status:read"),
                ("grant_type=client_credentials&scope=status%3Aread", service.basic, "status:read"),
                (
                    "grant_type=client_credentials&scope=b+status:read&client_id=\(service.id)",
                    service.basic, "b status:read"
                ),
                ("grant_type=client_credentials\(inForm)", nil, "b status:read"),
            ] {
                let answer = try await ask(house, form, authorization: basic)
                #expect(answer.status == .ok, "\(form): \(answer.text)")
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.json["token_type"] == "Bearer" && answer.json["scope"]?.string == scope)
                let token = try #require(answer.json["access_token"]?.string)
                #expect(try await house.me(token) == Answer(403, "insufficient_scope"))
            }
        }
    }

    @Test("What is wrong is said as OAuth says it, and never which half of a credential")
    func refused() async throws {
        try await House.open { house in
            let service = try await service(house)
            let stranger = Service(id: "00000000-0000-4000-8000-000000000000", secret: service.secret)
            let other = Service(id: service.id, secret: "vcs1_" + String(repeating: "A", count: 43))
            let good = "grant_type=client_credentials"
            for (form, authorization, status, error) in [
                (good, stranger.basic, 401, "invalid_client"), (good, other.basic, 401, "invalid_client"),
                (good, nil, 401, "invalid_client"), (good, "Bearer x", 401, "invalid_client"),
                (good, "Basic !", 401, "invalid_client"), (good, "Basic", 401, "invalid_client"),
                (
                    "\(good)&client_id=\(service.id)&client_secret=\(service.secret)", service.basic, 400,
                    "invalid_request"
                ),
                ("\(good)&client_id=\(stranger.id)", service.basic, 400, "invalid_request"),
                ("\(good)&\(good)", service.basic, 400, "invalid_request"),
                ("scope=b", service.basic, 400, "invalid_request"),
                ("grant_type=password", service.basic, 400, "unsupported_grant_type"),
                ("\(good)&scope=account", service.basic, 400, "invalid_scope"),
                ("\(good)&scope=b+c", service.basic, 400, "invalid_scope"),
            ] as [(String, String?, Int, String)] {
                let answer = try await ask(house, form, authorization: authorization)
                #expect(answer.status.code == status, "\(form)")
                #expect(answer.json["error"]?.string == error, "\(form)")
                #expect((answer.headers[.wwwAuthenticate] != nil) == (status == 401))
            }
            let wrongType = try await ask(house, good, authorization: service.basic, type: "application/json")
            #expect(wrongType.json["error"] == "invalid_request")
        }
    }

    @Test("A client without the grant is told so, and a disabled one is let in no more")
    func unauthorized() async throws {
        try await House.open { house in
            let service = try await service(house)
            let id = try #require(ID<Client>(service.id))
            _ = try await house.services.clients.setDisabled(id, to: true, origin: Origin())
            let answer = try await ask(house, "grant_type=client_credentials", authorization: service.basic)
            #expect(answer.json["error"] == "invalid_client")
        }
    }
}
