import HTTPTypes
import VidimusJOSE

/// What `/openapi.json` says of one route.
struct RouteDescription: Sendable {
    let method: HTTPRequest.Method
    /// As it stands in `Routes.swift`, with a slash before it.
    let path: String
    /// The `operationId`: what a generated client calls it.
    let name: String
    let summary: String
    var access = Access.anybody
    var parameters: [JSON] = []
    var body: Body?
    /// What it answers when it does what was asked.
    let answers: [Answer]
    /// What it answers otherwise, beside ``Refusals/always``.
    var refusals: Refusals = [:]

    /// Who may use a route.
    enum Access: Sendable {
        case anybody
        /// With a token or without: the route says itself when it wants one.
        case anybodyOrSignedIn
        case signedIn
        case administrators
    }

    /// What a request carries.
    struct Body: Sendable {
        /// A name in ``Schemas/named``.
        let schema: String
        let example: JSON
        var isRequired = true
        var types: [MediaType] = [.json]

        /// How it may be written.
        enum MediaType: String {
            case json = "application/json"
            case form = "application/x-www-form-urlencoded"
        }
    }

    /// One status and what comes with it.
    struct Answer: Sendable {
        let status: Int
        let summary: String
        /// Media types and the schemas of their bodies; empty when there is no body.
        var content: [(type: String, schema: JSON)] = []
        var example: JSON?
        /// Names and what they are.
        var headers: [(name: String, summary: String)] = []

        /// A body of JSON by the name of its schema.
        static func json(_ status: Int, _ summary: String, _ schema: String, example: JSON? = nil) -> Answer {
            Answer(
                status: status, summary: summary, content: [("application/json", Schemas.reference(schema))],
                example: example)
        }

        static func noContent(_ summary: String) -> Answer { Answer(status: 204, summary: summary) }

        static func page(_ status: Int, _ summary: String) -> Answer {
            Answer(status: status, summary: summary, content: [("text/html", ["type": "string"])])
        }
    }
}

extension RouteDescription {
    /// All refusals: its own, those of every route, and those of the guard before it.
    var allRefusals: Refusals {
        switch access {
        case .anybody, .anybodyOrSignedIn: .always + refusals
        case .signedIn, .administrators: .always + .guarded + refusals
        }
    }

    /// The operation object (OpenAPI 3.1 §4.8.10).
    func operation(tag: String, schemes: [JSON]) -> JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(name)), .init("tags", [.string(tag)]),
            .init("summary", .string(summary)),
        ]
        switch access {
        case .anybody: members.append(.init("security", []))
        case .anybodyOrSignedIn: members.append(.init("security", .array([.object([])] + schemes)))
        case .signedIn: members.append(.init("security", .array(schemes)))
        case .administrators:
            members.append(.init("description", "Needs the role `admin`."))
            members.append(.init("security", .array(schemes)))
        }
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let body { members.append(.init("requestBody", body.json)) }
        members.append(.init("responses", .object(responses)))
        return .object(members)
    }

    private var responses: [JSON.Member] {
        let refusals = allRefusals.codes
        let statuses = Set(answers.map(\.status)).union(refusals.keys).sorted()
        return statuses.map { status in
            let own = answers.filter { $0.status == status }
            let codes = refusals[status] ?? []
            var content = own.flatMap(\.json)
            if !codes.isEmpty {
                content.append(.init("application/problem+json", ["schema": Refusals.schema(status, codes)]))
            }
            var members: [JSON.Member] = [
                .init("description", .string(own.first?.summary ?? Refusals.summary(codes)))
            ]
            var headers = own.flatMap(\.headers).map { header in
                JSON.Member(
                    header.name,
                    ["description": .string(header.summary), "schema": ["type": "string"], "required": true])
            }
            headers += Refusals.headers(status, codes)
            if !headers.isEmpty { members.append(.init("headers", .object(headers))) }
            if !content.isEmpty { members.append(.init("content", .object(content))) }
            return JSON.Member(String(status), .object(members))
        }
    }
}

extension RouteDescription.Answer {
    fileprivate var json: [JSON.Member] {
        content.map { type, schema in
            var members: [JSON.Member] = [.init("schema", schema)]
            if let example { members.append(.init("example", example)) }
            return JSON.Member(type, .object(members))
        }
    }
}

extension RouteDescription.Body {
    fileprivate var json: JSON {
        let media: JSON = ["schema": Schemas.reference(schema), "example": example]
        let content = types.map { JSON.Member($0.rawValue, media) }
        return ["required": .bool(isRequired), "content": .object(content)]
    }
}
