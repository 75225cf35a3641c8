/// A signature that is good.
public struct VerifiedSignature: Sendable {
    /// The algorithm of the key that verified it.
    public let algorithm: SignatureAlgorithm
    /// The `kid` of the key that verified it; nil if the key has none.
    public let keyID: String?
    /// What the signature covers beside the payload.
    public let protectedHeader: JSON
    /// What it does not cover: anybody on the way can have changed it.
    public let unprotectedHeader: JSON
}

/// A payload with signatures of which enough for the policy are good.
public struct VerifiedContent: Sendable {
    /// What became of one signature.
    public typealias Outcome = Result<VerifiedSignature, JOSEError>

    /// The payload, decoded, whatever it is.
    public let payload: [UInt8]
    /// What became of each signature, in the order of the token.
    public let outcomes: [Outcome]

    /// The signatures that are good.
    public var signatures: [VerifiedSignature] {
        outcomes.compactMap { try? $0.get() }
    }

    /// - Throws: `invalid_signature` if the policy is not met; for a single signature, what refused it.
    init(
        payload: [UInt8], _ signatures: [UnverifiedSignature], by keys: SignatureKeys,
        _ policy: SignaturePolicy
    ) throws(JOSEError) {
        self.payload = payload
        outcomes = signatures.map { signature in
            do throws(JOSEError) {
                return .success(try signature.check(payload, by: keys))
            } catch {
                return .failure(error)
            }
        }
        if let only = outcomes.first, outcomes.count == 1 { _ = try only.get() }
        guard policy.isMet(by: outcomes) else {
            let good = self.signatures.count
            throw JOSEError(
                .invalidSignature,
                "\(good) of \(outcomes.count) signatures are good, the policy asks for more")
        }
    }
}

/// Which signatures of a token with several must be good.
public enum SignaturePolicy: Sendable {
    /// Every one there is.
    case all
    /// Good ones by so many different keys, at least one. Keys without `kid` count as one.
    case distinctKeys(Int)
    /// One by each key of these `kid`s.
    case keys([String])

    func isMet(by outcomes: [VerifiedContent.Outcome]) -> Bool {
        let good = outcomes.compactMap { try? $0.get() }
        guard !good.isEmpty else { return false }
        let ids = Set(good.map { $0.keyID.map { Array($0.utf8) } })
        return switch self {
        case .all: good.count == outcomes.count
        case .distinctKeys(let least): ids.count >= least
        case .keys(let wanted): wanted.allSatisfy { ids.contains(Array($0.utf8)) }
        }
    }
}
