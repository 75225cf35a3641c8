import VidimusJOSE
import VidimusStatusList

/// The keys and lists that a verification uses: a copy of what the two sources said at stated generations.
struct VerifierView: Sendable {
    let keys: JWKSet
    let keyGeneration: UInt64
    let lists: [String: StatusList]
    let listGeneration: UInt64

    init(_ keySource: any KeySource, _ statusSource: any StatusSource) {
        // The generation is read before what it counts: a change in between is then seen once more, not missed.
        keyGeneration = keySource.generation
        keys = keySource.keys()
        listGeneration = statusSource.generation
        lists = statusSource.lists()
    }

    /// Whether both sources still say the same.
    func isCurrent(_ keySource: any KeySource, _ statusSource: any StatusSource) -> Bool {
        keySource.generation == keyGeneration && statusSource.generation == listGeneration
    }

    /// The status that a reference points at; nil for an unknown list and for an index outside it.
    func status(of reference: StatusReference) -> Status? {
        lists[reference.list]?.status(at: reference.index)
    }
}
