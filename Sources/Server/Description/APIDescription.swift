import HTTPTypes
import VidimusJOSE

/// `/openapi.json`: what each route takes and answers (OpenAPI 3.1).
///
/// A test compares it with the router: each route of `Routes.swift` is described here, and nothing else is. The tests
/// of the server compare every answer they get with it.
enum APIDescription {
    /// The flows, and the routes of each.
    static let flows: [(tag: String, routes: [RouteDescription])] = [
        ("Sign-in", SignInDescriptions.routes), ("Account", AccountDescriptions.routes),
        ("Administration", AdministrationDescriptions.routes), ("OAuth", OAuthDescriptions.routes),
        ("One-time tokens", OneTimeDescriptions.routes), ("Status", StatusDescriptions.routes),
        ("Proxies", ProxyDescriptions.routes),
        ("Server", OpenDescriptions.routes),
    ]

    /// The document.
    /// - Parameter tokenHeader: the field that may carry the token beside `Authorization`, if any.
    static func document(issuer: String, tokenHeader: String?) -> JSON {
        var schemes: [JSON.Member] = [
            .init("bearer", ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"])
        ]
        if let tokenHeader {
            schemes.append(
                .init("header", ["type": "apiKey", "in": "header", "name": .string(tokenHeader)]))
        }
        let paths = paths(schemes.map { .object([.init($0.name, [])]) })
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Vidimus", "version": "1",
                "description": .string(introduction),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .string(issuer)]], "tags": .array(flows.map { ["name": .string($0.tag)] }),
            "paths": paths,
            "components": [
                "schemas": .object(Schemas.named.map { .init($0.name, $0.schema) }),
                "securitySchemes": .object(schemes),
            ],
        ]
    }

    private static let introduction =
        "A refusal is RFC 9457 problem details with a `code` that keeps its meaning. Beside what each operation says, "
        + "a path that is not here is answered 404 `not_found`, and a method that a path has not is answered 405 "
        + "`method_not_allowed` with `Allow`. HEAD is answered as GET is, without the content, but for the event stream."

    /// The operations by path, paths in the order in which they first come.
    private static func paths(_ schemes: [JSON]) -> JSON {
        var order: [String] = []
        var operations: [String: [JSON.Member]] = [:]
        for flow in flows {
            for route in flow.routes {
                if operations[route.path] == nil { order.append(route.path) }
                operations[route.path, default: []].append(
                    .init(
                        route.method.rawValue.lowercased(),
                        route.operation(tag: flow.tag, schemes: schemes)))
            }
        }
        return .object(order.map { .init($0, .object(operations[$0] ?? [])) })
    }
}
