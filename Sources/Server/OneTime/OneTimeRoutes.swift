import HTTPTypes
import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity
import VidimusJOSE

/// `/v1/one-time`: links that work once, for other services. `GET` never uses one up: mail scanners open links.
struct OneTimeRoutes {
    let services: Services
    let issuer: String

    /// `POST /v1/one-time`: a service asks for a token.
    func issue(_ request: Request, _ context: SignedIn<APIContext>) async throws -> Response {
        let body = try await JSONBody(of: request)
        let order = try Self.order(body)
        let page = try LinkPage(try body.optionalString("page"), issuer: issuer)
        guard let client = ID<Client>(context.principal.subject) else { throw Self.revoked }
        _ = try services.limits.admitOneTime(client: client)
        let issue = try await services.oneTimeLinks.issue(
            order, for: client, showing: context.principal.status, origin: context.origin)
        switch issue {
        case .issued(let token, let expiresAt):
            return .json(
                [
                    "token": .string(token), "url": .string(page.link(token)),
                    "expires_at": .string(expiresAt.rfc3339),
                ], status: .created)
        case .refused: throw Self.revoked
        case .unknownAccount:
            throw Problem(
                .unprocessableContent, "unknown_account", "There is no such account, or it is disabled.")
        case .tooMany:
            throw Problem(
                .tooManyRequests, "too_many_open_tokens",
                "\(OneTimeLinks.openLimit) one-time tokens of the client wait to be used; give them less time.",
                retryAfter: .seconds(60))
        }
    }

    /// `POST /v1/one-time/redeem`: whoever holds a token uses it up.
    func redeem(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await JSONBody(of: request)
        let client = try body.optionalString("client_id").map { text in
            guard let id = ID<Client>(text) else { throw JSONBody.wrong("client_id", "the id of a client") }
            return id
        }
        let redemption = try await services.oneTimeLinks.redeem(
            try body.string("token"), purpose: try body.optionalString("purpose"), client: client,
            origin: Origin(address: context.clientAddress))
        switch redemption {
        case .redeemed(let redeemed):
            return .json([
                "purpose": .string(redeemed.purpose), "claims": redeemed.claims,
                "client_id": .string(redeemed.client.description),
                "account": redeemed.account.map { .string($0.description) } ?? .null,
            ])
        case .gone:
            throw Problem(
                .gone, "one_time_token_gone",
                "The token was used, ran out or was taken back, or it is none of ours. Ask for another one.")
        case .wrongPurpose:
            throw Problem(
                .unprocessableContent, "wrong_purpose",
                "The token is for another purpose; it was not used up.")
        case .wrongClient:
            throw Problem(
                .unprocessableContent, "wrong_client", "The token is another client's; it was not used up.")
        }
    }

    /// `GET /one-time?token=…`: where a link leads whose service named no page of its own.
    func page(_ request: Request, _ context: APIContext) -> Response {
        let token = request.uri.queryParameters["token"].map(String.init) ?? ""
        guard services.oneTimeLinks.recognises(token) else {
            return Page.answer(
                "This link is closed", "<p>It is too old, or none of ours. Ask for another one.</p>",
                status: .gone)
        }
        return Page.answer(
            "A link that works once",
            """
            <p>Give this to the service that sent it, and to nobody else. Opening this page did not use it up.</p>
            <p><textarea readonly rows="8" cols="40">\(Page.escaped(token))</textarea></p>
            """, status: .ok)
    }

    private static func order(_ body: JSONBody) throws -> OneTimeLinks.Order {
        guard let purpose = OneTimeLinks.Purpose(try body.string("purpose")) else {
            throw JSONBody.wrong(
                "purpose", "1 to 64 letters, digits, '.', '_', ':' and '-', from a letter or a digit on")
        }
        guard !OneTimeLinks.Purpose.reserved.contains(purpose.description) else {
            throw Problem(
                .unprocessableContent, "reserved_purpose",
                "The purpose '\(purpose)' is for this server's own links; take another name.")
        }
        guard let seconds = try body.optionalInteger("ttl", in: 1...OneTimeLinks.maximumLifetime) else {
            throw JSONBody.missing("ttl")
        }
        let claims = try body.optionalObject("claims") ?? .object([])
        guard claims.encoded().count <= OneTimeLinks.maximumClaims else {
            throw Problem(
                .unprocessableContent, "claims_too_large",
                "The claims have more than \(OneTimeLinks.maximumClaims) bytes; store them and send a name.")
        }
        let account = try body.optionalString("account").map { text in
            guard let id = ID<Account>(text) else { throw JSONBody.wrong("account", "the id of an account") }
            return id
        }
        return OneTimeLinks.Order(
            purpose: purpose, lifetime: .seconds(seconds), claims: claims, account: account)
    }

    private static let revoked = GuardError(
        Refusal(.revoked, "no client, or its tokens were revoked meanwhile"), realm: Services.realm)
}

/// Where a link leads: the service's own page, or ours.
private struct LinkPage {
    private let address: String

    /// - Throws: `invalid_field` for what is no https address (or http on this machine), has a fragment or names
    ///   somebody.
    init(_ given: String?, issuer: String) throws {
        guard let given else {
            address = issuer + "/one-time"
            return
        }
        let rest =
            given.hasPrefix("https://")
            ? given.dropFirst(8) : given.hasPrefix("http://") ? given.dropFirst(7) : ""
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let host = String(authority.prefix { $0 != ":" })
        guard given.utf8.count <= 2_000, !host.isEmpty,
            given.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !given.contains(where: { "#\\\"<>".contains($0) }), !authority.contains("@"),
            given.hasPrefix("https://") || ["localhost", "127.0.0.1"].contains(host)
        else {
            throw JSONBody.wrong(
                "page", "an https address (http on localhost) without fragment, user and spaces")
        }
        address = given
    }

    func link(_ token: String) -> String { "\(address)\(address.contains("?") ? "&" : "?")token=\(token)" }
}
