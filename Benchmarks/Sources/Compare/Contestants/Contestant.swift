import Measuring

/// One way of knowing who asks, with ten verifiers that run.
final class Contestant {
    let name: String
    /// The processes that verify.
    let verifiers: [Program]
    /// What they ask, or are told by: a store's server, or the issuer. Nil where the store is a file.
    let store: Program?
    /// Where clients sign out.
    let issuer: Program
    let logout: String
    /// What the clients present who come all the time.
    let visitors: [String]
    /// What those present who will sign out.
    let leaving: [String]
    /// Whether a credential that was signed out is good until it expires.
    let outlives: Bool

    init(
        name: String, verifiers: [Program], store: Program?, issuer: Program, logout: String = "/logout",
        visitors: [String], leaving: [String], outlives: Bool = false
    ) {
        self.name = name
        self.verifiers = verifiers
        self.store = store
        self.issuer = issuer
        self.logout = logout
        self.visitors = visitors
        self.leaving = leaving
        self.outlives = outlives
    }

    /// CPU seconds so far, of the verifiers and of what they ask.
    var cpu: (verifiers: Double, store: Double) {
        (verifiers.reduce(0) { $0 + $1.cpu }, store?.cpu ?? 0)
    }
}
