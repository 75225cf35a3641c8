import VidimusJOSE
import VidimusStatusList

/// One shard's memory of verified tokens, with the keys and lists they were verified by.
///
/// When the capacity is reached, a hand goes round the tokens and takes out the first that nobody asked for since it
/// last came by ("second chance"). So the memory is bounded and keeps what is in use; a hit only sets a flag.
struct TokenShard {
    private(set) var view: VerifierView
    private var tokens: [RememberedToken] = []
    /// Where in `tokens` the token of a hash is.
    private var places: [UInt64: Int] = [:]
    private var hand = 0
    private let capacity: Int

    /// What the tokens cost, in bytes; at most the capacity.
    private(set) var bytes = 0

    /// An empty memory for at most `capacity` bytes.
    init(capacity: Int, view: VerifierView) {
        self.capacity = capacity
        self.view = view
    }

    /// How many tokens are kept.
    var count: Int { tokens.count }

    /// Takes what the sources say now, if it is something new. Tokens verified by a former key set are forgotten, all
    /// of them; after a change of the lists every token finds its list anew, or has none.
    mutating func refresh(_ keys: any KeySource, _ statuses: any StatusSource) {
        if view.isCurrent(keys, statuses) { return }
        let fresh = VerifierView(keys, statuses)
        if fresh.keyGeneration == view.keyGeneration {
            for place in tokens.indices { tokens[place].resolve(in: fresh) }
        } else {
            forget()
        }
        view = fresh
    }

    /// Finds a token by its hash, if this very token is kept.
    mutating func recall(_ token: Span<UInt8>, hash: UInt64) -> (principal: Principal, status: Status?)? {
        guard let place = places[hash], tokens[place].isToken(token) else { return nil }
        tokens[place].wasUsed = true
        return (tokens[place].principal, tokens[place].status)
    }

    /// Keeps a token that was verified by the keys of `keyGeneration`, unless the keys changed meanwhile.
    mutating func remember(_ token: Span<UInt8>, hash: UInt64, principal: Principal, keyGeneration: UInt64) {
        guard view.keyGeneration == keyGeneration else { return }
        let new = RememberedToken(token, hash: hash, principal, in: view)
        guard new.cost <= capacity else { return }
        if let place = places[hash] { remove(at: place) }
        while bytes + new.cost > capacity { removeUnused() }
        places[hash] = tokens.count
        tokens.append(new)
        bytes += new.cost
    }

    /// Takes out one token, not the ones asked for since the hand last came by; at most one round and a step.
    private mutating func removeUnused() {
        while true {
            if hand >= tokens.count { hand = 0 }
            guard tokens[hand].wasUsed else { break }
            tokens[hand].wasUsed = false
            hand += 1
        }
        remove(at: hand)
    }

    /// Takes a token out; the last one moves to its place.
    private mutating func remove(at place: Int) {
        bytes -= tokens[place].cost
        places.removeValue(forKey: tokens[place].hash)
        tokens.swapAt(place, tokens.count - 1)
        tokens.removeLast()
        if place < tokens.count { places[tokens[place].hash] = place }
    }

    private mutating func forget() {
        tokens = []
        places = [:]
        hand = 0
        bytes = 0
    }
}
