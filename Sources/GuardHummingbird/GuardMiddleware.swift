public import Hummingbird
import Logging
public import VidimusGuard

/// Lets a request through if its token and the requirement hold, and says in the context who is asking.
public struct GuardMiddleware<Context: GuardedRequestContext>: RouterMiddleware {
    private let verifier: TokenVerifier
    private let requirement: Requirement
    private let credentials: CredentialReader
    private let answer: RefusalAnswer

    /// A guard.
    /// - Parameters:
    ///   - verifier: tells who is asking.
    ///   - requirement: what is asked of them.
    ///   - locations: where a token may stand. A request with two is refused.
    ///   - realm: the protected space that challenges name.
    ///   - onRefusal: called for each refusal, for metrics.
    public init(
        verifier: TokenVerifier, requirement: Requirement = .signedIn,
        locations: Set<CredentialLocation> = [.bearer], realm: String = GuardError.defaultRealm,
        onRefusal: (@Sendable (Refusal) -> Void)? = nil
    ) {
        self.verifier = verifier
        self.requirement = requirement
        credentials = CredentialReader(locations)
        answer = RefusalAnswer(realm: realm, onRefusal: onRefusal)
    }

    /// Guards one request.
    /// - Throws: ``GuardError``.
    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        do throws(Refusal) {
            context.principal = try await principal(of: request)
        } catch {
            throw answer(error, logger: context.logger)
        }
        return try await next(request, context)
    }

    private func principal(of request: Request) async throws(Refusal) -> Principal {
        guard let token = try credentials.token(in: request.headers) else {
            throw Refusal(.missingToken, "no token came")
        }
        return try await verifier.verifyAwaitingKeys(token, requiring: requirement)
    }
}
