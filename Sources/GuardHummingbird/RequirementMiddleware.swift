public import Hummingbird
import Logging
public import VidimusGuard
public import VidimusJOSE

/// Asks more of a principal that a guard let in already.
public struct RequirementMiddleware<Parent: GuardedRequestContext>: RouterMiddleware {
    /// The context behind the guard.
    public typealias Context = SignedIn<Parent>

    private let requirement: Requirement
    private let now: @Sendable () -> Timestamp
    private let answer: RefusalAnswer

    /// A further requirement.
    /// - Parameters:
    ///   - requirement: what is asked.
    ///   - realm: the protected space that challenges name.
    ///   - onRefusal: called for each refusal, for metrics.
    ///   - now: the clock that ``/VidimusGuard/Requirement/fresh(within:)`` goes by.
    public init(
        _ requirement: Requirement, realm: String = GuardError.defaultRealm,
        onRefusal: (@Sendable (Refusal) -> Void)? = nil,
        now: @escaping @Sendable () -> Timestamp = Timestamp.systemClock
    ) {
        self.requirement = requirement
        self.now = now
        answer = RefusalAnswer(realm: realm, onRefusal: onRefusal)
    }

    /// Checks one request.
    /// - Throws: ``GuardError``.
    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let refusal = requirement.check(context.principal, at: now()) {
            throw answer(refusal, logger: context.logger)
        }
        return try await next(request, context)
    }
}
