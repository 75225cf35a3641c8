import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import VidimusDatabase
import VidimusGuard
import VidimusGuardHummingbird
import VidimusIdentity

/// Turns every error into problem details; causes go to the log, never to the client.
struct ProblemMiddleware: RouterMiddleware {
    let metrics: ServerMetrics

    @concurrent
    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as Problem {
            return counted(error)
        } catch let error as GuardError {
            metrics.refused(error.refusal.code.rawValue)
            return try error.response(from: request, context: context)
        } catch let error as AttemptLimits.Limited {
            return counted(
                Problem(
                    .tooManyRequests, "too_many_attempts", "Too many attempts; wait as Retry-After says.",
                    retryAfter: error.retryAfter
                ))
        } catch is HashingPool.Overloaded {
            return counted(
                Problem(
                    .serviceUnavailable, "overloaded",
                    "Too many sign-ins are under way; try again in a moment.",
                    retryAfter: .seconds(2)
                ))
        } catch let error as DatabaseError where error.isPassing {
            context.logger.warning("database busy", metadata: ["error": "\(error)"])
            return counted(
                Problem(
                    .serviceUnavailable, "unavailable", "The database is busy; try again in a moment.",
                    retryAfter: .seconds(2)
                ))
        } catch let error as HTTPError {
            return counted(Self.problem(of: error))
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return counted(
                Problem(
                    .internalServerError, "internal_error",
                    "Something failed on our side; the log has it under request \(context.id)."
                ))
        }
    }

    private func counted(_ problem: Problem) -> Response {
        metrics.refused(problem.code)
        return problem.response
    }

    private static func problem(of error: HTTPError) -> Problem {
        switch error.status {
        case .notFound: Problem(.notFound, "not_found", "There is nothing at this path.")
        case .contentTooLarge: Problem(.contentTooLarge, "body_too_large", "The body is too large.")
        default:
            Problem(error.status, "bad_request", error.body ?? "The request could not be understood.")
        }
    }
}

extension DatabaseError {
    /// Whether the same request may well succeed in a moment.
    fileprivate var isPassing: Bool { code == .busy || code == .closed || code == .notApplied }
}
