public import Hummingbird
public import VidimusGuard
public import VidimusJOSE

extension RouterMethods where Context: GuardedRequestContext {
    /// A group whose routes are reached only with a good token that meets a requirement.
    ///
    /// ```swift
    /// router.guarded(by: verifier, .role("admin")).get("/whoami") { _, context in
    ///     context.principal.subject
    /// }
    /// ```
    /// - Parameters:
    ///   - verifier: tells who is asking.
    ///   - requirement: what is asked of them.
    ///   - locations: where a token may stand. A request with two is refused.
    ///   - realm: the protected space that challenges name.
    ///   - onRefusal: called for each refusal, for metrics.
    public func guarded(
        by verifier: TokenVerifier, _ requirement: Requirement = .signedIn,
        locations: Set<CredentialLocation> = [.bearer], realm: String = GuardError.defaultRealm,
        onRefusal: (@Sendable (Refusal) -> Void)? = nil
    ) -> RouterGroup<SignedIn<Context>> {
        let middleware = GuardMiddleware<Context>(
            verifier: verifier, requirement: requirement, locations: locations, realm: realm,
            onRefusal: onRefusal)
        return group().add(middleware: middleware).group(context: SignedIn<Context>.self)
    }
}

extension RouterMethods {
    /// A group inside a guarded one that asks more of the principal.
    ///
    /// ```swift
    /// let orders = router.guarded(by: verifier)
    /// orders.get("/orders") { _, context in "what \(context.principal.subject) may see" }
    /// orders.require(.scope("orders:write")).post("/orders") { _, _ in HTTPResponse.Status.created }
    /// ```
    /// - Parameters:
    ///   - requirement: what more is asked of them.
    ///   - realm: the protected space that challenges name.
    ///   - onRefusal: called for each refusal, for metrics.
    ///   - now: the clock that ``/VidimusGuard/Requirement/fresh(within:)`` goes by.
    public func require<Parent: GuardedRequestContext>(
        _ requirement: Requirement, realm: String = GuardError.defaultRealm,
        onRefusal: (@Sendable (Refusal) -> Void)? = nil,
        now: @escaping @Sendable () -> Timestamp = Timestamp.systemClock
    ) -> RouterGroup<Context> where Context == SignedIn<Parent> {
        group().add(
            middleware: RequirementMiddleware<Parent>(
                requirement, realm: realm, onRefusal: onRefusal, now: now))
    }
}
