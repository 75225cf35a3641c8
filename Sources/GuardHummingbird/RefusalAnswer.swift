import Hummingbird
import Logging
import VidimusGuard

/// What is done with a refusal before it is answered: it is logged and counted.
struct RefusalAnswer: Sendable {
    let realm: String
    let onRefusal: (@Sendable (Refusal) -> Void)?

    /// The error to throw.
    func callAsFunction(_ refusal: Refusal, logger: Logger) -> GuardError {
        // Neither holds the token: a refusal's reason names claims at most.
        logger.log(
            level: Self.level(of: refusal.code), "refused",
            metadata: ["code": .string(refusal.code.rawValue), "reason": .string(refusal.reason)])
        onRefusal?(refusal)
        return GuardError(refusal, realm: realm)
    }

    /// What anybody can cause without a token of ours is not worth a line each, nor is the daily round of expiry and
    /// refresh.
    private static func level(of code: Refusal.Code) -> Logger.Level {
        switch code {
        case .missingToken, .invalidRequest, .invalidToken, .expired, .stale: .debug
        default: .info
        }
    }
}
