import VidimusJOSE
import VidimusStatusList

/// A token whose signature was verified and whose claims were read, as it is kept in memory.
struct RememberedToken {
    /// Of the token, as ``TokenMemory/hash(_:)`` makes it.
    let hash: UInt64
    let principal: Principal
    /// What keeping the token costs, in bytes: its text, its claims and its places in tables, rounded up.
    let cost: Int
    /// Whether it was asked for since room was last looked for.
    var wasUsed = false

    private let token: [UInt8]

    /// The list of the token's status, not owned: a retain and a release on every request, by every thread and of
    /// one object, would make the cores wait for each other. ``TokenShard`` keeps its ``VerifierView`` as long as
    /// its tokens, and resolves every token anew before it lets go of the lists of the view before.
    private var list: Unmanaged<StatusList>?

    init(_ token: Span<UInt8>, hash: UInt64, _ principal: Principal, in view: VerifierView) {
        self.token = token.withUnsafeBufferPointer { Array($0) }
        self.hash = hash
        self.principal = principal
        cost = Self.overhead + token.count + principal.claims.memoryBytes
        resolve(in: view)
    }

    /// Whether this is the token, compared whole and in constant time.
    func isToken(_ other: Span<UInt8>) -> Bool {
        token.span.bytes.isIdentical(to: other.bytes)
    }

    /// Finds the list of the token's status among those of `view`; none if it is not there.
    mutating func resolve(in view: VerifierView) {
        list = principal.status.flatMap { view.lists[$0.list] }.map(Unmanaged.passUnretained)
    }

    /// The token's status now.
    var status: Status? {
        guard let list, let reference = principal.status else { return nil }
        return list._withUnsafeGuaranteedRef { $0.status(at: reference.index) }
    }

    /// A principal's own storage and short lists, and the places in the tables of a shard, which may be half empty.
    private static let overhead = 768
}
