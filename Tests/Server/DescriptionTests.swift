import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("/openapi.json, and methods that a path has not")
struct DescriptionTests {
    @Test("It describes each route of the router, and no other")
    func routesDescribed() async throws {
        try await House.open { house in
            let router = routes(house.services, Settings())
            // The one HEAD of its own is there to refuse it.
            let there = router.routes.filter { $0.method != .head }.map {
                "\($0.method.rawValue) \($0.path.description)"
            }
            let document = try await house.call(.get, "/openapi.json").json
            let described = try #require(document["paths"]?.object).flatMap { path in
                (path.value.object ?? []).map { "\($0.name.uppercased()) \(path.name)" }
            }
            #expect(described.sorted() == there.sorted())
        }
    }

    @Test("Anybody may read it, and who has it is told so")
    func cached() async throws {
        try await House.open { house in
            let answer = try await house.call(.get, "/openapi.json")
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.cacheControl] == "public, max-age=300")
            #expect(answer.json["openapi"] == "3.1.0")
            let tag = try #require(answer.headers[.eTag])
            let again = try await house.call(.get, "/openapi.json", headers: [("If-None-Match", tag)])
            #expect(again.status == .notModified)
            #expect(again.headers[.eTag] == tag)
        }
    }

    @Test("It names the issuer as its server, and the second header only if there is one")
    func settings() {
        let with = APIDescription.document(issuer: "https://id.example", tokenHeader: "x-token")
        #expect(with["servers"]?.element(0)?["url"] == "https://id.example")
        #expect(with["components"]?["securitySchemes"]?["header"]?["name"] == "x-token")
        let without = APIDescription.document(issuer: "https://id.example", tokenHeader: nil)
        #expect(without["components"]?["securitySchemes"]?["header"] == nil)
    }

    @Test("Every operation has a name of its own, and every schema it refers to is there")
    func references() throws {
        let names = APIDescription.flows.flatMap(\.routes).map(\.name)
        #expect(Set(names).count == names.count)
        let there = Set(Schemas.named.map { "#/components/schemas/\($0.name)" })
        let document = DescribedAnswers.document
        let used = Set(Self.references(in: document))
        #expect(used == there)
    }

    @Test("Every code that it describes is named by a test of the server")
    func provoked() throws {
        let own = URL(filePath: #filePath)
        let tests = try ["Server", "EndToEnd"].flatMap { name in
            let folder = own.deletingLastPathComponent().deletingLastPathComponent().appending(path: name)
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
        }
        let codes = Set(
            APIDescription.flows.flatMap(\.routes).flatMap { $0.allRefusals.codes.values.joined() })
        for code in codes.sorted() {
            #expect(tests.contains { $0.contains("\"\(code)\"") }, "no test names \(code)")
        }
    }

    @Test(
        "A method that a path has not is 405, and Allow names those it has",
        arguments: [
            (.get, "/v1/login", "POST"), (.head, "/v1/login", "POST"),
            (.put, "/v1/me", "DELETE, GET, HEAD, PATCH"), (.put, "/v1/users", "GET, HEAD, POST"),
            (.post, "/v1/users/00000000-0000-4000-8000-000000000000", "DELETE, GET, HEAD, PATCH"),
            (.delete, "/healthz", "GET, HEAD"), (.put, "/setup", "GET, HEAD, POST"),
            (.get, "/v1//login", "POST"), (.trace, "/v1/logout", "POST"),
            (.post, "/openapi.json", "GET, HEAD"),
            (.put, "/status/events", "GET"),
        ] as [(HTTPRequest.Method, String, String)])
    func methodNotAllowed(method: HTTPRequest.Method, path: String, allow: String) async throws {
        try await House.open { house in
            let answer = try await house.call(method, path)
            #expect(Answer(answer) == Answer(405, method == .head ? nil : "method_not_allowed"))
            #expect(answer.headers[.allow] == allow)
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    private static func references(in json: JSON) -> [String] {
        switch json {
        case .object(let members):
            members.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references(in: $0.value) }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }
}
