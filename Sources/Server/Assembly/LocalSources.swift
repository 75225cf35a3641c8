import VidimusGuard
import VidimusIdentity
import VidimusJOSE
import VidimusStatusList

/// The server guards its own routes with what it holds in memory: it never calls itself over HTTP.
struct OwnKeys: KeySource {
    let ring: KeyRing
    let empty: JWKSet

    var generation: UInt64 { ring.generation }

    func keys() -> JWKSet { ring.verificationKeys() ?? empty }
}

/// The statuses as committed: see ``CommittedView``.
struct OwnStatuses: StatusSource {
    let register: StatusRegister

    var generation: UInt64 { register.generation }

    func lists() -> [String: StatusList] { register.lists() }

    var confirmedAt: Timestamp? { register.confirmedAt }
}
