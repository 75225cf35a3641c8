import Hummingbird
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity

/// The contents page: every route there is, who may use it, and where it is answered. ``APIDescription`` says the same
/// to clients.
func routes(_ services: Services, _ settings: Settings) -> Router<APIContext> {
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: HeadRequests())
    router.add(middleware: ClientAddressMiddleware(trusted: settings.trustedProxies))
    router.add(middleware: AccessLog())
    router.add(middleware: SecurityHeaders(isStrict: settings.isReachedByHTTPS))
    if !settings.corsOrigins.isEmpty {
        router.add(middleware: CrossOrigin(origins: settings.corsOrigins, tokenHeader: settings.tokenHeader))
    }
    router.add(middleware: ProblemMiddleware(metrics: services.metrics))
    router.add(middleware: HostRequired())
    let allowedMethods = AllowedMethods()
    router.add(middleware: allowedMethods)

    let health = HealthRoutes(services: services)
    router.get("healthz", use: health.alive)
    router.get("readyz", use: health.ready)
    let keySet = KeySetRoute(services: services, maximumAge: settings.keys.publishedFor)
    router.get(".well-known/jwks.json", use: keySet.respond)
    let metadata = MetadataRoute(issuer: settings.issuer)
    router.get(".well-known/oauth-authorization-server", use: metadata.respond)
    router.get(".well-known/openid-configuration", use: metadata.respond)
    let lists = StatusListRoutes(services: services, timeToLive: settings.statusTTL)
    router.get("status", use: lists.aggregation)
    router.get("status/{list}", use: lists.list)
    router.post("oauth/token", use: TokenRoute(services: services).respond)
    router.post("oauth/introspect", use: IntrospectionRoute(services: services).respond)
    router.post("oauth/revoke", use: RevocationRoute(services: services, issuer: settings.issuer).respond)

    router.get("openapi.json", use: DescriptionRoute(settings).respond)

    let setUp = SetUpRoutes(services: services)
    router.get("setup", use: setUp.page)
    router.post("setup", use: setUp.create)

    var locations: Set<CredentialLocation> = [.bearer]
    if let header = settings.tokenHeader { locations.insert(.header(header)) }
    let metrics = MetricsRoute(
        services: services, settings: settings, credentials: CredentialReader(locations))
    router.get("metrics", use: metrics.respond)
    router.get(
        "forward-auth",
        use: ForwardAuthRoute(services: services, credentials: CredentialReader(locations)).respond)
    let signUp = SignUpRoute(services: services, isOpen: settings.isSignUpOpen)
    router.post("v1/signup", use: signUp.respond)
    router.post("v1/login", use: LoginRoute(services: services).respond)
    router.post("v1/refresh", use: RefreshRoute(services: services).respond)
    router.post(
        "v1/logout", use: LogoutRoute(services: services, credentials: CredentialReader(locations)).respond)

    let oneTime = OneTimeRoutes(services: services, issuer: settings.issuer)
    router.get("one-time", use: oneTime.page)
    router.post("v1/one-time/redeem", use: oneTime.redeem)
    let whole = router.group().add(middleware: WholeBody())
    whole.guarded(
        by: services.verifier, .scope(Scope.oneTimeIssue.description), locations: locations,
        realm: Services.realm
    ).post("v1/one-time", use: oneTime.issue)

    let followers = router.guarded(
        by: services.verifier, .scope(Scope.statusRead.description), locations: locations,
        realm: Services.realm)
    let events = StatusEventsRoute(services: services, connections: settings.connections)
    followers.get("status/events", use: events.respond)
    followers.head("status/events", use: events.refuseHead)

    let signedIn = whole.guarded(
        by: services.verifier, .scope(AccessTokens.accountScope), locations: locations, realm: Services.realm)
    let account = AccountRoutes(services: services, isSignUpOpen: settings.isSignUpOpen)
    signedIn.get("v1/me", use: account.show)
    signedIn.patch("v1/me", use: account.change)
    signedIn.delete("v1/me", use: account.delete)
    signedIn.get("v1/sessions", use: account.sessions)
    signedIn.delete("v1/sessions/{id}", use: account.endSession)
    signedIn.post("v1/password/change", use: PasswordRoute(services: services).respond)

    let administrators = signedIn.group().add(middleware: AdministratorsOnly(services: services))
    let users = UserRoutes(services: services)
    administrators.get("v1/users", use: users.list)
    administrators.post("v1/users", use: users.create)
    administrators.get("v1/users/{id}", use: users.show)
    administrators.patch("v1/users/{id}", use: users.change)
    administrators.delete("v1/users/{id}", use: users.delete)
    let userSessions = UserSessionRoutes(services: services)
    administrators.get("v1/users/{id}/sessions", use: userSessions.list)
    administrators.delete("v1/users/{id}/sessions/{session}", use: userSessions.end)
    administrators.post("v1/users/{id}/logout", use: userSessions.endAll)
    let clients = ClientRoutes(services: services)
    administrators.get("v1/clients", use: clients.list)
    administrators.post("v1/clients", use: clients.create)
    administrators.get("v1/clients/{id}", use: clients.show)
    administrators.patch("v1/clients/{id}", use: clients.change)
    administrators.delete("v1/clients/{id}", use: clients.delete)
    administrators.require(.recentSignIn, realm: Services.realm, now: services.now)
        .post("v1/clients/{id}/secret", use: clients.replaceSecret)
    let keys = KeyRoutes(services: services)
    administrators.get("v1/keys", use: keys.list)
    administrators.require(.recentSignIn, realm: Services.realm, now: services.now)
        .post("v1/keys/rotate", use: keys.rotate)
    administrators.get("v1/audit", use: AuditRoutes(services: services).list)
    allowedMethods.learn(router.routes)
    return router
}
