import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import VidimusJOSE

@testable import VidimusServer

/// Every answer that a test of the server gets is compared with `/openapi.json`: status, media type, code.
enum DescribedAnswers {
    static let document = APIDescription.document(
        issuer: "https://id.example", tokenHeader: "x-access-token")

    static func check(
        _ method: HTTPRequest.Method, _ uri: String, _ answer: TestResponse,
        at location: SourceLocation = #_sourceLocation
    ) {
        // A preflight is CORS's, not the API's.
        guard method != .options else { return }
        let name = "\(method.rawValue) \(path(of: uri)): \(answer.status.code) \(answer.code ?? "")"
        if method == .head {
            let described = operation(.get, path(of: uri))?["responses"]?["\(answer.status.code)"] != nil
            // What has no GET, or no head, says so without content.
            #expect(described || [404, 405].contains(answer.status.code), sourceLocation: location)
            #expect(answer.body.readableBytes == 0, "HEAD with content: \(uri)", sourceLocation: location)
            return
        }
        guard let operation = operation(method, path(of: uri)) else {
            let others = [Answer(404, "not_found"), Answer(405, "method_not_allowed")]
            #expect(others.contains(Answer(answer)), "not described: \(name)", sourceLocation: location)
            return
        }
        guard let described = operation["responses"]?["\(answer.status.code)"] else {
            Issue.record("this status is not described: \(name)", sourceLocation: location)
            return
        }
        let type = (answer.headers[.contentType] ?? "").split(separator: ";").first.map(String.init)
        guard let type else {
            #expect(described["content"] == nil, "no body came: \(name)", sourceLocation: location)
            return
        }
        guard let schema = described["content"]?[type]?["schema"] else {
            Issue.record("this media type is not described: \(type), \(name)", sourceLocation: location)
            return
        }
        if let code = answer.code {
            #expect(
                codes(schema).contains(code), "this code is not described: \(name)", sourceLocation: location)
        }
    }

    /// The codes of problem details.
    static func codes(_ schema: JSON) -> [String] {
        let parts = schema["allOf"]?.array ?? []
        return parts.flatMap { $0["properties"]?["code"]?["enum"]?.array ?? [] }.compactMap(\.string)
    }

    private static func path(of uri: String) -> String {
        String(uri.prefix { $0 != "?" })
    }

    private static func operation(_ method: HTTPRequest.Method, _ path: String) -> JSON? {
        let elements = path.split(separator: "/")
        let item = document["paths"]?.object?.first { member in
            let template = member.name.split(separator: "/")
            return template.count == elements.count
                && zip(template, elements).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return item?.value[method.rawValue.lowercased()]
    }
}
