import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusGuard
import VidimusGuardHummingbird

@Suite("Where a token stands in a request")
struct CredentialTests {
    let service: Service
    let token: String

    init() throws {
        service = try Service()
        token = try service.token()
    }

    private func check(_ path: String, _ fields: [(HTTPField.Name, String)], _ status: Int, _ code: String?)
        async throws
    {
        var headers = HTTPFields()
        for (name, value) in fields {
            headers.append(HTTPField(name: name, value: value.replacing("TOKEN", with: token)))
        }
        let sent = headers
        try await service.run { client in
            let response = try await client.executeRequest(uri: path, method: .get, headers: sent, body: nil)
            #expect(response.status.code == status)
            #expect(response.code == code)
        }
    }

    @Test(
        "The scheme is matched case-insensitively, and another one is no bearer token",
        arguments: [
            ("Bearer TOKEN", 200, nil), ("bearer TOKEN", 200, nil), ("BEARER   TOKEN", 200, nil),
            ("Basic YTpi", 401, "missing_token"), ("Bearer", 401, "missing_token"),
            ("Bear", 401, "missing_token"),
            ("", 401, "missing_token"), ("BearerTOKEN", 401, "missing_token"),
            ("Bearer\tTOKEN", 401, "missing_token"),
            ("\u{2}earer TOKEN", 401, "missing_token"), ("Bearer TOKEN TOKEN", 401, "invalid_token"),
            ("Bearer TOKEN, Bearer TOKEN", 401, "invalid_token"), ("TOKEN", 401, "missing_token"),
        ] as [(String, Int, String?)])
    func schemes(value: String, status: Int, code: String?) async throws {
        try await check("/me", [(.authorization, value)], status, code)
    }

    @Test("Two credentials in one request are refused, also when they are the same")
    func two() async throws {
        let bearer = (HTTPField.Name.authorization, "Bearer TOKEN")
        let header = (HTTPField.Name.accessToken, "TOKEN")
        for path in ["/me", "/both"] {
            try await check(path, [bearer, bearer], 400, "invalid_request")
            try await check(path, [bearer, (.authorization, "Basic YTpi")], 400, "invalid_request")
            try await check(path, [(.authorization, "Basic YTpi"), bearer], 400, "invalid_request")
        }
        try await check("/both", [bearer, header], 400, "invalid_request")
        try await check("/both", [header, bearer], 400, "invalid_request")
        try await check("/both", [header, header], 400, "invalid_request")
        try await check("/both", [bearer, (.accessToken, "")], 400, "invalid_request")
        try await check("/header", [header, header], 400, "invalid_request")
    }

    @Test(
        "A header that the guard is told to read is read, whatever its case; one that it is not told of is not"
    )
    func headers() async throws {
        let header = (HTTPField.Name.accessToken, "TOKEN")
        try await check("/both", [header], 200, nil)
        try await check("/both", [(.authorization, "Bearer TOKEN")], 200, nil)
        try await check("/both", [(.authorization, "Basic YTpi"), header], 200, nil)
        try await check("/header", [header], 200, nil)
        try await check("/header", [header, (.authorization, "Bearer TOKEN")], 200, nil)
        try await check("/header", [(.authorization, "Bearer TOKEN")], 401, "missing_token")
        try await check("/header", [(.accessToken, "")], 401, "missing_token")
        try await check("/header", [(.accessToken, "Bearer TOKEN")], 401, "invalid_token")
        try await check("/me", [header], 401, "missing_token")
    }

    @Test("A token in the URL is no credential")
    func notFromTheURL() async throws {
        try await check("/me?access_token=\(token)", [], 401, "missing_token")
    }
}
