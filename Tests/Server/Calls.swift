import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

/// What a sign-in or a refresh answered.
struct Grant: Sendable {
    let access: String
    let refresh: String
    let session: String

    init(_ response: TestResponse) throws {
        try #require(response.status == .ok, "\(response.text)")
        access = try #require(response.json["access_token"]?.string)
        refresh = try #require(response.json["refresh_token"]?.string)
        session = try #require(response.json["session_id"]?.string)
    }
}

/// Somebody with an account, signed in once.
struct Person: Sendable {
    let id: ID<Account>
    let email: String
    let grant: Grant

    var access: String { grant.access }
}

extension House {
    /// One request; a body is JSON unless another type is given. The answer must be one that is described.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, token: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> TestResponse {
        var fields = HTTPFields()
        if body != nil { fields[.contentType] = "application/json" }
        if let token { fields[.authorization] = "Bearer \(token)" }
        for (name, value) in headers {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let bytes = body.map { ByteBuffer(bytes: $0.encoded()) }
        let answer = try await client.executeRequest(
            uri: path, method: method, headers: fields, body: bytes)
        DescribedAnswers.check(method, path, answer)
        return answer
    }

    /// One request with a body as it is, and a media type or none.
    func send(_ path: String, type: String?, body: String, token: String? = nil) async throws -> TestResponse
    {
        var fields = HTTPFields()
        if let type { fields[.contentType] = type }
        if let token { fields[.authorization] = "Bearer \(token)" }
        let answer = try await client.executeRequest(
            uri: path, method: .post, headers: fields, body: ByteBuffer(string: body))
        DescribedAnswers.check(.post, path, answer)
        return answer
    }

    func signIn(_ email: String, password: String = House.password, device: String? = nil) async throws
        -> TestResponse
    {
        var body: [JSON.Member] = [.init("email", .string(email)), .init("password", .string(password))]
        if let device { body.append(.init("device", .string(device))) }
        return try await call(.post, "/v1/login", .object(body))
    }

    func refresh(_ token: String) async throws -> TestResponse {
        try await call(.post, "/v1/refresh", ["refresh_token": .string(token)])
    }

    /// The status of `/v1/me` for a token, and the refusal's code.
    func me(_ token: String) async throws -> Answer { Answer(try await call(.get, "/v1/me", token: token)) }

    /// An account with roles, signed in.
    func person(_ email: String = "ada@example.com", roles: [String] = []) async throws -> Person {
        let address = try #require(EmailAddress(email))
        let registration = try await services.accounts.register(
            email: address, password: try await services.credentials.hash(House.password),
            roles: Roles(try roles.map { try #require(Role($0)) }), origin: Origin())
        guard case .registered(let account) = registration else { throw Taken() }
        return Person(id: account.id, email: email, grant: try Grant(try await signIn(email)))
    }

    struct Taken: Error {}
}

/// A status and, for a refusal, its code.
struct Answer: Equatable, CustomStringConvertible {
    let status: Int
    let code: String?

    init(_ response: TestResponse) { self.init(response.status.code, response.code) }

    init(_ status: Int, _ code: String?) {
        self.status = status
        self.code = code
    }

    var description: String { "\(status) \(code ?? "-")" }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The description of the API is longer than a token may be.
    var json: JSON {
        (try? JSON.parse(Array(body.readableBytesView), limits: .init(bytes: 1 << 20))) ?? .null
    }

    /// The code in the problem document; nil if the answer is none.
    var code: String? {
        headers[.contentType] == "application/problem+json" ? json["code"]?.string : nil
    }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

extension JSON {
    /// A way into arrays that tests can `#require`.
    func element(_ index: Int) -> JSON? { array.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
}
