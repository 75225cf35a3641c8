import Hummingbird
import NIOCore
import VidimusGuardHummingbird
import VidimusGuard
import VidimusIdentity
import VidimusJOSE

/// What the server knows of a request: who sent it, from where.
struct APIContext: GuardedRequestContext {
    var coreContext: CoreRequestContextStorage
    var principal: Principal?
    /// The peer's address, or the one a trusted proxy tells; set by ``ClientAddressMiddleware``.
    var clientAddress: String?
    /// Whether the peer is a trusted proxy, whose `X-Forwarded-` fields are believed; set by the same.
    var isFromTrustedProxy = false
    /// Whether the request is a stream of an HTTP/2 connection, which has a connection for its parent.
    let isHTTP2: Bool

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        isHTTP2 = source.channel.parent?.parent != nil
        clientAddress = source.channel.remoteAddress?.ipAddress
    }

    func visitor(of request: Request, device: String? = nil) -> Visitor {
        Visitor(device: device ?? request.headers[.userAgent], address: clientAddress)
    }
}

extension SignedIn<APIContext> {
    /// The account of a token of ours.
    var account: ID<Account> {
        get throws {
            guard let id = ID<Account>(principal.subject) else { throw Self.foreign }
            return id
        }
    }

    /// The session of a token of ours.
    var session: ID<Session> {
        get throws {
            guard let id = principal.sessionID.flatMap({ ID<Session>($0) }) else { throw Self.foreign }
            return id
        }
    }

    /// What weighs more than the rest asks for a sign-in of the last five minutes.
    /// - Throws: the challenge of RFC 9470.
    func requireRecentSignIn(at now: Timestamp) throws {
        if let refusal = Requirement.recentSignIn.check(principal, at: now) {
            throw GuardError(refusal, realm: Services.realm)
        }
    }

    var origin: Origin { Origin(actor: principal.subject, address: parent.clientAddress) }

    private static var foreign: GuardError {
        GuardError(Refusal(.invalidToken, "the token names no account or session of ours"))
    }
}

extension Requirement {
    /// A sign-in of the last five minutes.
    static let recentSignIn = Requirement.fresh(within: .seconds(300))
}
