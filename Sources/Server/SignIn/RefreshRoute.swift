import Hummingbird
import Logging
import VidimusIdentity

/// `POST /v1/refresh`: the next pair of tokens for a session.
struct RefreshRoute {
    let services: Services

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let presented = try await JSONBody(of: request).string("refresh_token")
        let outcome = try await services.sessions.refresh(presented, visitor: context.visitor(of: request))
        services.metrics.refreshed(outcome.name)
        return try answer(to: outcome, context: context)
    }

    /// The answer to what a refresh came to, also when it came with a sign-in.
    func answer(to outcome: RefreshOutcome, context: APIContext) throws -> Response {
        switch outcome {
        case .rotated(let grant), .repeated(let grant):
            return try services.answer(with: grant, logger: context.logger)
        case .unknown, .fromTheFuture:
            throw refused("invalid_refresh_token", "The refresh token is not one of ours; sign in again.")
        case .ended:
            throw refused("revoked", "The session was ended; sign in again.")
        case .expired:
            throw refused("expired", "The session is too old; sign in again.")
        case .suspended:
            throw refused("suspended", "The account is disabled.")
        case .reused:
            context.logger.warning("a replaced refresh token came back; its session was ended")
            throw refused(
                "refresh_token_reused",
                "The refresh token had been replaced already, so somebody may have copied it; the session was "
                    + "ended. Sign in again.")
        case .tooManyRepeats:
            throw Problem(
                .tooManyRequests, "too_many_attempts", "The refresh token was presented too often; wait.",
                retryAfter: .seconds(10))
        }
    }

    private func refused(_ code: String, _ detail: String) -> Problem {
        Problem(.unauthorized, code, detail)
    }
}
