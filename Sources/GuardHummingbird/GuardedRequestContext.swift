public import Hummingbird
public import VidimusGuard

/// A request context with a place for who is asking. The guard fills it; nothing else should.
public protocol GuardedRequestContext: RequestContext {
    /// Who is asking; nil until a ``GuardMiddleware`` let the request through.
    var principal: Principal? { get set }
}

/// The context of a service that needs no other.
public struct BasicGuardedRequestContext: GuardedRequestContext {
    /// What Hummingbird keeps of a request.
    public var coreContext: CoreRequestContextStorage
    /// Who is asking; nil until a ``GuardMiddleware`` let the request through.
    public var principal: Principal?

    /// The context of a request nobody has vouched for yet.
    public init(source: Source) {
        coreContext = .init(source: source)
        principal = nil
    }
}
